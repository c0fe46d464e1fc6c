/* Two standalone folders in one program, each with a runtime of its own. Succeeds when both predict. */
#include <string.h>

#include "iris.h"
#include "net.h"

int main(void) {
  const float flower[IRIS_INPUT_0_ELEMENTS] = {5.0f, 3.4f, 1.5f, 0.2f};
  const float not_a_number = (float)(flower[0] - flower[0]) / (flower[0] - flower[0]);
  const float strange[IRIS_INPUT_0_ELEMENTS] = {not_a_number, 3.4f, 1.5f, 0.2f};
  int8_t image[NET_INPUT_0_ELEMENTS], scores[NET_OUTPUT_0_ELEMENTS];
  float probabilities[IRIS_OUTPUT_1_ELEMENTS];
  int label = -2;
  if (iris_predict(flower, &label, probabilities, NULL) != NACRE_OK || label != IRIS_SETOSA) return 1;
  if (strcmp(iris_labels[label], "setosa") != 0) return 2;
  if (probabilities[IRIS_SETOSA] < 0.5f || probabilities[IRIS_VIRGINICA] > 0.5f) return 3;
  if (iris_predict(flower, NULL, NULL, NULL) != NACRE_OK) return 4;
  if (iris_predict(NULL, &label, NULL, NULL) != NACRE_NULL_ARGUMENT) return 4;
  if (iris_predict(strange, &label, NULL, NULL) != NACRE_NOT_FINITE) return 5;

  for (int i = 0; i < NET_INPUT_0_ELEMENTS; ++i) image[i] = net_quantize_input(0.1f * (float)(i - 60));
  if (net_quantize_input(0.0f) != NET_INPUT_0_ZERO_POINT) return 6;
  if (net_quantize_input(1e9f) != 127 || net_quantize_input(-1e9f) != -128) return 7;
  if (net_quantize_input(not_a_number) != -128) return 8;
  if (net_quantize_input(NET_INPUT_0_SCALE * 1.5f) != NET_INPUT_0_ZERO_POINT + 2) return 9; /* a half: away from 0 */
  if (net_predict(image, scores) != NACRE_OK) return 10;
  if (net_dequantize_output(127) != NET_OUTPUT_0_SCALE * (127 - NET_OUTPUT_0_ZERO_POINT)) return 11;

  const nacre_network* network;
  if (net_load(&network) != NACRE_OK) return 12;
  const nacre_shape shape = nacre_input_shape(network, 0);
  const uint32_t stated[NET_INPUT_0_RANK] = NET_INPUT_0_SHAPE;
  if (shape.rank != NET_INPUT_0_RANK || memcmp(shape.dimensions, stated, sizeof stated) != 0) return 13;
  const nacre_quantization quantization = nacre_input_quantization(network, 0);
  if (quantization.scale != NET_INPUT_0_SCALE || quantization.zero_point != NET_INPUT_0_ZERO_POINT) return 14;
  uint8_t digest[NACRE_DIGEST_BYTES];
  const uint8_t digest_stated[NACRE_DIGEST_BYTES] = NET_DIGEST_BYTES;
  if (nacre_digest(net_model, NET_MODEL_BYTES, digest) != NACRE_OK) return 15;
  return memcmp(digest, digest_stated, sizeof digest) == 0 ? 0 : 16;
}
