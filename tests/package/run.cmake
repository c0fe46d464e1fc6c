# cmake -D BUILD=... -D SOURCE=... -P run.cmake: installs the build tree BUILD aside and builds and runs
# SOURCE against what was installed.
set(root ${BUILD}/package)
set(prefix ${root}/installed)
file(REMOVE_RECURSE ${root})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
set(ENV{PKG_CONFIG_PATH} ${prefix}/lib/pkgconfig)
set(nacre ${BUILD}/bin/nacre)
run(${nacre} convert ${SOURCE}/../fixtures/models/linear.joblib -o ${root}/linear.nacre)
run(${nacre} codegen ${root}/linear.nacre -o ${root}/generated/array)
run(${nacre} codegen ${root}/linear.nacre -o ${root}/generated/incbin --incbin)
run(${nacre} convert ${SOURCE}/../fixtures/models/pipeline.joblib -o ${root}/pipeline.nacre)
run(${nacre} codegen ${root}/pipeline.nacre -o ${root}/generated/readme)
run(${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${root}/build -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_BUILD_TYPE=Release -D GENERATED=${root}/generated)
run(${CMAKE_COMMAND} --build ${root}/build -j 2)
run(${CMAKE_CTEST_COMMAND} --test-dir ${root}/build --output-on-failure)
