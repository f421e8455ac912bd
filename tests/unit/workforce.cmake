switchboard_test(workforce_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/workforce_worker_test.cc
                 DEPENDS switchboard::workforce)
