switchboard_test(frontline_test SUITE unit
  SOURCES unit/frontline_request_reader_test.cc unit/frontline_reclassifier_test.cc
          unit/frontline_dispositions_test.cc
          unit/frontline_stream_settlements_test.cc unit/frontline_training_test.cc
  DEPENDS switchboard::frontline)
