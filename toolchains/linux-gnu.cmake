# Linux of another processor by Debian's cross compiler; programs run under QEMU's user emulation. The toolchain file of
# the processor sets CMAKE_SYSTEM_PROCESSOR, by which Debian and QEMU call it, and includes this. Where they call it
# otherwise, it sets NACRE_TRIPLET or NACRE_QEMU too; NACRE_CPU_FLAGS where the compiler needs some.
set(CMAKE_SYSTEM_NAME Linux)

if(NOT NACRE_TRIPLET)
  set(NACRE_TRIPLET ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu)
endif()
if(NOT NACRE_QEMU)
  set(NACRE_QEMU qemu-${CMAKE_SYSTEM_PROCESSOR})
endif()
set(CMAKE_C_COMPILER ${NACRE_TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER ${NACRE_TRIPLET}-g++)
set(CMAKE_C_FLAGS_INIT "${NACRE_CPU_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${NACRE_CPU_FLAGS}")

set(CMAKE_FIND_ROOT_PATH /usr/${NACRE_TRIPLET})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR ${NACRE_QEMU} -L /usr/${NACRE_TRIPLET})
