switchboard_test(worker_store_test SUITE contract
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/worker_store_test.cc
  DEPENDS switchboard::workforce switchboard_test_postgres)
