/* What a RISC-V begins with. */

#include "toolchains/bare-metal/start.h"

__attribute__((aligned(4), noreturn)) static void trap_handler(void) { die("processor fault\n"); }

/* The first instruction in memory: pointers to small data, to the thread's variables and to the stack, and where
 * faults go. */
__attribute__((naked, noreturn, section(".reset"))) void reset_handler(void) {
  __asm__ volatile(
      ".option push\n.option norelax\n.option arch, +zicsr\n"
      "la gp, __global_pointer$\n"
      "la tp, thread_start\n"
      "la sp, stack_top\n"
      "la t0, %0\n"
      "csrw mtvec, t0\n"
      ".option pop\n"
      "j start" ::"i"(trap_handler));
}
