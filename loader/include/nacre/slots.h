#ifndef NACRE_SLOTS_H
#define NACRE_SLOTS_H

/* Models that can be exchanged in the field: two slots in flash, and a record of which one runs. Power may fail at any
 * moment: what starts next is one whole model, the old one or the new one. A new model runs on trial until the firmware
 * confirms it; a start before that goes back to the old one. A confirmed model is never followed by one with a smaller
 * rollback counter.
 *
 *     at each start:   nacre_slots_open, nacre_slots_start, nacre_load at the slot's address
 *     if it is good:   nacre_slots_confirm
 *     an update:       nacre_slots_begin, nacre_slots_write of the bytes as they come, nacre_slots_finish, restart
 *
 * One caller at a time. Nothing allocates or waits but for the flash. Digests protect against accidents alone: where
 * others may send models, `check` authenticates them.                                                               */

#include "nacre/nacre.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flash, by functions of the caller's that return 0, or anything else where the flash failed. Addresses are the
 * caller's own. What was programmed or erased is read back at once, but may be lost until `sync` has returned.      */
typedef struct nacre_flash {
  int (*read)(void* context, uint32_t address, void* to, uint32_t bytes);
  /* Whole units, at a multiple of a unit, each of which was erased and not programmed since. */
  int (*program)(void* context, uint32_t address, const void* from, uint32_t bytes);
  /* Whole blocks. */
  int (*erase)(void* context, uint32_t address, uint32_t bytes);
  int (*sync)(void* context);
  void* context;        /* handed on to these; may be NULL */

  uint32_t block_bytes; /* the least that is erased at once; a multiple of unit_bytes */
  uint32_t unit_bytes;  /* the least that is programmed at once */
  uint8_t erased;       /* what an erased byte reads as: 0xff, of some flashes 0 */
} nacre_flash;

/* Where models and the record lie: at multiples of a block, apart from each other. */
typedef struct nacre_slots_layout {
  uint32_t slot[2];      /* addresses */
  uint32_t slot_bytes;   /* of each; whole blocks */
  uint32_t record;       /* address */
  uint32_t record_bytes; /* whole blocks; at least two pages, of NACRE_SLOTS_ENTRY_BYTES rounded up to units, then to
                          * blocks. More entries in a page, and more pages, wear each block less                      */
} nacre_slots_layout;

#define NACRE_SLOTS_ENTRY_BYTES 128

/* A model that is kept: where it lies, how long it is, its rollback counter, and SHA-256 of its bytes. */
typedef struct nacre_slot {
  uint32_t address, bytes, rollback;
  uint8_t digest[NACRE_DIGEST_BYTES];
} nacre_slot;

/* Nacre's own; nothing in it is for callers but through the functions below. */
typedef struct nacre_slots {
  const nacre_flash* flash;
  nacre_slots_layout layout;
  nacre_status (*check)(void* context, const nacre_slot* slot);
  void* check_context;
  unsigned char* buffer;
  uint32_t update_bytes, entry_bytes; /* of the buffer: its front is for an update, its end for an entry */
  uint32_t sequence, next;            /* of the newest entry; where the next one goes, counted in entries */
  struct nacre_slots_state {
    uint32_t minimum; /* the smallest rollback counter that may start */
    uint8_t phase, kept;
    nacre_slot slot[2];
  } state;
  int running;                         /* the slot that nacre_slots_start gave, or -1 */
  uint32_t expected, written, waiting; /* bytes of an update: in all, in flash, in the buffer */
  uint32_t digest[32];                 /* of an update, as it grows */
} nacre_slots;

/* Reads the record. `buffer` is for a unit and an entry (rounded up to units), or more, which makes an update quicker;
 * it stays in use. `check`, which may be NULL, says whether a model whose digest is right may run: it loads it
 * (nacre_load needs an address that the processor can read), or authenticates it. Flash in which no record was ever
 * written is taken for empty.
 * Errors: NACRE_NULL_ARGUMENT, NACRE_BAD_GEOMETRY, NACRE_MEMORY_TOO_SMALL of the buffer, NACRE_FLASH_FAILED.         */
nacre_status nacre_slots_open(nacre_slots* slots, const nacre_flash* flash, const nacre_slots_layout* layout,
                              nacre_status (*check)(void* context, const nacre_slot* slot), void* check_context,
                              unsigned char* buffer, size_t buffer_bytes);

/* Chooses the model of this start: one that was installed since the last start, on trial; the old one again where a
 * trial was not confirmed; otherwise the one that ran. One that is damaged, or that `check` refuses, is passed over
 * for the other. `on_trial`, which may be NULL, becomes 1 where the model waits for nacre_slots_confirm, otherwise 0.
 * Errors: NACRE_NO_MODEL where neither slot holds a model that may run; NACRE_FLASH_FAILED.                          */
nacre_status nacre_slots_start(nacre_slots* slots, nacre_slot* model, int* on_trial);

/* Keeps the model that runs: later starts take it, and models with a smaller rollback counter are refused from now on.
 * Does nothing where it is kept already. Errors: NACRE_NO_MODEL where nothing runs; NACRE_FLASH_FAILED.              */
nacre_status nacre_slots_confirm(nacre_slots* slots);

/* Empties the slot that does not run, for a model of `bytes`; one that waits there for its first start is dropped.
 * Errors: NACRE_UNCONFIRMED during a trial, which needs the old model; NACRE_SLOT_TOO_SMALL; NACRE_FLASH_FAILED.     */
nacre_status nacre_slots_begin(nacre_slots* slots, uint32_t bytes);

/* The next bytes of the model, any number. Errors: NACRE_SLOT_TOO_SMALL beyond those that were announced, or without
 * nacre_slots_begin; NACRE_FLASH_FAILED, after which the update begins again.                                        */
nacre_status nacre_slots_write(nacre_slots* slots, const void* from, uint32_t bytes);

/* Ends the model, reads it back, has it checked, and marks it for the next start. `rollback` is its counter, from a
 * place that is authenticated. Errors, after which nothing has changed for the next start: NACRE_ROLLED_BACK where the
 * counter is smaller than that of a confirmed model; NACRE_TRUNCATED where fewer bytes came
 * than were announced; NACRE_DIGEST_MISMATCH where the flash holds other bytes than were given; what `check` said;
 * NACRE_FLASH_FAILED.                                                                                                */
nacre_status nacre_slots_finish(nacre_slots* slots, uint32_t rollback);

#ifdef __cplusplus
}
#endif

#endif
