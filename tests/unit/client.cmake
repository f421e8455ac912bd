switchboard_test(client_connector_command_test SUITE unit
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/client_connector_command_test.cc DEPENDS switchboard::client)
switchboard_test(client_inquiry_reader_test SUITE unit
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/client_inquiry_reader_test.cc DEPENDS switchboard::client)
switchboard_test(client_output_test SUITE unit
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/client_output_test.cc DEPENDS switchboard::client)
switchboard_test(client_program_test SUITE unit
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/client_program_test.cc DEPENDS switchboard::client)
