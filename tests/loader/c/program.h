#ifndef NACRE_TESTS_PROGRAM_H
#define NACRE_TESTS_PROGRAM_H

#include "nacre/nacre.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a program in C sees of a model. */
struct sight {
  nacre_status status; /* of the last call */
  unsigned inputs, outputs, layers;
  unsigned dimensions[2];          /* of input 0 */
  nacre_quantization quantization; /* of input 0 */
  nacre_text model, input, output, last_layer, last_label, answer; /* answer: of output 0, where it is text */
  int found;                                                       /* the index of output 0, by its name */
  unsigned visited[64];                                            /* layers, in the order in which they ran */
  unsigned visits;
  const char* operators[64]; /* of the layers that ran */
  const nacre_network* network;
  uint8_t digest[NACRE_DIGEST_BYTES];
};
struct sight look_at(const void* model, size_t model_bytes, void* memory, size_t memory_bytes);

/* Runs a model with one text as its input and one int64 as its answer. */
nacre_status encode_text(const void* model, size_t model_bytes, void* memory, size_t memory_bytes, const char* text,
                    int64_t* answer);

#ifdef __cplusplus
}
#endif

#endif
