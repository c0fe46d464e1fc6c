# The emulated board that the toolchain file names as QEMU does, in NACRE_MACHINE.
include(${CMAKE_CURRENT_LIST_DIR}/../bare-metal/board.cmake)
nacre_add_board(${CMAKE_CURRENT_LIST_DIR} ${NACRE_MACHINE}.ld sections.ld)
