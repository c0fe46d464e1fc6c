/* Firmware made of a standalone folder alone. Succeeds when its golden vectors have the bits of the workstation and,
 * where STACK is defined, loading and running take no more bytes of the stack than that.                          */
#include MODEL_HEADER

#define JOIN(a, b) a##b
#define NAME(word, what) JOIN(word, what)

static unsigned char memory[NAME(MACRO, _MEMORY_BYTES)] __attribute__((aligned(NAME(MACRO, _MEMORY_ALIGNMENT))));

#if defined(STACK)
enum { WORDS = 1024, PAINT = 0x5ea5e11 };

static __attribute__((noinline)) void paint(void) {
  volatile uint32_t area[WORDS];
  for (unsigned i = 0; i < WORDS; ++i) area[i] = PAINT;
}

/* How many bytes of what was painted others have used since. */
static __attribute__((noinline)) unsigned used(void) {
  volatile uint32_t area[WORDS];
  unsigned i = 0;
  __asm__ volatile("" : : "r"(area) : "memory");
  while (i < WORDS && area[i] == PAINT) ++i;
  return 4 * (WORDS - i);
}
#endif

int main(void) {
  nacre_network network;
#if defined(STACK)
  paint();
#endif
  nacre_status status = nacre_load(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), NAME(WORD, _kernels), memory,
                                   sizeof memory, 1, &network);
#if defined(STACK)
  if (status == NACRE_OK) status = nacre_run(&network);
  if (used() > STACK) return 100 + (int)(used() / 64);
#endif
  if (status == NACRE_OK) status = nacre_self_test(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), &network);
  return (int)status;
}
