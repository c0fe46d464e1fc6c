# Cortex-M0. QEMU's only board with one has 16 KB of memory, less than a test program takes: a Cortex-M3, which runs
# every instruction of Armv6-M alike, stands for it.
set(CMAKE_SYSTEM_PROCESSOR armv6-m)
set(NACRE_CPU_FLAGS "-mcpu=cortex-m0 -mthumb -mfloat-abi=soft")
set(NACRE_MACHINE mps2-an385)
include(${CMAKE_CURRENT_LIST_DIR}/none-eabi.cmake)
