# cmake -D BUILD=... -D SOURCE=... -P run.cmake: builds SOURCE, a project that contains Nacre, in BUILD/subproject.
set(root ${BUILD}/subproject)
file(REMOVE_RECURSE ${root})
execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${root}
                        -D CMAKE_TOOLCHAIN_FILE=${SOURCE}/cortex-m33.cmake -D CMAKE_BUILD_TYPE=MinSizeRel
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${root} -j 2 COMMAND_ERROR_IS_FATAL ANY)

# Nothing but the firmware, the two libraries and the schema's headers.
execute_process(COMMAND ${CMAKE_COMMAND} --build ${root} --target help OUTPUT_VARIABLE targets
                COMMAND_ERROR_IS_FATAL ANY)
foreach(unwanted nacre_tests nacre_replay nacre_board nacre_command)
  if(targets MATCHES "${unwanted}")
    message(FATAL_ERROR "the target ${unwanted} does not belong into a project that only uses Nacre")
  endif()
endforeach()

# The same with a model, whose program is that of this machine.
execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE}/model -B ${root}/model
                        -D CMAKE_TOOLCHAIN_FILE=${SOURCE}/cortex-m33.cmake -D CMAKE_BUILD_TYPE=MinSizeRel
                        -D NACRE_PROGRAM=${BUILD}/bin/nacre
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${root}/model --target added -j 2 COMMAND_ERROR_IS_FATAL ANY)
