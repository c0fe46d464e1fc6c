#ifndef NACRE_SERVE_H
#define NACRE_SERVE_H

/* A board on the desk: a workstation runs the loaded model over a serial line (nacre verify, run and bench with
 * --device). docs/serve.md says what goes over the line. Who is at its other end may run the model and write its
 * inputs, and nothing else; leave it out of what you ship.                                                         */

#include "nacre/nacre.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The fewest bytes of a line's buffer. A larger one makes fewer packets of a row. At most 65536 are used. */
#define NACRE_SERVE_BUFFER_BYTES 128

/* The serial line of a board, and what else it has. */
typedef struct nacre_line {
  /* Waits for bytes from the host. Returns how many of at most `bytes`, which is not 0, it wrote to `to`; 0 when none
   * came for a while, of 20 to 250 ms; a negative number when the line is gone, which ends nacre_serve.             */
  int (*read)(void* context, unsigned char* to, size_t bytes);

  /* Sends all bytes, and must not wait for ever where nobody takes them. A negative number ends nacre_serve. */
  int (*write)(void* context, const unsigned char* from, size_t bytes);

  /* A counter that counts up and wraps at 2^32; may be NULL. Its frequency in Hz is 0 where that is not known. */
  uint32_t (*ticks)(void* context);
  uint32_t ticks_per_second;

  void* context; /* handed on to these; may be NULL */

  unsigned char* buffer; /* for packets */
  size_t buffer_bytes;

  char* text; /* for the texts of a row; may be NULL where no input takes texts */
  size_t text_bytes;
} nacre_line;

/* Answers the host until it says goodbye or the line is gone: NACRE_OK. Runs of bytes that are no packet are passed
 * over, whatever they are. `model` is what `network` was loaded from. Other results come before anything is read:
 * NACRE_NULL_ARGUMENT, NACRE_NOT_LOADED, NACRE_MEMORY_TOO_SMALL of the buffer, or what nacre_digest found.          */
nacre_status nacre_serve(const void* model, size_t model_bytes, const nacre_network* network, const nacre_line* line);

#ifdef __cplusplus
}
#endif

#endif
