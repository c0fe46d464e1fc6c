#ifndef NACRE_NACRE_H
#define NACRE_NACRE_H

/* Nacre for C99: the same code as the C++ headers. Functions are linked one by one: those that a firmware does not
 * call take no flash.
 *
 * Rules for every function below:
 *  - pointers must not be NULL unless the comment says so. A function that returns a status answers NULL with
 *    NACRE_NULL_ARGUMENT; others return what they return where there is nothing: 0, or a struct of zeros;
 *  - nothing here allocates, blocks, prints or calls libm; the stack that it takes on a Cortex-M4 is at most 1376
 *    bytes, and 608 of nacre_run (1152 on a Cortex-M55) with 128 more for each loop around a layer, of which there are
 *    four at most, and 448 more where layers are fused, 224 where one looks for neighbours or terms;
 *  - the floating-point unit rounds to nearest and keeps subnormal numbers, as it does after reset;
 *  - a network belongs to one thread or interrupt level at a time; a model may be shared by any number
 *    of networks, and two networks with memory of their own may run at the same time;
 *  - the model must start at a multiple of 64 and stay in place, unchanged, for as long as a network, a
 *    description or text made from it is used; so must a network's memory;
 *  - text belongs to Nacre or to the model and must not be freed.                                     */

#include <stddef.h>
#include <stdint.h>

#include "nacre/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Versions and statuses ---------------------------------------------------------------------------------- */

/* NACRE_VERSION_NUMBER of the library that is linked; the macro is that of this header. */
uint32_t nacre_version(void);

/* The newest file format that the library reads. It moves only when an older library would misread a file. */
uint32_t nacre_format_version(void);

/* How a call ended. The upper four bits say who can act: 1 the caller, 2 and 3 who made the file, 4 who gave the
 * input, 5 who built the library or the device. The values are stable.                                          */
typedef enum nacre_status {
  NACRE_OK = 0,
  NACRE_NOT_LOADED = 0x10,          /* the network was never loaded: call nacre_load first */
  NACRE_MEMORY_TOO_SMALL = 0x11,    /* the block has fewer bytes than nacre_memory_needs says */
  NACRE_MEMORY_MISALIGNED = 0x12,   /* the block is not aligned as nacre_memory_needs says */
  NACRE_MODEL_MISALIGNED = 0x13,    /* the model's address is not a multiple of 64 */
  NACRE_KERNEL_MISSING = 0x14,      /* the kernels given to nacre_load lack one that the model needs */
  NACRE_NULL_ARGUMENT = 0x15,       /* a pointer that must not be NULL is NULL */
  NACRE_FILE_UNREADABLE = 0x16,     /* nacre_map cannot open or map the file; errno says why */
  NACRE_BAD_GEOMETRY = 0x17,        /* slots overlap, or the flash cannot hold their record (nacre/slots.h) */
  NACRE_SLOT_TOO_SMALL = 0x18,      /* more bytes than were announced, or than a slot has */
  NACRE_UNCONFIRMED = 0x19,         /* the old model is needed: confirm the new one, or restart */
  NACRE_ROLLED_BACK = 0x1a,         /* a model older than one that was confirmed */
  NACRE_TOO_EXPENSIVE = 0x1b,       /* a run may take more operations than the caller allows */
  NACRE_TRUNCATED = 0x20,           /* the file is shorter than it says */
  NACRE_TRAILING_BYTES = 0x21,      /* the file is longer than it says */
  NACRE_BAD_MAGIC = 0x22,           /* not a Nacre model */
  NACRE_VERSION_TOO_NEW = 0x23,     /* the file needs a newer library */
  NACRE_FEATURE_UNKNOWN = 0x24,     /* the file has a feature, field or section that this library does not know */
  NACRE_DIGEST_MISMATCH = 0x25,     /* the bytes are not those that were written */
  NACRE_MALFORMED = 0x26,           /* an offset, a length or a table of the FlatBuffer is wrong */
  NACRE_BAD_SECTION = 0x27,         /* sections overlap, leave a gap or are misaligned */
  NACRE_BAD_TENSOR = 0x28,          /* type, rank, shape or place of a tensor */
  NACRE_BAD_INDEX = 0x29,           /* an index points past what it indexes */
  NACRE_BAD_ARGUMENTS = 0x2a,       /* a layer's inputs and outputs do not fit its operator */
  NACRE_BAD_PARAMETER = 0x2b,       /* a parameter of an operator is outside its legal range */
  NACRE_BAD_MEMORY_SIZE = 0x2c,     /* the memory sizes stated by the file are not those it needs */
  NACRE_BAD_WEIGHTS = 0x2d,         /* weights that would make a kernel read outside its arrays */
  NACRE_BAD_PORT = 0x2e,            /* an input or output of the model is not a tensor that can be one */
  NACRE_GOLDEN_MISSING = 0x2f,      /* the model has no golden vectors, or was stripped of them */
  NACRE_DESCRIPTION_MISSING = 0x30, /* the model has no names, or was stripped of them */
  NACRE_BAD_PLAN = 0x31,            /* a layer would read bytes that are not, or no longer, what it asks for */
  NACRE_OTHER_BYTE_ORDER = 0x32,    /* written for processors of the other byte order */
  NACRE_VERSION_TOO_OLD = 0x33,     /* the file needs an older library, or to be converted again */
  NACRE_SIGNATURE_MISSING = 0x34,   /* the model is not signed */
  NACRE_KEY_UNKNOWN = 0x35,         /* signed with none of the keys that were given */
  NACRE_BAD_SIGNATURE = 0x36,       /* not what was signed */
  NACRE_INDEX_OUT_OF_RANGE = 0x40,  /* an index in the input that its table of embeddings or labels lacks */
  NACRE_UNKNOWN_LABEL = 0x41,       /* a label in the input that the model was not trained with */
  NACRE_NOT_FINITE = 0x42,          /* a missing or infinite value that the model's library refuses */
  NACRE_BAD_TEXT = 0x43,            /* a text that is not UTF-8 */
  NACRE_TOO_MANY_TERMS = 0x44,      /* a text with more different terms than the model has room for */
  NACRE_GOLDEN_MISMATCH = 0x50,     /* other bits than on the workstation */
  NACRE_FLASH_FAILED = 0x51,        /* a function of nacre_flash failed */
  NACRE_NO_MODEL = 0x52             /* neither slot holds a model that may run */
} nacre_status;

/* "bad_magic"; "unknown" for a number that is no status. */
const char* nacre_status_name(nacre_status status);

/* ---- Models and memory -------------------------------------------------------------------------------------- */

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

/* The 32 bytes that identify a model: the SHA-256 of what the device reads, which holds the SHA-256 of all else.
 * As the file states it: nacre_load compares it with the bytes.                                              */
#define NACRE_DIGEST_BYTES 32
nacre_status nacre_digest(const void* model, size_t model_bytes, uint8_t digest[NACRE_DIGEST_BYTES]);

/* ---- Loading ------------------------------------------------------------------------------------------------ */

/* The kernels that a model may use. `nacre codegen` writes the list of a model, so that only those are linked. */
typedef struct nacre_kernels {
  const void* rows;
  size_t count;
} nacre_kernels;

/* Every kernel of the library, for programs that load any model: a firmware that calls this links them all. */
nacre_kernels nacre_all_kernels(void);

/* A loaded model. Made by nacre_load, never by hand; may be copied, but copies share the memory. */
typedef struct nacre_network {
  uint64_t opaque[24];
} nacre_network;

/* Verifies the model and rebuilds its network in `memory`; weights stay where they are. With
 * `check_digest` 0 the SHA-256 is not compared: for images that a boot loader has authenticated. Nothing
 * else can be declined. `network` is written only when the result is NACRE_OK.                          */
nacre_status nacre_load(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                        size_t memory_bytes, int check_digest, nacre_network* network);

/* Most models need one block of memory. One that was made for fast and slow memory may need more, up to
 * NACRE_MAX_BLOCKS: of these nacre_memory_needs tells the first, and nacre_load finds its memory too small. */
#define NACRE_MAX_BLOCKS 4
typedef struct nacre_block {
  void* data;
  size_t bytes;
} nacre_block;

/* What block `index` needs, counted from 0; `bytes` is 0 where the model asks for no such block. */
nacre_status nacre_block_needs(const void* model, size_t model_bytes, unsigned index, nacre_memory* needs);

/* nacre_load with `count` blocks. Those that the model does not ask for are left alone. */
nacre_status nacre_load_blocks(const void* model, size_t model_bytes, nacre_kernels kernels, const nacre_block* blocks,
                               size_t count, int check_digest, nacre_network* network);

/* The part of a file in which a check failed. */
typedef enum nacre_part {
  NACRE_PART_FILE = 0,
  NACRE_PART_HEADER = 1,
  NACRE_PART_MODEL = 2,
  NACRE_PART_TENSORS = 3,
  NACRE_PART_SHAPES = 4,
  NACRE_PART_KERNELS = 5,
  NACRE_PART_LAYERS = 6,
  NACRE_PART_ARGUMENTS = 7,
  NACRE_PART_OPERATORS = 8,
  NACRE_PART_INPUTS = 9,
  NACRE_PART_OUTPUTS = 10,
  NACRE_PART_WEIGHTS = 11,
  NACRE_PART_SECTIONS = 12,
  NACRE_PART_MEMORIES = 13
} nacre_part;

/* "header"; "unknown" for a number that is no part. */
const char* nacre_part_name(nacre_part part);

/* Where a check failed. schema/SPEC.md numbers the fields. */
typedef struct nacre_place {
  nacre_part part;
  uint32_t field;  /* number of the field in its table or struct, or of a layer's argument; of an operator's struct, the
                      byte at which the field begins */
  uint32_t index;  /* element of the vector; of NACRE_PART_OPERATORS and NACRE_PART_ARGUMENTS, the layer */
  uint32_t offset; /* bytes from the start of the file, of what holds the field */
} nacre_place;

/* nacre_load for a failure to report: loads in the same way, without keeping the network, and says in `place`
 * where a check failed. `place` is all zeros where the result is NACRE_OK or an argument was NULL.           */
nacre_status nacre_find_fault(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                              size_t memory_bytes, int check_digest, nacre_place* place);

/* ---- Signed models ------------------------------------------------------------------------------------------ */

/* A public key of Ed25519 and its number, as `nacre keygen` and `nacre sign` print them. */
#define NACRE_KEY_ID_BYTES 8
#define NACRE_KEY_BYTES 32
#define NACRE_SIGNATURE_BYTES 64
typedef struct nacre_key {
  uint8_t id[NACRE_KEY_ID_BYTES];
  uint8_t bytes[NACRE_KEY_BYTES];
} nacre_key;

/* Whose models may run. `verify` is the platform's Ed25519 (RFC 8032, pure): 0 where `signature` is that of `message`
 * by `key`, anything else where it is not. docs/signing.md has it for PSA Crypto, Monocypher and others.          */
typedef struct nacre_trust {
  const nacre_key* keys;     /* the model must be signed with one of them */
  size_t key_count;
  uint32_t minimum_rollback; /* models with a smaller counter are refused */
  int (*verify)(void* context, const uint8_t key[NACRE_KEY_BYTES], const uint8_t* message, size_t message_bytes,
                const uint8_t signature[NACRE_SIGNATURE_BYTES]);
  void* context;             /* handed on to it; may be NULL */
} nacre_trust;

/* Whether header and table of sections are signed with a key of `trust`, and what the model's rollback counter is,
 * which may be NULL. No other byte of the model counts, and none is used before the signature has passed: this is for
 * a counter, and for what comes before nacre_load_blocks with `check_digest` 1.
 * Errors: NACRE_SIGNATURE_MISSING, NACRE_KEY_UNKNOWN, NACRE_BAD_SIGNATURE, NACRE_ROLLED_BACK; those of nacre_load for
 * a header or table that cannot be read; NACRE_NULL_ARGUMENT, also where `verify` is NULL.                        */
nacre_status nacre_check_signature(const void* model, size_t model_bytes, const nacre_trust* trust, uint32_t* rollback);

/* nacre_check_signature, then nacre_load with the digests, by which the signature covers each byte that is read. */
nacre_status nacre_load_signed(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                               size_t memory_bytes, const nacre_trust* trust, nacre_network* network);

/* ---- The time of a run -------------------------------------------------------------------------------------- */

/* The most operations that a run takes, whatever its inputs but for the length of texts, as `nacre inspect` states
 * them: multiply-accumulates, comparisons, elements read or written. UINT64_MAX where they are more than 64 bits count;
 * 0 of a network that was not loaded. docs/trust.md says what counts.                                             */
uint64_t nacre_operations(const nacre_network* network);

/* nacre_load, which refuses a model whose runs may take more operations than `most`: NACRE_TOO_EXPENSIVE. */
nacre_status nacre_load_within(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                               size_t memory_bytes, int check_digest, uint64_t most, nacre_network* network);

/* ---- Inputs and outputs ------------------------------------------------------------------------------------- */

/* Element types: float, double, int64_t, int32_t, int16_t, int8_t, uint8_t, one byte that is 0 or 1, nacre_text. */
typedef enum nacre_type {
  NACRE_FLOAT32 = 0,
  NACRE_FLOAT64 = 1,
  NACRE_INT64 = 2,
  NACRE_INT32 = 3,
  NACRE_INT16 = 4,
  NACRE_INT8 = 5,
  NACRE_UINT8 = 6,
  NACRE_BOOL = 7,
  NACRE_STRING = 8
} nacre_type;

/* Bytes of one element; 0 for a number that is no type. */
size_t nacre_element_bytes(nacre_type type);

/* Text: UTF-8, not terminated. An element of a text tensor is one, of 16 bytes on 32-bit and 64-bit processors. The
 * bytes of an input must stay in place until nacre_run returns; those of an output belong to the model. To models that
 * encode categories an empty text, which may be NULL, is a missing value.                                          */
typedef struct nacre_text {
  const char* data;
#if UINTPTR_MAX <= 0xffffffffu
  uint32_t reserved_after_data;
#endif
  uint32_t bytes;
  uint32_t reserved;
} nacre_text;

unsigned nacre_input_count(const nacre_network* network);
unsigned nacre_output_count(const nacre_network* network);

/* The elements of an input or output: where they are, how many, of which type. */
typedef struct nacre_tensor {
  void* data;
  size_t elements;
  nacre_type type;
} nacre_tensor;

/* Input `index`, to be written before every run: a run may reuse its memory. `data` is NULL when there is no such
 * input.                                                                                                         */
nacre_tensor nacre_input(const nacre_network* network, unsigned index);

/* Output `index`, valid until the next run. `data` is NULL when there is no such output. */
nacre_tensor nacre_output(const nacre_network* network, unsigned index);

/* The dimensions of an input or output, in the model: batch first, the last one contiguous. A scalar has rank 0;
 * where there is no such input or output, `dimensions` is NULL.                                                 */
typedef struct nacre_shape {
  const uint32_t* dimensions;
  unsigned rank;
} nacre_shape;
nacre_shape nacre_input_shape(const nacre_network* network, unsigned index);
nacre_shape nacre_output_shape(const nacre_network* network, unsigned index);

/* What a stored integer means: real = scale * (stored - zero_point). The scale is 0 of what is not quantised. */
typedef struct nacre_quantization {
  float scale;
  int32_t zero_point;
} nacre_quantization;
nacre_quantization nacre_input_quantization(const nacre_network* network, unsigned index);
nacre_quantization nacre_output_quantization(const nacre_network* network, unsigned index);

/* What input `index` refuses, as its library does: NACRE_REFUSES_MISSING (a NaN), NACRE_REFUSES_INFINITE, both or 0. */
#define NACRE_REFUSES_MISSING 1u
#define NACRE_REFUSES_INFINITE 2u
unsigned nacre_input_flags(const nacre_network* network, unsigned index);

/* Whether the inputs hold no value that they refuse: NACRE_NOT_FINITE where one does, with the place of the first in
 * `input` and `element`, either of which may be NULL. Optional, before nacre_run, which makes an answer of any value.
 */
nacre_status nacre_check_inputs(const nacre_network* network, unsigned* input, size_t* element);

/* ---- Running ------------------------------------------------------------------------------------------------ */

/* One forward pass. The time depends on the model alone, but for trees. */
nacre_status nacre_run(const nacre_network* network);

/* Zeroes the state of stateful layers, as nacre_load does. */
void nacre_reset_state(const nacre_network* network);

/* Runs the model's golden vectors: NACRE_OK when every bit is as on the workstation. */
nacre_status nacre_self_test(const void* model, size_t model_bytes, const nacre_network* network);

/* Layers are counted from 0, in the order in which they run. Some may belong to the one before them, which runs them
 * itself.                                                                                                          */
unsigned nacre_layer_count(const nacre_network* network);

/* nacre_run, with a call of `done` after each layer that belongs to no other, for a profiler: read the clock before
 * this function and in each call; the difference is the time of `layer`. `context` is handed on and may be NULL.  */
typedef void (*nacre_layer_done)(void* context, unsigned layer);
nacre_status nacre_run_layers(const nacre_network* network, nacre_layer_done done, void* context);

/* The operator of a layer, as in schema/operators: "conv_2d". Static text, which a firmware has only if it calls this;
 * "unknown" where there is no such layer. What the saved model calls the layer, nacre_layer_name says.             */
const char* nacre_layer_operator(const nacre_network* network, unsigned layer);

/* ---- Names -------------------------------------------------------------------------------------------------- */

/* What a model says about itself to people. A firmware may be without: it is a section that can be cut off. */
typedef struct nacre_description {
  uint64_t opaque[2];
} nacre_description;

/* Verifies the names of a model. `description` is written only when the result is NACRE_OK, and the functions below
 * take no other.                                                                                                  */
nacre_status nacre_describe(const void* model, size_t model_bytes, nacre_description* description);

/* The name of the model, and of a layer as its file had it. Empty where there is none. */
nacre_text nacre_model_name(const nacre_description* description);
nacre_text nacre_layer_name(const nacre_description* description, unsigned layer);

/* The names of input or output `index`. */
typedef struct nacre_names {
  const void* opaque;
} nacre_names;
nacre_names nacre_input_names(const nacre_description* description, unsigned index);
nacre_names nacre_output_names(const nacre_description* description, unsigned index);

/* The name of the input or output itself. Empty where there is no such input or output. */
nacre_text nacre_name(nacre_names names);

/* Names of the elements of the last axis: the columns of a table. There may be none. */
unsigned nacre_feature_count(nacre_names names);
nacre_text nacre_feature(nacre_names names, unsigned index);

/* The classes that the elements of the last axis stand for. There may be none. */
unsigned nacre_label_count(nacre_names names);
nacre_text nacre_label(nacre_names names, unsigned index);

/* The index of the input or output that has this name, or else this alias; -1 where there is none. */
int nacre_find_input(const nacre_description* description, const char* name);
int nacre_find_output(const nacre_description* description, const char* name);

#ifdef __cplusplus
}
#endif

#endif
