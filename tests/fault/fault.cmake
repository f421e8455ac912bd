# Faults on the real programs and a real PostgreSQL, judged by one checker.
add_library(switchboard_test_history STATIC
  ${CMAKE_CURRENT_LIST_DIR}/event_walk.cc ${CMAKE_CURRENT_LIST_DIR}/history_checker.cc)
add_library(switchboard::test_history ALIAS switchboard_test_history)
target_compile_options(switchboard_test_history PRIVATE ${SWITCHBOARD_WARNINGS})
target_include_directories(switchboard_test_history PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(switchboard_test_history PUBLIC switchboard::proto absl::flat_hash_map absl::flat_hash_set
  absl::strings absl::time)

switchboard_test(history_checker_test SUITE unit
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/history_checker_test.cc
  DEPENDS switchboard::test_history)

add_library(switchboard_test_fault STATIC
  ${CMAKE_CURRENT_LIST_DIR}/fault_bench.cc ${CMAKE_CURRENT_LIST_DIR}/final_state_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/lease_handler.cc ${CMAKE_CURRENT_LIST_DIR}/load_generator.cc
  ${CMAKE_CURRENT_LIST_DIR}/load_options.cc ${CMAKE_CURRENT_LIST_DIR}/load_submitter.cc
  ${CMAKE_CURRENT_LIST_DIR}/load_worker.cc)
add_library(switchboard::test_fault ALIAS switchboard_test_fault)
target_compile_options(switchboard_test_fault PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(switchboard_test_fault PUBLIC switchboard::test_history switchboard::test_programs
  switchboard::queue switchboard::ids switchboard::status switchboard::text switchboard::rpc GTest::gtest)

foreach(fault IN ITEMS server database worker authority)
  switchboard_test(${fault}_faults_test SUITE fault TIMEOUT 400
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/${fault}_faults_test.cc
    DEPENDS switchboard::test_fault)
endforeach()
