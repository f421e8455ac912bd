switchboard_test(operations_test SUITE unit
  SOURCES unit/operations_queue_view_test.cc unit/operations_queue_gauges_test.cc
          unit/operations_configuration_review_test.cc unit/operations_configuration_desk_test.cc
          unit/triage_configuration_follower_test.cc
  DEPENDS switchboard::operations)
