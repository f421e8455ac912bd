switchboard_test(lane_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/lane_test.cc DEPENDS switchboard::queue)
