# Measures the sorter on label<TAB>text files: tests/bench/sorter_evaluate --train FILE --test FILE …
add_executable(sorter_evaluate ${CMAKE_CURRENT_LIST_DIR}/sorter_evaluate.cc)
target_compile_options(sorter_evaluate PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(sorter_evaluate PRIVATE switchboard::triage CLI11::CLI11)
