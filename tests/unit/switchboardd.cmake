switchboard_test(switchboardd_options_test SUITE unit
  SOURCES unit/switchboardd_options_test.cc unit/switchboardd_metrics_golden_test.cc
  DEPENDS switchboard::server switchboard::test_programs)
