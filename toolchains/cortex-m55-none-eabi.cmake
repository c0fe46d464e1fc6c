# Cortex-M55 with FPU and vectors (MVE).
set(CMAKE_SYSTEM_PROCESSOR armv8.1-m)
set(NACRE_CPU_FLAGS "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard")
set(NACRE_MACHINE mps3-an547)
include(${CMAKE_CURRENT_LIST_DIR}/none-eabi.cmake)
