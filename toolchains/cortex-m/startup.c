/* What a Cortex-M begins with. */

#include <stdint.h>

#include "toolchains/bare-metal/start.h"

extern char stack_top[];

static void fault_handler(void) { die("processor fault\n"); }
static void unexpected_handler(void) { die("unexpected interrupt\n"); }

#if defined(__ARM_ARCH_6M__)
/* Configuration and Control Register, Armv7-M Architecture Reference Manual B3.2.8: access to words that are not
 * aligned is a fault, as it is on every Armv6-M, which the board's processor stands for. */
static void prepare(void) {
  volatile uint32_t* const ccr = (volatile uint32_t*)0xe000ed14;
  *ccr |= 1u << 3;
}
#else
/* Coprocessor Access Control Register, Armv7-M Architecture Reference Manual B3.2.20: full access to
 * CP10 and CP11, which are the FPU, and MVE on Armv8.1-M: no function that saves vectors may run before. */
static void prepare(void) {
  volatile uint32_t* const cpacr = (volatile uint32_t*)0xe000ed88;
  *cpacr |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}
#endif

__attribute__((noreturn)) void reset_handler(void) {
  prepare();
  start();
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)stack_top,
    reset_handler,
    unexpected_handler, /* NMI */
    fault_handler,      /* hard fault */
    fault_handler,      /* memory management fault */
    fault_handler,      /* bus fault */
    fault_handler,      /* usage fault */
    unexpected_handler, unexpected_handler, unexpected_handler, unexpected_handler,
    unexpected_handler, /* SVCall */
    unexpected_handler, unexpected_handler,
    unexpected_handler, /* PendSV */
    unexpected_handler, /* SysTick */
};
