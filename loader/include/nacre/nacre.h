#ifndef NACRE_NACRE_H
#define NACRE_NACRE_H

/* Nacre for C99: the same code as the C++ headers.
 *
 * Rules for every function below:
 *  - pointers must not be NULL unless the comment says so; where one is, the result is an error;
 *  - nothing here allocates, blocks, prints, recurses or calls libm; the stack that it takes on a Cortex-M4 is
 *    at most 1024 bytes, and 256 of nacre_run;
 *  - a network belongs to one thread or interrupt level at a time; a model may be shared by any number
 *    of networks, and two networks with memory of their own may run at the same time;
 *  - the model must start at a multiple of 64 and stay in place, unchanged, for as long as a network
 *    made from it is used; so must the memory;
 *  - text belongs to Nacre or to the model and must not be freed.                                     */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a call ended with: 0x1. the caller's mistake, 0x2. and 0x3. the file's, 0x4. the data's, 0x5. the
 * device's. The values are stable.                                                                      */
typedef enum nacre_status {
  NACRE_OK = 0,
  NACRE_NOT_LOADED = 0x10,  /* run() or self_test() before a successful load() */
  NACRE_MEMORY_TOO_SMALL = 0x11,  /* the block is smaller than nacre_memory.bytes */
  NACRE_MEMORY_MISALIGNED = 0x12,  /* the block's address is not a multiple of nacre_memory.alignment */
  NACRE_MODEL_MISALIGNED = 0x13,  /* the model's address is not a multiple of 64 */
  NACRE_KERNEL_MISSING = 0x14,  /* the list given to load() lacks a kernel that the model needs */
  NACRE_NULL_ARGUMENT = 0x15,  /* a pointer that must not be null is null */
  NACRE_FILE_UNREADABLE = 0x16,  /* nacre_map() of what cannot be opened or mapped; errno says why */
  NACRE_TRUNCATED = 0x20,  /* the file is shorter than it says */
  NACRE_TRAILING_BYTES = 0x21,  /* the file is longer than it says */
  NACRE_BAD_MAGIC = 0x22,  /* not a Nacre model */
  NACRE_VERSION_TOO_NEW = 0x23,  /* written for a newer reader */
  NACRE_FEATURE_UNKNOWN = 0x24,  /* needs a feature that this reader does not have */
  NACRE_DIGEST_MISMATCH = 0x25,  /* the bytes are not those that were written */
  NACRE_MALFORMED = 0x26,  /* an offset, length or table of the FlatBuffer is wrong */
  NACRE_BAD_SECTION = 0x27,  /* sections overlap, leave a gap or are misaligned */
  NACRE_BAD_TENSOR = 0x28,  /* type, rank, shape or place of a tensor */
  NACRE_BAD_INDEX = 0x29,  /* an index points past what it indexes */
  NACRE_BAD_ARGUMENTS = 0x2a,  /* a layer's arguments do not fit its operator */
  NACRE_BAD_PARAMETER = 0x2b,  /* a parameter of an operator is outside its legal range */
  NACRE_BAD_MEMORY_SIZE = 0x2c,  /* the memory sizes stated by the file are not those it needs */
  NACRE_BAD_WEIGHTS = 0x2d,  /* values inside the weights that would make a kernel index outside */
  NACRE_BAD_PORT = 0x2e,  /* an input or output of the model is not a tensor that can be one */
  NACRE_GOLDEN_MISSING = 0x2f,  /* self_test() of a model without golden vectors */
  NACRE_DESCRIPTION_MISSING = 0x30,  /* Description::open() of a model without names */
  NACRE_INDEX_OUT_OF_RANGE = 0x40,  /* an embedding or label index outside its table */
  NACRE_UNKNOWN_LABEL = 0x41,  /* a label that the encoder has not seen */
  NACRE_NOT_FINITE = 0x42,  /* check_inputs() met a missing or infinite value that the model refuses */
  NACRE_GOLDEN_MISMATCH = 0x50,  /* self_test() gave other bits than the workstation */
} nacre_status;

/* Element types. A text element is 16 bytes: a pointer, then a 32-bit length at offset 8. */
typedef enum nacre_type {
  NACRE_FLOAT32 = 0, NACRE_FLOAT64 = 1, NACRE_INT64 = 2, NACRE_INT32 = 3, NACRE_INT16 = 4, NACRE_INT8 = 5,
  NACRE_UINT8 = 6, NACRE_BOOL = 7, NACRE_STRING = 8
} nacre_type;

/* The kernels that a model may use: from `nacre codegen`, so that only those are linked. */
typedef struct nacre_kernels {
  const void* rows;
  size_t count;
} nacre_kernels;

/* Every kernel of the library, for programs that load any model. */
nacre_kernels nacre_all_kernels(void);

/* A loaded model. Made by nacre_load, never by hand; may be copied, but copies share the memory. */
typedef struct nacre_network {
  uint64_t opaque[16];
} nacre_network;

/* A file mapped to be read, where there is a file system (POSIX); a firmware has its model in flash. Until
 * nacre_unmap it must outlive what is made from it, and no other process may change it. nacre_unmap leaves
 * it empty; of an empty one it does nothing, and `file` may be NULL.                                     */
typedef struct nacre_file {
  const void* data;
  size_t bytes;
} nacre_file;
nacre_status nacre_map(const char* path, nacre_file* file);
void nacre_unmap(nacre_file* file);

/* The memory that a model needs: one block of `bytes`, at a multiple of `alignment`. */
typedef struct nacre_memory {
  size_t bytes;
  size_t alignment;
} nacre_memory;
nacre_status nacre_memory_needs(const void* model, size_t model_bytes, nacre_memory* needs);

/* Verifies the model and rebuilds its network in `memory`; weights stay where they are. With
 * `check_digest` 0 the SHA-256 is not compared: for images that a boot loader has authenticated. Nothing
 * else can be declined. `network` is written only when the result is NACRE_OK.                          */
nacre_status nacre_load(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                        size_t memory_bytes, int check_digest, nacre_network* network);

/* Elements of an input or output: where they are, how many, of which type. */
typedef struct nacre_tensor {
  void* data;
  size_t elements;
  nacre_type type;
} nacre_tensor;

/* Input `index`, to be written before every run. `data` is NULL when there is no such input. */
nacre_tensor nacre_input(const nacre_network* network, unsigned index);

/* What input `index` refuses, as its library does: NACRE_REFUSES_MISSING (a NaN), NACRE_REFUSES_INFINITE, both or 0. */
#define NACRE_REFUSES_MISSING 1u
#define NACRE_REFUSES_INFINITE 2u
unsigned nacre_input_flags(const nacre_network* network, unsigned index);

/* Whether the inputs hold no value that they refuse: NACRE_NOT_FINITE where one does, with the place of the first in
 * `input` and `element`, either of which may be NULL. Optional, before nacre_run, which makes an answer of any value.
 */
nacre_status nacre_check_inputs(const nacre_network* network, unsigned* input, size_t* element);

/* One forward pass. */
nacre_status nacre_run(const nacre_network* network);

/* Output `index`, valid until the next run. `data` is NULL when there is no such output. */
nacre_tensor nacre_output(const nacre_network* network, unsigned index);

/* Zeroes the state of stateful layers, as nacre_load does. */
void nacre_reset_state(const nacre_network* network);

/* Runs the model's golden vectors: NACRE_OK when every bit is as on the workstation. */
nacre_status nacre_self_test(const void* model, size_t model_bytes, const nacre_network* network);

/* "bad_magic" */
const char* nacre_status_name(nacre_status status);

#ifdef __cplusplus
}
#endif

#endif
