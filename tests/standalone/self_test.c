/* Firmware made of a standalone folder alone. Succeeds when its golden vectors have the bits of the workstation. */
#include MODEL_HEADER

#define JOIN(a, b) a##b
#define NAME(word, what) JOIN(word, what)

static unsigned char memory[NAME(MACRO, _MEMORY_BYTES)] __attribute__((aligned(NAME(MACRO, _MEMORY_ALIGNMENT))));

int main(void) {
  nacre_network network;
  nacre_status status = nacre_load(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), NAME(WORD, _kernels), memory,
                                   sizeof memory, 1, &network);
  if (status == NACRE_OK) status = nacre_self_test(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), &network);
  return (int)status;
}
