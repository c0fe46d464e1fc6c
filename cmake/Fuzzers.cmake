# tests/fuzz/NAME_fuzzer.cpp is a program NAME_fuzzer, and a test that lets it run for a few seconds. It
# starts from the files in tests/fuzz/corpus/NAME, the fixtures that tests/fuzz/corpus/NAME.fixtures lists, and
# what nacre makes of those that NAME.converted lists.

set(NACRE_FUZZ_SECONDS 5 CACHE STRING "How long a test lets each fuzzer run, at most")
set(NACRE_FUZZ_RUNS 2000 CACHE STRING "How many inputs a test gives each fuzzer, at most")

nacre_sources(fuzzer_sources tests/fuzz/*_fuzzer.cpp)
foreach(source ${fuzzer_sources})
  cmake_path(GET source STEM name)
  add_executable(${name} ${source})
  nacre_host_flags(${name})
  target_link_libraries(${name} PRIVATE nacre_tools)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)

  # New inputs go to the build tree; those of the repository are read only as seeds. The same inputs are
  # tried every time: to look for new ones, run a fuzzer by hand for as long as you like.
  string(REGEX REPLACE "_fuzzer$" "" subject ${name})
  set(found ${PROJECT_BINARY_DIR}/corpus/${subject})
  file(MAKE_DIRECTORY ${found})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${subject})
  set(seeds "")
  if(IS_DIRECTORY ${corpus})
    list(APPEND seeds ${corpus})
  endif()
  if(EXISTS ${corpus}.fixtures)
    file(STRINGS ${corpus}.fixtures fixtures)
    list(TRANSFORM fixtures PREPEND ${PROJECT_SOURCE_DIR}/tests/fixtures/models/)
    list(JOIN fixtures "," fixtures)
    list(APPEND seeds -seed_inputs=${fixtures})
  endif()
  if(EXISTS ${corpus}.converted)
    set(converted ${PROJECT_BINARY_DIR}/converted/${subject})
    file(MAKE_DIRECTORY ${converted})
    list(APPEND seeds ${converted})
    file(STRINGS ${corpus}.converted fixtures)
    foreach(fixture ${fixtures})
      add_test(NAME "${subject} seed ${fixture}"
               COMMAND nacre_command convert ${PROJECT_SOURCE_DIR}/tests/fixtures/models/${fixture}
                       -o ${converted}/${fixture}.nacre)
      set_tests_properties("${subject} seed ${fixture}" PROPERTIES FIXTURES_SETUP ${name})
    endforeach()
  endif()
  add_test(NAME ${name}
           COMMAND ${name} -runs=${NACRE_FUZZ_RUNS} -max_total_time=${NACRE_FUZZ_SECONDS}
                   -rss_limit_mb=2048 -timeout=10 -seed=1 -print_final_stats=1
                   -artifact_prefix=${found}/ ${found} ${seeds})
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED ${name})
endforeach()
