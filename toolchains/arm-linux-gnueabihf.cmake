# Arm of 32 bits with VFP (Debian's armhf), as in boards that run Linux.
set(CMAKE_SYSTEM_PROCESSOR arm)
set(NACRE_TRIPLET arm-linux-gnueabihf)
include(${CMAKE_CURRENT_LIST_DIR}/linux-gnu.cmake)
