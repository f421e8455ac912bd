# One suite, compiled once, for every implementation.
switchboard_test_objects(queue_store_contract
  SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_intake.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_work.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_record.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_races.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_reply.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_leases.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_limits.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_drafts.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_reviews.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_kept.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_corrections.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_deliveries.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_clocks.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_skew.cc
    ${CMAKE_CURRENT_LIST_DIR}/queue_store_contract_owner.cc
  DEPENDS switchboard::queue)
switchboard_test(in_memory_queue_store_test SUITE contract
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/in_memory_queue_store_test.cc
  DEPENDS switchboard::queue queue_store_contract)
switchboard_test(postgres_queue_store_test SUITE contract
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/postgres_queue_store_test.cc
  DEPENDS switchboard::queue queue_store_contract switchboard_test_postgres)
switchboard_test(postgres_queue_store_faults_test SUITE contract
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/postgres_queue_store_faults_test.cc
  DEPENDS switchboard::queue switchboard_test_postgres)
