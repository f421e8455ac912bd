# The real switchboardd as a child process: link switchboard_test_server.
add_library(switchboard_test_server STATIC ${CMAKE_CURRENT_LIST_DIR}/tested_program.cc
                                           ${CMAKE_CURRENT_LIST_DIR}/running_switchboardd.cc)
target_compile_options(switchboard_test_server PRIVATE ${SWITCHBOARD_WARNINGS})
target_compile_definitions(switchboard_test_server PRIVATE SWITCHBOARD_BINARY_DIR="${PROJECT_BINARY_DIR}")
target_link_libraries(switchboard_test_server PUBLIC switchboard::proto switchboard::rpc switchboard::ids switchboard::time GTest::gtest
                                                     absl::strings)
add_dependencies(switchboard_test_server switchboardd)
