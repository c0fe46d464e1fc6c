# Cortex-M33 with single-precision FPU.
set(CMAKE_SYSTEM_PROCESSOR armv8-m.main)
set(NACRE_CPU_FLAGS "-mcpu=cortex-m33 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard")
set(NACRE_MACHINE mps2-an505)
include(${CMAKE_CURRENT_LIST_DIR}/none-eabi.cmake)
