find_package(nlohmann_json REQUIRED)
switchboard_test(client_model_evaluate_test SUITE integration
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/client_model_evaluate_test.cc
  DEPENDS switchboard::test_programs nlohmann_json::nlohmann_json)
