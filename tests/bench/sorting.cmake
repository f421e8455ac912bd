# Measures the sorter on label<TAB>text files: tests/bench/sorter_evaluate --train FILE --test FILE …
add_executable(sorter_evaluate ${CMAKE_CURRENT_LIST_DIR}/sorter_evaluate.cc)
target_compile_options(sorter_evaluate PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(sorter_evaluate PRIVATE switchboard::triage CLI11::CLI11)

find_package(benchmark REQUIRED)
add_executable(sorting_benchmark ${CMAKE_CURRENT_LIST_DIR}/sorting_benchmark.cc)
target_compile_options(sorting_benchmark PRIVATE ${SWITCHBOARD_WARNINGS})
target_compile_definitions(sorting_benchmark PRIVATE SWITCHBOARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(sorting_benchmark PRIVATE switchboard::triage benchmark::benchmark)
