# The pure parts of the engine: injected time, no threads but the test's own.
switchboard_test(queue_parts_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/queue_lease_token_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_settlement_planner_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_caller_fairness_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_group_committer_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_batch_commit_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_lane_book_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_claim_desk_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_lease_watch_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_metrics_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_clocks_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_recent_contents_test.cc
                 DEPENDS switchboard::queue)
# The engine as a whole over the in-memory store, with a clock that the test moves.
switchboard_test(queue_engine_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/queue_engine_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_engine_faults_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/queue_deliveries_test.cc
                 DEPENDS switchboard::queue)
