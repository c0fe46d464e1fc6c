# nacre_add_board(FOLDER SCRIPT [FILE...]): start-up code, memory layout and semihosting of an emulated board, linked
# into every program. SCRIPT is FOLDER's linker script; FILEs are what it includes.
function(nacre_add_board folder script)
  set(shared ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  add_library(nacre_board OBJECT
    ${folder}/startup.c ${shared}/start.c ${shared}/semihosting.c ${shared}/syscalls.c)
  target_compile_features(nacre_board PRIVATE c_std_11)
  target_compile_options(nacre_board PRIVATE -Wall -Wextra)
  target_include_directories(nacre_board PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_options(nacre_board INTERFACE -nostartfiles -L${folder} -T${folder}/${script} -Wl,--gc-sections)
  list(TRANSFORM ARGN PREPEND ${folder}/ OUTPUT_VARIABLE included)
  set_property(TARGET nacre_board APPEND PROPERTY INTERFACE_LINK_DEPENDS ${folder}/${script} ${included})
endfunction()
