# Measures how long the decision about one reply takes, with the starter set of guidelines.
find_package(benchmark REQUIRED)
add_executable(guidance_benchmark ${CMAKE_CURRENT_LIST_DIR}/guidance_benchmark.cc)
target_compile_options(guidance_benchmark PRIVATE ${SWITCHBOARD_WARNINGS})
target_compile_definitions(guidance_benchmark PRIVATE SWITCHBOARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(guidance_benchmark PRIVATE switchboard::guidance benchmark::benchmark)
