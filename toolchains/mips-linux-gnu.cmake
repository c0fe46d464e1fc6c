# 32 bits in the other byte order; words that are not aligned are a fault.
set(CMAKE_SYSTEM_PROCESSOR mips)
include(${CMAKE_CURRENT_LIST_DIR}/linux-gnu.cmake)
