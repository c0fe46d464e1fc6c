# Cortex-M4 with single-precision FPU.
set(CMAKE_SYSTEM_PROCESSOR armv7e-m)
set(NACRE_CPU_FLAGS "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard")
set(NACRE_MACHINE mps2-an386)
include(${CMAKE_CURRENT_LIST_DIR}/none-eabi.cmake)
