# tests/fuzz/NAME_fuzzer.cpp is a program NAME_fuzzer, and a test that gives it a number of inputs. It starts from the
# files in tests/fuzz/corpus/NAME, the fixtures that tests/fuzz/corpus/NAME.fixtures lists, and what nacre makes of
# those that NAME.converted lists.

set(NACRE_FUZZ_RUNS 2000 CACHE STRING "How many inputs a test gives each fuzzer")

# The test makes the same inputs on every machine and in every run: their number and the seed are fixed, nothing is
# measured in seconds (but an input that takes 20 minutes is a finding), and nothing is kept for the next run. To look
# for new inputs, run a fuzzer by hand for as long as you like:
#   build/host-sanitize/bin/NAME_fuzzer FOLDER $(cat build/host-sanitize/corpus/NAME.seeds)
nacre_sources(fuzzer_sources tests/fuzz/*_fuzzer.cpp)
foreach(source ${fuzzer_sources})
  cmake_path(GET source STEM name)
  add_executable(${name} ${source})
  nacre_host_flags(${name})
  target_link_libraries(${name} PRIVATE nacre_tools)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)

  string(REGEX REPLACE "_fuzzer$" "" subject ${name})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${subject})
  file(GLOB seeds CONFIGURE_DEPENDS ${corpus}/*)
  if(EXISTS ${corpus}.fixtures)
    file(STRINGS ${corpus}.fixtures fixtures)
    list(TRANSFORM fixtures PREPEND ${PROJECT_SOURCE_DIR}/tests/fixtures/models/)
    list(APPEND seeds ${fixtures})
  endif()
  if(EXISTS ${corpus}.converted)
    set(converted ${PROJECT_BINARY_DIR}/corpus/${subject})
    file(MAKE_DIRECTORY ${converted})
    file(STRINGS ${corpus}.converted fixtures)
    foreach(fixture ${fixtures})
      list(APPEND seeds ${converted}/${fixture}.nacre)
      add_test(NAME "${subject} seed ${fixture}"
               COMMAND nacre_command convert ${PROJECT_SOURCE_DIR}/tests/fixtures/models/${fixture}
                       -o ${converted}/${fixture}.nacre)
      set_tests_properties("${subject} seed ${fixture}" PROPERTIES FIXTURES_SETUP ${name})
    endforeach()
  endif()
  list(JOIN seeds "," seeds)
  set(list ${PROJECT_BINARY_DIR}/corpus/${subject}.seeds)
  file(WRITE ${list} "-seed_inputs=${seeds}\n")
  set(runs ${NACRE_FUZZ_RUNS})
  if(subject STREQUAL keras_hdf5)
    math(EXPR runs "${runs} / 4")  # each is read by a process of its own, which takes as long as 40 of the others
  endif()
  add_test(NAME ${name}
           COMMAND ${name} -runs=${runs} -rss_limit_mb=2048 -seed=1 -print_final_stats=1
                   -artifact_prefix=${PROJECT_BINARY_DIR}/corpus/ "-seed_inputs=${seeds}")
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED ${name})
endforeach()
