# The few shapes of target that this project has. Every folder is one library; every test executable is one suite member.

# Designated initializers leave members out on purpose: those have their defaults.
set(SWITCHBOARD_WARNINGS -Wall -Wextra -Wno-missing-field-initializers
                         $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> -Wnon-virtual-dtor -Woverloaded-virtual)

# switchboard_library(<name> [DEPENDS <target>...])
# The library of the current folder, from all its sources, as switchboard::<name>.
function(switchboard_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(target switchboard_${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")  # a program's own, added by its add_executable
  if(sources)
    add_library(${target} STATIC ${sources})
    target_compile_options(${target} PRIVATE ${SWITCHBOARD_WARNINGS})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(switchboard::${name} ALIAS ${target})
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${target} ${scope} ${ARG_DEPENDS})
endfunction()

# switchboard_embed_sql(<target> NAMESPACE <ns> DIR <folder>)
# Every `<folder>/<name>.sql` becomes `constexpr SqlStatement k<Name>` and `<folder>/migrations/NNNN_*.sql` the list
# `kMigrations`, in the generated header `<room>/sql.h`.
function(switchboard_embed_sql target)
  cmake_parse_arguments(ARG "" "NAMESPACE;DIR" "" ${ARGN})
  file(GLOB_RECURSE statements CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR}/*.sql
       ${CMAKE_CURRENT_SOURCE_DIR}/migrations/*.sql)
  file(RELATIVE_PATH room ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(header ${PROJECT_BINARY_DIR}/generated/${room}/sql.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${header} -DNAMESPACE=${ARG_NAMESPACE} -DROOM=${CMAKE_CURRENT_SOURCE_DIR}
            -DSQL_DIR=${ARG_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/EmbedSql.cmake
    DEPENDS ${statements} ${PROJECT_SOURCE_DIR}/cmake/EmbedSql.cmake
    COMMENT "Embedding the SQL of ${room}"
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
endfunction()

# switchboard_explain_locks(<executable>)
# Under the thread sanitizer: lets it see the locks and counts of Abseil, which Debian builds without it. Nothing otherwise.
function(switchboard_explain_locks target)
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/thread_sanitizer_abseil.cc)
    target_link_libraries(${target} PRIVATE absl::cord absl::status absl::synchronization ${CMAKE_DL_LIBS})
  endif()
endfunction()

# How the code of tests is compiled: once, to run once, so that optimizing it would cost more than it gives. What it tests
# is optimized.
function(switchboard_compile_test_code target)
  target_compile_options(${target} PRIVATE ${SWITCHBOARD_WARNINGS} -O0)
  target_compile_definitions(${target} PRIVATE SWITCHBOARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                               SWITCHBOARD_BINARY_DIR="${PROJECT_BINARY_DIR}")
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
endfunction()

# switchboard_test_objects(<name> SOURCES <file>... [DEPENDS <target>...])
# Tests that several programs have in common: each that depends on <name> runs them all.
function(switchboard_test_objects name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} OBJECT ${ARG_SOURCES})
  switchboard_compile_test_code(${name})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} GTest::gtest GTest::gmock)
endfunction()

# switchboard_test(<name> SUITE <unit|contract|integration|e2e|fault> SOURCES <file>... [DEPENDS <target>...])
function(switchboard_test name)
  cmake_parse_arguments(ARG "" "SUITE;TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  switchboard_compile_test_code(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
  switchboard_explain_locks(${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set(support ${PROJECT_SOURCE_DIR}/tests/support)
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_SUITE} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT
    "LSAN_OPTIONS=print_suppressions=0:suppressions=${support}/leak_sanitizer.supp;TSAN_OPTIONS=suppressions=${support}/thread_sanitizer.supp")
endfunction()
