switchboard_test(common_rpc_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/common_rpc_test.cc
                 DEPENDS switchboard::rpc switchboard::proto)
