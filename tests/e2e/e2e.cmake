# The real programs from end to end.
add_library(switchboard_test_e2e STATIC ${CMAKE_CURRENT_LIST_DIR}/e2e_server.cc)
add_library(switchboard::test_e2e ALIAS switchboard_test_e2e)
target_compile_options(switchboard_test_e2e PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(switchboard_test_e2e PUBLIC switchboard_test_programs switchboard_test_prometheus
  switchboard::status switchboard::text switchboard::rpc GTest::gtest)

foreach(story IN ITEMS real_inquiries bad_input client life tls metrics model correction reply deliver whole_path answers
        clocks)
  switchboard_test(e2e_${story}_test SUITE e2e TIMEOUT 400
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/${story}_test.cc
    DEPENDS switchboard::test_e2e)
endforeach()
