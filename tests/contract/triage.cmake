switchboard_test(correction_store_test SUITE contract
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/correction_store_test.cc
  DEPENDS switchboard::triage_store switchboard::queue switchboard_test_postgres)
