switchboard_test(wire_test SUITE unit
  SOURCES unit/wire_field_checks_test.cc unit/wire_inquiry_to_proto_test.cc unit/wire_page_token_test.cc
          unit/wire_times_test.cc
  DEPENDS switchboard::wire)
