/* From reset to main(argc, argv), and back to the host with its result. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "toolchains/cortex-m/semihosting.h"

extern char stack_top[], data_start[], data_end[], bss_start[], bss_end[];
extern const char data_load[];
extern void (*const init_array_start[])(void);
extern void (*const init_array_end[])(void);

int main(int argc, char** argv);

static void die(const char* text) {
  semihosting_write_bytes(semihosting_stderr(), text, strlen(text));
  semihosting_exit(EXIT_FAILURE);
}

static void fault_handler(void) { die("processor fault\n"); }
static void unexpected_handler(void) { die("unexpected interrupt\n"); }

/* Coprocessor Access Control Register, Armv7-M Architecture Reference Manual B3.2.20: full access to
 * CP10 and CP11, which are the FPU, and MVE on Armv8.1-M: no function that saves vectors may run before. */
static void enable_fpu(void) {
  volatile uint32_t* const cpacr = (volatile uint32_t*)0xe000ed88;
  *cpacr |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

__attribute__((noreturn)) void reset_handler(void) {
  enable_fpu();
  memcpy(data_start, data_load, (size_t)(data_end - data_start));
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  for (void (*const* initializer)(void) = init_array_start; initializer != init_array_end;
       ++initializer)
    (*initializer)();

  char** arguments;
  const int count = semihosting_arguments(&arguments);
  if (count < 0) die("the command line is too long\n");
  exit(main(count, arguments));
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
