# Runs the real programs from tests: link switchboard::test_programs.
add_library(switchboard_test_programs STATIC
  ${CMAKE_CURRENT_LIST_DIR}/await.cc ${CMAKE_CURRENT_LIST_DIR}/program.cc
  ${CMAKE_CURRENT_LIST_DIR}/server_process.cc ${CMAKE_CURRENT_LIST_DIR}/temporary_directory.cc)
add_library(switchboard::test_programs ALIAS switchboard_test_programs)
target_compile_options(switchboard_test_programs PRIVATE ${SWITCHBOARD_WARNINGS})
target_compile_definitions(switchboard_test_programs PRIVATE
  SWITCHBOARD_SERVER_PROGRAM="$<TARGET_FILE:switchboardd>" SWITCHBOARD_CLIENT_PROGRAM="$<TARGET_FILE:switchboard>")
target_link_libraries(switchboard_test_programs PUBLIC switchboard::postgres switchboard::proto switchboard::time
  gRPC::grpc++)
add_dependencies(switchboard_test_programs switchboardd switchboard)
