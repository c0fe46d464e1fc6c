# QEMU's RISC-V board.
include(${CMAKE_CURRENT_LIST_DIR}/../bare-metal/board.cmake)
nacre_add_board(${CMAKE_CURRENT_LIST_DIR} virt.ld)
target_link_options(nacre_board INTERFACE -nodefaultlibs)
