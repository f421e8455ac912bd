# The database room on a real server.
switchboard_test(postgres_connection_test SUITE integration SOURCES ${CMAKE_CURRENT_LIST_DIR}/postgres_connection_test.cc
                 DEPENDS switchboard::test_postgres)
switchboard_test(postgres_database_test SUITE integration SOURCES ${CMAKE_CURRENT_LIST_DIR}/postgres_database_test.cc
                 DEPENDS switchboard::test_postgres)
switchboard_test(postgres_migrator_test SUITE integration SOURCES ${CMAKE_CURRENT_LIST_DIR}/postgres_migrator_test.cc
                 DEPENDS switchboard::test_postgres)
switchboard_test(postgres_embedded_test SUITE integration SOURCES ${CMAKE_CURRENT_LIST_DIR}/postgres_embedded_test.cc
                 DEPENDS switchboard::test_postgres)
