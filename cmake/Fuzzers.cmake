# tests/fuzz/NAME_fuzzer.cpp is a program NAME_fuzzer, and a test that gives it a number of inputs. It starts from the
# files in tests/fuzz/corpus/NAME, the fixtures that tests/fuzz/corpus/NAME.fixtures lists, and what nacre makes of
# those that NAME.converted lists, nacre_records of those in NAME.records. tests/fuzz/mutate/ changes inputs by their
# grammar.

set(NACRE_FUZZ_RUNS 2000 CACHE STRING "How many inputs a test gives each fuzzer")

# The test makes the same inputs on every machine and in every run: their number and the seed are fixed, nothing is
# measured in seconds (but an input that takes 20 minutes is a finding), and nothing is kept for the next run. To look
# for new inputs there is script/fuzz.
nacre_sources(mutate_sources tests/fuzz/mutate/*.cpp)
add_library(nacre_mutate STATIC ${mutate_sources})
nacre_host_flags(nacre_mutate)
target_link_libraries(nacre_mutate PUBLIC nacre_tools)
add_executable(nacre_records ${PROJECT_SOURCE_DIR}/tests/fuzz/records/main.cpp)
nacre_host_flags(nacre_records)
target_link_libraries(nacre_records PRIVATE nacre_tools)

# Makes a seed of a fuzzer from each fixture that a list names: nacre_seeds(NAME LIST SUFFIX COMMAND...), where FROM and
# TO stand for the files in the command.
function(nacre_seeds name list suffix)
  if(NOT EXISTS ${corpus}.${list})
    return()
  endif()
  set(folder ${PROJECT_BINARY_DIR}/corpus/${name})
  file(STRINGS ${corpus}.${list} fixtures)
  foreach(fixture ${fixtures})
    string(REPLACE "/" "_" seed ${fixture}${suffix})
    file(MAKE_DIRECTORY ${folder})
    set(command ${ARGN})
    list(TRANSFORM command REPLACE "^FROM$" ${PROJECT_SOURCE_DIR}/tests/fixtures/models/${fixture})
    list(TRANSFORM command REPLACE "^TO$" ${folder}/${seed})
    add_test(NAME "${name} seed ${fixture}" COMMAND ${command})
    set_tests_properties("${name} seed ${fixture}" PROPERTIES FIXTURES_SETUP ${name}_fuzzer)
    list(APPEND seeds ${folder}/${seed})
  endforeach()
  set(seeds ${seeds} PARENT_SCOPE)
endfunction()

nacre_sources(fuzzer_sources tests/fuzz/*_fuzzer.cpp)
foreach(source ${fuzzer_sources})
  cmake_path(GET source STEM name)
  add_executable(${name} ${source})
  nacre_host_flags(${name})
  target_link_libraries(${name} PRIVATE nacre_mutate nacre_tools)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)

  string(REGEX REPLACE "_fuzzer$" "" subject ${name})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${subject})
  file(GLOB seeds CONFIGURE_DEPENDS ${corpus}/*)
  if(EXISTS ${corpus}.fixtures)
    file(STRINGS ${corpus}.fixtures fixtures)
    list(TRANSFORM fixtures PREPEND ${PROJECT_SOURCE_DIR}/tests/fixtures/models/)
    list(APPEND seeds ${fixtures})
  endif()
  nacre_seeds(${subject} converted .nacre nacre_command convert FROM -o TO)
  nacre_seeds(${subject} records .records nacre_records FROM TO)
  list(JOIN seeds "," seeds)
  set(list ${PROJECT_BINARY_DIR}/corpus/${subject}.seeds)
  file(WRITE ${list} "-seed_inputs=${seeds}\n")
  set(runs ${NACRE_FUZZ_RUNS})
  if(subject STREQUAL keras_hdf5)
    math(EXPR runs "${runs} / 4")  # each is read by a process of its own, which takes as long as 40 of the others
  endif()
  add_test(NAME ${name}
           COMMAND ${name} -runs=${runs} -rss_limit_mb=2048 -entropic=0 -seed=1 -print_final_stats=1
                   -artifact_prefix=${PROJECT_BINARY_DIR}/corpus/ "-seed_inputs=${seeds}")
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED ${name})
endforeach()
