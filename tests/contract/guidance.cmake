switchboard_test(answer_store_test SUITE contract
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/answer_store_test.cc
  DEPENDS switchboard::guidance_store switchboard_test_postgres)
