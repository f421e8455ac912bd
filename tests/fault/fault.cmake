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
