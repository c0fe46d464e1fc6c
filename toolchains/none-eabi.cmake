# Bare metal by Debian's arm-none-eabi compiler; programs run on a board that QEMU knows (toolchains/cortex-m). The
# toolchain file of the processor sets CMAKE_SYSTEM_PROCESSOR, NACRE_CPU_FLAGS and NACRE_MACHINE, and includes this.
set(CMAKE_SYSTEM_NAME Generic)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)

set(CMAKE_C_FLAGS_INIT "${NACRE_CPU_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${NACRE_CPU_FLAGS}")

# A test program needs the board's linker script, which CMake's compiler checks do not know.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(CMAKE_FIND_ROOT_PATH /usr/lib/arm-none-eabi)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/qemu-bare-metal.sh arm ${NACRE_MACHINE})

set(NACRE_BOARD ${CMAKE_CURRENT_LIST_DIR}/cortex-m/board.cmake)
