# With clang a libFuzzer binary; with other compilers the same target driven by hostile and random texts. Either way a
# short run is part of the unit tests.
add_executable(sorting_fuzz ${CMAKE_CURRENT_LIST_DIR}/sorting_fuzz.cc)
target_compile_options(sorting_fuzz PRIVATE ${SWITCHBOARD_WARNINGS})
target_link_libraries(sorting_fuzz PRIVATE switchboard::triage)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(sorting_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_options(sorting_fuzz PRIVATE -fsanitize=fuzzer)
  add_test(NAME sorting_fuzz COMMAND sorting_fuzz -runs=20000 -max_len=4096)
else()
  target_sources(sorting_fuzz PRIVATE ${CMAKE_CURRENT_LIST_DIR}/fuzz_without_libfuzzer.cc)
  add_test(NAME sorting_fuzz COMMAND sorting_fuzz 20000)
endif()
set_tests_properties(sorting_fuzz PROPERTIES LABELS unit TIMEOUT 300)
