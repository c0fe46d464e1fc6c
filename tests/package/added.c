#include "iris.h"

/* Succeeds when a small flower is a setosa. */
int main(void) {
  const float flower[IRIS_INPUT_0_ELEMENTS] = {5.0f, 3.4f, 1.5f, 0.2f};
  int label;
  return iris_predict(flower, &label) == NACRE_OK && label == IRIS_SETOSA ? 0 : 1;
}
