#include "linear.h"

int predict_in_c(void) {
  static _Alignas(linear_MEMORY_ALIGNMENT) unsigned char memory[linear_MEMORY_BYTES];
  nacre_network network;
  nacre_status status =
      nacre_load(linear_model, linear_MODEL_BYTES, linear_kernels, memory, sizeof memory, 1, &network);
  if (status == NACRE_OK) status = nacre_self_test(linear_model, linear_MODEL_BYTES, &network);
  return status == NACRE_OK ? 0 : 1;
}
