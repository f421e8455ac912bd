# A real Prometheus beside the programs under test: link switchboard::test_prometheus.
add_library(switchboard_test_prometheus STATIC ${CMAKE_CURRENT_LIST_DIR}/prometheus_process.cc)
add_library(switchboard::test_prometheus ALIAS switchboard_test_prometheus)
target_compile_options(switchboard_test_prometheus PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(switchboard_test_prometheus PUBLIC switchboard_test_programs switchboard::text)
