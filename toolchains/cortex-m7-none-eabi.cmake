# Cortex-M7 with FPU for both precisions.
set(CMAKE_SYSTEM_PROCESSOR armv7e-m)
set(NACRE_CPU_FLAGS "-mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard")
set(NACRE_MACHINE mps2-an500)
include(${CMAKE_CURRENT_LIST_DIR}/none-eabi.cmake)
