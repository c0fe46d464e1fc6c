/* Firmware that loads a model and runs it, and no more: its flash is what `nacre codegen` predicts. */
#include MODEL_HEADER

#define JOIN(a, b) a##b
#define NAME(word, what) JOIN(word, what)

static unsigned char memory[NAME(MACRO, _MEMORY_BYTES)] __attribute__((aligned(NAME(MACRO, _MEMORY_ALIGNMENT))));

int main(void) {
  nacre_network network;
  const nacre_status status = nacre_load(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), NAME(WORD, _kernels), memory,
                                         sizeof memory, 1, &network);
  return status == NACRE_OK ? (int)nacre_run(&network) : (int)status;
}
