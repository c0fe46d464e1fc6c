# One program for all tests. Where the target is emulated, only what runs there is built: tests of the
# runtime and the loader.

if(NACRE_BUILD_TOOLS)
  nacre_sources_below(test_sources tests/*_test.cpp)
  set(one_in 1)
  if(NACRE_SANITIZE)
    list(FILTER test_sources EXCLUDE REGEX "/tests/faults/")  # which replace malloc, as sanitizers do
    set(one_in 3)
  endif()
else()
  nacre_sources(test_sources
    tests/numerics/*_test.cpp tests/kernels/*_test.cpp tests/variants/*_test.cpp tests/runtime/*_test.cpp
    tests/loader/*_test.cpp)
endif()
if(NOT test_sources)
  return()
endif()

if(NACRE_BUILD_TOOLS)
  nacre_sources(support_sources tests/support/*.cpp tests/slots/device.cpp tests/signed/keys.cpp)
  list(FILTER support_sources EXCLUDE REGEX "/described_layers_device\\.cpp$")  # devices have no descriptions to read
else()
  nacre_sources(support_sources
    tests/support/model_*.cpp tests/support/programs.cpp tests/support/loaded_model.cpp tests/support/every_operator.cpp
    tests/support/described_layers_device.cpp tests/support/stack_*.cpp)
endif()
if(NACRE_BARE_METAL)
  list(FILTER support_sources EXCLUDE REGEX "/stack_posix\\.cpp$")
else()
  list(FILTER support_sources EXCLUDE REGEX "/stack_bare_metal\\.cpp$")
endif()
add_executable(nacre_tests ${PROJECT_SOURCE_DIR}/tests/main.cpp ${support_sources} ${test_sources})
nacre_host_flags(nacre_tests)
target_compile_definitions(nacre_tests PRIVATE NACRE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(nacre_tests PRIVATE nacre::nacre nacre_schema)
if(NACRE_BUILD_TOOLS)
  target_sources(nacre_tests PRIVATE ${PROJECT_SOURCE_DIR}/tests/loader/c/program.c)
  set_property(SOURCE ${PROJECT_SOURCE_DIR}/tests/loader/c/program.c PROPERTY
    COMPILE_OPTIONS -std=c99 -pedantic-errors -Werror)
  # The schema is read with FlatBuffers' own parser.
  find_package(FlatBuffers CONFIG REQUIRED HINTS ${FLATBUFFERS_INCLUDE_DIR}/..)
  target_link_libraries(nacre_tests PRIVATE nacre_tools nacre_descriptions flatbuffers::flatbuffers)
  set_property(SOURCE ${PROJECT_SOURCE_DIR}/tests/convert/fixtures_test.cpp PROPERTY COMPILE_DEFINITIONS
    NACRE_TESTED_ONE_IN=${one_in})
  # Tests of the commands run the programs themselves.
  add_dependencies(nacre_tests nacre_command nacre_replay)
  set_property(SOURCE ${PROJECT_SOURCE_DIR}/tests/support/program.cpp PROPERTY COMPILE_DEFINITIONS
    NACRE_COMMAND="$<TARGET_FILE:nacre_command>" NACRE_REPLAY="$<TARGET_FILE:nacre_replay>")
endif()
if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  add_library(nacre_faults MODULE ${PROJECT_SOURCE_DIR}/tests/faults/preload.c)
  add_dependencies(nacre_tests nacre_faults)
  set_property(SOURCE ${PROJECT_SOURCE_DIR}/tests/faults/faults_test.cpp PROPERTY COMPILE_DEFINITIONS
    NACRE_FAULTS="$<TARGET_FILE:nacre_faults>")
endif()
nacre_precompile(nacre_tests <algorithm> <string> <vector> <doctest/doctest.h> <schema/model_generated.h>)
nacre_unity_by_folder(nacre_tests)
# What is tested is optimised and instrumented in full. The tests themselves compile in half the time without.
if(NACRE_BUILD_TOOLS)
  target_compile_options(nacre_tests PRIVATE -O0)
endif()
if(NACRE_SANITIZE)
  target_compile_options(nacre_tests PRIVATE -fno-sanitize=undefined)
endif()
set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/main.cpp PROPERTIES
  SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
if(NACRE_BARE_METAL)
  target_link_libraries(nacre_tests PRIVATE nacre_board)
  target_compile_definitions(nacre_tests PRIVATE
    DOCTEST_CONFIG_NO_POSIX_SIGNALS DOCTEST_CONFIG_NO_MULTITHREADING)
endif()

# doctest's CMake functions are those of the build machine, on every target.
find_package(doctest CONFIG REQUIRED PATHS /usr NO_CMAKE_FIND_ROOT_PATH)
include(doctest)
# What a test needs and the machine lacks, its output says: ctest then shows it as skipped.
doctest_discover_tests(nacre_tests WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                       PROPERTIES SKIP_REGULAR_EXPRESSION "MESSAGE: skipped: ")

# The emulated processor has dot products; of one that has none the loader must see it.
if(CMAKE_CROSSCOMPILING_EMULATOR AND CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  add_test(NAME "a processor without dot products runs kernels without"
           COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} -cpu cortex-a53 $<TARGET_FILE:nacre_tests>
                   "--test-suite=kernels beside the reference")
endif()

# Real models for script/compare-targets, with every operator's result as an output.
if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  nacre_sources(layers_sources tests/layers/main.cpp tests/support/real_models.cpp)
  add_executable(nacre_layers ${layers_sources})
  set_target_properties(nacre_layers PROPERTIES OUTPUT_NAME nacre-layers)
  nacre_host_flags(nacre_layers)
  target_compile_definitions(nacre_layers PRIVATE NACRE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(nacre_layers PRIVATE nacre_tools)
endif()

if(NACRE_INSTALL AND NOT CMAKE_CROSSCOMPILING AND NOT NACRE_SANITIZE)
  add_test(NAME "an installed package is found by CMake and by pkg-config"
           COMMAND ${CMAKE_COMMAND} -D BUILD=${PROJECT_BINARY_DIR}
                   -D SOURCE=${PROJECT_SOURCE_DIR}/tests/package
                   -P ${PROJECT_SOURCE_DIR}/tests/package/run.cmake)
endif()

if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  add_test(NAME "a firmware in C for another processor takes Nacre as a folder"
           COMMAND ${CMAKE_COMMAND} -D BUILD=${PROJECT_BINARY_DIR}
                   -D SOURCE=${PROJECT_SOURCE_DIR}/tests/subproject
                   -P ${PROJECT_SOURCE_DIR}/tests/subproject/run.cmake)
  set_tests_properties("a firmware in C for another processor takes Nacre as a folder" PROPERTIES TIMEOUT 900)
endif()

if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  add_test(NAME "the same sources in another folder give the same bytes"
           COMMAND ${PROJECT_SOURCE_DIR}/tests/reproducible/run)
endif()

if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  add_test(NAME "a standalone folder compiles anywhere" COMMAND ${PROJECT_SOURCE_DIR}/tests/standalone/run
                                                               $<TARGET_FILE:nacre_command>)
  set_tests_properties("a standalone folder compiles anywhere" PROPERTIES TIMEOUT 900)
endif()

if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  add_test(NAME "a board that serves its model over a UART answers the commands"
           COMMAND ${PROJECT_SOURCE_DIR}/tests/serve/run $<TARGET_FILE:nacre_command>)
  set_tests_properties("a board that serves its model over a UART answers the commands" PROPERTIES TIMEOUT 900)
endif()

if(NACRE_BUILD_TOOLS AND NOT NACRE_SANITIZE)
  add_test(NAME "a build with other flags gives the same bits"
           COMMAND ${CMAKE_COMMAND} -D BUILD=${PROJECT_BINARY_DIR} -D LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
                   -D SOURCE=${PROJECT_SOURCE_DIR}/tests/other_flags
                   -P ${PROJECT_SOURCE_DIR}/tests/other_flags/run.cmake)
  set_tests_properties("a build with other flags gives the same bits" PROPERTIES TIMEOUT 900)
endif()
