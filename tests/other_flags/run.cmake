# cmake -D BUILD=... -D SOURCE=... -P run.cmake: builds SOURCE in BUILD/other_flags as a package for another build
# system would, and holds what it predicts against BUILD. No rounding or overflow may depend on the flags.
set(root ${BUILD}/other_flags)
file(REMOVE_RECURSE ${root})
file(MAKE_DIRECTORY ${root})

# Every fixture that converts by itself; a model carries the golden vectors of this build.
file(GLOB fixtures ${SOURCE}/../fixtures/models/*.pkl ${SOURCE}/../fixtures/models/*.joblib
     ${SOURCE}/../fixtures/models/*.h5 ${SOURCE}/../fixtures/models/*.keras ${SOURCE}/../fixtures/models/*.tflite)
foreach(fixture ${fixtures})
  cmake_path(GET fixture FILENAME name)
  execute_process(COMMAND ${BUILD}/bin/nacre convert ${fixture} -o ${root}/${name}.nacre OUTPUT_QUIET ERROR_QUIET
                  RESULT_VARIABLE refused)
  if(NOT refused)
    list(APPEND models ${root}/${name}.nacre)
  endif()
endforeach()
list(LENGTH models count)
if(count LESS 100)
  message(FATAL_ERROR "only ${count} fixtures convert: too few to compare")
endif()

# compare(COMPILER FLAGS): builds with these and runs every model's golden vectors.
function(compare c cxx flags)
  string(MAKE_C_IDENTIFIER "${c} ${flags}" name)
  execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${root}/${name} -D GENERATED=${BUILD}/generated
                          -D STAGED=${BUILD}/staged -D CMAKE_C_COMPILER=${c} -D CMAKE_CXX_COMPILER=${cxx}
                          -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} "-DCMAKE_CXX_FLAGS=${flags}"
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${root}/${name} -j 2 OUTPUT_VARIABLE output RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${cxx} ${flags}: does not build:\n${output}")
  endif()
  execute_process(COMMAND ${root}/${name}/self_test ${fusion} ${models} OUTPUT_VARIABLE output RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${cxx} ${flags}: other bits:\n${output}")
  endif()
  message(STATUS "${cxx} ${flags}: ${count} models predict with the same bits")
endfunction()

# Where the processor can fuse, compilers do: GCC everywhere, clang within an expression.
set(fusion separate)
file(STRINGS /proc/cpuinfo fma REGEX "^flags.* fma( |$)" LIMIT_COUNT 1)
if(fma)
  set(fma -mfma)
  set(fusion fused)
endif()
compare(gcc g++ "-O3 -ffp-contract=fast ${fma}")
compare(clang clang++ "-O2 ${fma}")

# Without -fwrapv an overflow may do anything; here it ends the program.
set(fusion separate)
compare(gcc g++ "-O1 -fsanitize=signed-integer-overflow -fno-sanitize-recover")
