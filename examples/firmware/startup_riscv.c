/* Start-up of a RISC-V without a C library's: pointers, memory, main, and out by semihosting. */

#include <stdint.h>

#include "semihosting_riscv.h"

extern uint32_t data_begin, data_end, data_load, bss_begin, bss_end;
int main(void);

/* Semihosting's SYS_EXIT_EXTENDED ends the emulation with a status. */
static void leave(int status) {
  const uint32_t block[2] = {0x20026, (uint32_t)status};
  semihosting(0x20, block);
  for (;;) {
  }
}

__attribute__((aligned(4))) static void fault(void) { leave(99); }

__attribute__((used, noreturn)) static void start(void) {
  for (uint32_t *to = &data_begin, *from = &data_load; to < &data_end;) *to++ = *from++;
  for (uint32_t* to = &bss_begin; to < &bss_end;) *to++ = 0;
  leave(main());
  __builtin_unreachable();
}

/* Where the processor begins: pointers to small data and to the stack, and where faults go. */
__attribute__((naked, noreturn, used, section(".vectors"))) void reset_handler(void) {
  __asm__ volatile(
      ".option push\n.option norelax\n.option arch, +zicsr\n"
      "la gp, __global_pointer$\n"
      "la sp, stack_top\n"
      "la t0, %0\n"
      "csrw mtvec, t0\n"
      ".option pop\n"
      "j %1" ::"i"(fault), "i"(start));
}
