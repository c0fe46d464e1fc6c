# nacre_add_model(TARGET target MODEL file... [NAME name] [OPTIONS option...]): gives a target a model, of which nacre
# codegen makes source code anew whenever a file changes: its header (#include "name.h"), its kernels and its bytes.
# NAME is what the code calls it, by default the last file's name. OPTIONS are those of nacre codegen, such as --target
# cortex-m4, but for --standalone, --package and --incbin. The target's project needs the languages C and CXX.
#
# NACRE_PROGRAM is the nacre command of the build machine; without it, the one that this project builds, that was
# installed with the package, or that is found in the path.

function(nacre_add_model)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;NAME" "MODEL;OPTIONS")
  if(NOT arg_TARGET OR NOT arg_MODEL OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nacre_add_model(TARGET target MODEL file... [NAME name] [OPTIONS option...])")
  endif()
  foreach(language C CXX)
    if(NOT CMAKE_${language}_COMPILER_LOADED)
      message(FATAL_ERROR "nacre_add_model: enable the language ${language}, as in project(${PROJECT_NAME} C CXX)")
    endif()
  endforeach()

  if(TARGET nacre_command AND NOT NACRE_PROGRAM)
    set(program nacre_command)
  else()
    find_program(NACRE_PROGRAM nacre HINTS ${NACRE_PREFIX}/bin REQUIRED NO_CMAKE_FIND_ROOT_PATH)
    set(program ${NACRE_PROGRAM})
  endif()

  foreach(model ${arg_MODEL})
    get_filename_component(model ${model} ABSOLUTE)
    list(APPEND models ${model})
  endforeach()
  if(NOT arg_NAME)
    get_filename_component(arg_NAME ${model} NAME_WE)
    string(REGEX REPLACE "[^A-Za-z0-9]+" "_" arg_NAME "${arg_NAME}")
  elseif(NOT arg_NAME MATCHES "^[A-Za-z][A-Za-z0-9_]*$")
    message(FATAL_ERROR "nacre_add_model: NAME ${arg_NAME} is no identifier")
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}_${arg_NAME})
  set(sources ${folder}/${arg_NAME}.c ${folder}/${arg_NAME}_kernels.cpp ${folder}/${arg_NAME}_model.c)
  add_custom_command(
    OUTPUT ${sources} ${folder}/${arg_NAME}.h ${folder}/${arg_NAME}.hpp
    COMMAND ${program} codegen ${models} -o ${folder} --name ${arg_NAME} ${arg_OPTIONS}
    DEPENDS ${models} ${program}
    COMMENT "Making source code of ${arg_NAME}"
    VERBATIM)
  target_sources(${arg_TARGET} PRIVATE ${sources} ${folder}/${arg_NAME}.h)
  target_include_directories(${arg_TARGET} PRIVATE ${folder})
  target_link_libraries(${arg_TARGET} PRIVATE nacre::nacre)
endfunction()
