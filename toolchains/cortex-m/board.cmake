# Start-up code, memory layout and semihosting of the emulated board, linked into every program. The toolchain file
# names the board as QEMU does, in NACRE_MACHINE.
add_library(nacre_board OBJECT
  ${CMAKE_CURRENT_LIST_DIR}/startup.c
  ${CMAKE_CURRENT_LIST_DIR}/../bare-metal/start.c
  ${CMAKE_CURRENT_LIST_DIR}/../bare-metal/semihosting.c
  ${CMAKE_CURRENT_LIST_DIR}/../bare-metal/syscalls.c)
target_compile_features(nacre_board PRIVATE c_std_11)
target_compile_options(nacre_board PRIVATE -Wall -Wextra)
target_include_directories(nacre_board PRIVATE ${PROJECT_SOURCE_DIR})
target_link_options(nacre_board INTERFACE
  -nostartfiles -L${CMAKE_CURRENT_LIST_DIR} -T${CMAKE_CURRENT_LIST_DIR}/${NACRE_MACHINE}.ld -Wl,--gc-sections)
set_property(TARGET nacre_board APPEND PROPERTY INTERFACE_LINK_DEPENDS
  ${CMAKE_CURRENT_LIST_DIR}/${NACRE_MACHINE}.ld ${CMAKE_CURRENT_LIST_DIR}/sections.ld)
