/* A call of QEMU by a RISC-V. Two shifts tell it that this is no breakpoint. None may be compressed, and all lie in one
 * page, as whatever is shorter than its alignment does. */
#pragma once

__attribute__((noinline, aligned(64), unused)) static long semihosting(long operation, const void* argument) {
  register long a0 __asm__("a0") = operation;
  register const void* a1 __asm__("a1") = argument;
  __asm__ volatile(".option push\n.option norvc\nslli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
  return a0;
}
