# Cortex-M3.
set(CMAKE_SYSTEM_PROCESSOR armv7-m)
set(NACRE_CPU_FLAGS "-mcpu=cortex-m3 -mthumb -mfloat-abi=soft")
set(NACRE_MACHINE mps2-an385)
include(${CMAKE_CURRENT_LIST_DIR}/none-eabi.cmake)
