/* Start-up of a Cortex-M without a C library's: vectors, memory, FPU, main, and out by semihosting. */

#include <stdint.h>

extern uint32_t stack_top, data_begin, data_end, data_load, bss_begin, bss_end;
int main(void);

/* Semihosting's SYS_EXIT_EXTENDED ends the emulation with a status. */
static void leave(int status) {
  const uint32_t block[2] = {0x20026, (uint32_t)status};
  register uint32_t operation __asm__("r0") = 0x20;
  register const uint32_t* argument __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
  for (;;) {
  }
}

static void fault(void) { leave(99); }

void reset_handler(void) {
#if defined(__ARM_ARCH_6M__) /* on the board's Cortex-M3: words that are not aligned are a fault, as on an M0 */
  volatile uint32_t* const configuration = (volatile uint32_t*)0xe000ed14;
  *configuration |= 1u << 3;
#else
  volatile uint32_t* const access_control = (volatile uint32_t*)0xe000ed88;
  *access_control |= 0xfu << 20; /* the coprocessors of the FPU and of MVE, if there are any */
#endif
  __asm__ volatile("dsb\n\tisb");
  for (uint32_t *to = &data_begin, *from = &data_load; to < &data_end;) *to++ = *from++;
  for (uint32_t* to = &bss_begin; to < &bss_end;) *to++ = 0;
  leave(main());
}

__attribute__((section(".vectors"), used)) static const void* const vectors[] = {
    &stack_top, reset_handler, fault, fault, fault, fault, fault};
