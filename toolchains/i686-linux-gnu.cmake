# 32 bits of x86. Its x87 rounds to other bits: arithmetic is that of SSE2.
set(CMAKE_SYSTEM_PROCESSOR i686)
set(NACRE_QEMU qemu-i386)
set(NACRE_CPU_FLAGS "-msse2 -mfpmath=sse")
include(${CMAKE_CURRENT_LIST_DIR}/linux-gnu.cmake)
