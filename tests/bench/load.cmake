# The load generators of tests/bench/run. The peer's client is no part of Switchboard: its generator is built where
# librabbitmq-dev is installed, which tests/bench/run sees to.
if(SWITCHBOARD_BENCHMARKS)
  add_library(switchboard_load_support STATIC
    ${CMAKE_CURRENT_LIST_DIR}/bodies.cc ${CMAKE_CURRENT_LIST_DIR}/latency_histogram.cc
    ${CMAKE_CURRENT_LIST_DIR}/load_recorder.cc)
  target_compile_options(switchboard_load_support PRIVATE ${SWITCHBOARD_WARNINGS})
  target_include_directories(switchboard_load_support PUBLIC ${PROJECT_SOURCE_DIR})
  find_package(nlohmann_json REQUIRED)
  target_link_libraries(switchboard_load_support PUBLIC nlohmann_json::nlohmann_json Threads::Threads CLI11::CLI11)

  add_executable(switchboard_load
    ${CMAKE_CURRENT_LIST_DIR}/switchboard_load.cc ${CMAKE_CURRENT_LIST_DIR}/switchboard_probe.cc
    ${CMAKE_CURRENT_LIST_DIR}/switchboard_submitter.cc ${CMAKE_CURRENT_LIST_DIR}/switchboard_worker.cc)
  target_compile_options(switchboard_load PRIVATE ${SWITCHBOARD_WARNINGS})
  target_link_libraries(switchboard_load PRIVATE switchboard_load_support switchboard::rpc switchboard::proto
                                                 absl::synchronization)

  pkg_check_modules(RABBITMQ IMPORTED_TARGET librabbitmq)
  if(RABBITMQ_FOUND)
    add_executable(rabbitmq_load ${CMAKE_CURRENT_LIST_DIR}/rabbitmq_load.cc)
    target_compile_options(rabbitmq_load PRIVATE ${SWITCHBOARD_WARNINGS})
    target_link_libraries(rabbitmq_load PRIVATE switchboard_load_support PkgConfig::RABBITMQ)
  endif()
endif()
