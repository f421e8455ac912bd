# The engine on a real PostgreSQL.
switchboard_test(queue_engine_postgres_test SUITE integration
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/queue_engine_postgres_test.cc
                 DEPENDS switchboard::queue switchboard_test_postgres)
