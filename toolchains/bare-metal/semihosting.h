#pragma once

#include <stddef.h>

/* Files, text and exit through the debugger's or emulator's host ("Semihosting for AArch32 and
 * AArch64", Arm; "RISC-V Semihosting"). Handles are those of the host; a negative result is a failure. */

#ifdef __cplusplus
extern "C" {
#endif

enum semihosting_mode {
  semihosting_read = 1,    /* "rb" */
  semihosting_write = 5,   /* "wb": creates or truncates */
  semihosting_append = 9,  /* "ab" */
};

/* Longest command line, its terminating zero included. */
enum { semihosting_command_line_bytes = 16384 };

int semihosting_open(const char* path, enum semihosting_mode mode);
int semihosting_close(int handle);

/* Length of the file in bytes. */
long semihosting_length(int handle);
int semihosting_seek(int handle, size_t offset);

/* Bytes that were transferred: fewer than `bytes` at the end of the file or when the disk is full. */
size_t semihosting_read_bytes(int handle, void* into, size_t bytes);
size_t semihosting_write_bytes(int handle, const void* from, size_t bytes);

/* Handles of the host's standard streams. */
int semihosting_stdin(void);
int semihosting_stdout(void);
int semihosting_stderr(void);

/* Splits the command line into arguments that live in static memory, null-terminated as for main().
 * A backslash takes the meaning away from a following space or backslash. Returns their number, or
 * -1 when the line is longer than the buffer or holds too many. */
int semihosting_arguments(char*** arguments);

__attribute__((noreturn)) void semihosting_exit(int status);

#ifdef __cplusplus
}
#endif
