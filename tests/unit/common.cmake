# The shared rooms.
switchboard_test(common_ids_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/common_ids_test.cc
                 DEPENDS switchboard::ids)
switchboard_test(common_status_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/common_status_test.cc
                 DEPENDS switchboard::status switchboard::text)
switchboard_test(common_config_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/common_config_test.cc
                 DEPENDS switchboard::config)
switchboard_test(common_runtime_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/common_runtime_test.cc
                 DEPENDS switchboard::runtime switchboard::metrics)
switchboard_test(common_business_calendar_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/common_business_calendar_test.cc DEPENDS switchboard::time)
