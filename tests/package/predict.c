#include "linear.h"

int predict_in_c(void) {
  static _Alignas(LINEAR_MEMORY_ALIGNMENT) unsigned char memory[LINEAR_MEMORY_BYTES];
  nacre_network network;
  nacre_status status =
      nacre_load(linear_model, LINEAR_MODEL_BYTES, linear_kernels, memory, sizeof memory, 1, &network);
  if (status == NACRE_OK) status = nacre_self_test(linear_model, LINEAR_MODEL_BYTES, &network);
  const float row[LINEAR_INPUT_0_ELEMENTS] = {0};
  float answer;
  if (status == NACRE_OK) status = linear_predict(row, &answer);
  return status == NACRE_OK ? 0 : 1;
}
