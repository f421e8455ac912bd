# How long one inquiry takes to sort: tests/sorting_benchmark.
find_package(benchmark REQUIRED)
add_executable(sorting_benchmark ${CMAKE_CURRENT_LIST_DIR}/sorting_benchmark.cc)
target_compile_options(sorting_benchmark PRIVATE ${SWITCHBOARD_WARNINGS})
target_compile_definitions(sorting_benchmark PRIVATE SWITCHBOARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(sorting_benchmark PRIVATE switchboard::triage switchboard_load_support benchmark::benchmark)
