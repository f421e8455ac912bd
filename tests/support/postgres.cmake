# A private PostgreSQL server per test executable: link switchboard::test_postgres.
add_library(switchboard_test_postgres STATIC ${CMAKE_CURRENT_LIST_DIR}/test_postgres.cc)
add_library(switchboard::test_postgres ALIAS switchboard_test_postgres)
target_compile_options(switchboard_test_postgres PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(switchboard_test_postgres PUBLIC switchboard::postgres)
