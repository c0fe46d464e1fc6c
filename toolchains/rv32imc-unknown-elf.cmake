# Bare metal of a small RISC-V (RV32IMC, without FPU) by Debian's compiler and picolibc; programs run on a board that
# QEMU knows (toolchains/riscv). Debian has no C++ library for it. Headers are those of the Arm compiler of the same
# release: they suit any 32-bit processor with newlib, from which picolibc comes. Nothing links that library, so that
# nacre-replay is built, and no tests.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)

set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)

set(NACRE_CPU_FLAGS "-march=rv32imc -mabi=ilp32 --specs=picolibc.specs")
set(CMAKE_C_FLAGS_INIT "${NACRE_CPU_FLAGS}")
file(GLOB NACRE_CXX_HEADERS LIST_DIRECTORIES true /usr/include/newlib/c++/12.*)
set(CMAKE_CXX_FLAGS_INIT
    "${NACRE_CPU_FLAGS} -isystem ${NACRE_CXX_HEADERS} -isystem ${NACRE_CXX_HEADERS}/arm-none-eabi")

# A program needs the board's linker script, which CMake's compiler checks do not know.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(CMAKE_FIND_ROOT_PATH /usr/lib/picolibc/riscv64-unknown-elf)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/qemu-bare-metal.sh riscv32 virt)

# Behind all objects, which a link option is not.
set(CMAKE_C_STANDARD_LIBRARIES "-Wl,--start-group -lc -lgcc -Wl,--end-group")
set(CMAKE_CXX_STANDARD_LIBRARIES "-Wl,--start-group -lc -lgcc -Wl,--end-group")

set(NACRE_BOARD ${CMAKE_CURRENT_LIST_DIR}/riscv/board.cmake)
