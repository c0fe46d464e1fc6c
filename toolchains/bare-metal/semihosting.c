#include "toolchains/bare-metal/semihosting.h"

#include <stdint.h>
#include <string.h>

enum operation {
  sys_open = 0x01,
  sys_close = 0x02,
  sys_write = 0x05,
  sys_read = 0x06,
  sys_seek = 0x0a,
  sys_flen = 0x0c,
  sys_get_cmdline = 0x15,
  sys_exit_extended = 0x20,
};

#if defined(__riscv)
/* Two shifts tell the host that this is no breakpoint. None may be compressed, and all lie in one page, as whatever is
 * shorter than its alignment does. */
__attribute__((noinline, aligned(64))) static long call(enum operation operation, const void* parameters) {
  register long a0 __asm__("a0") = operation;
  register const void* a1 __asm__("a1") = parameters;
  __asm__ volatile(".option push\n.option norvc\nslli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
  return a0;
}
#else
static long call(enum operation operation, const void* parameters) {
  register long r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = parameters;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}
#endif

int semihosting_open(const char* path, enum semihosting_mode mode) {
  const uintptr_t block[3] = {(uintptr_t)path, (uintptr_t)mode, strlen(path)};
  return (int)call(sys_open, block);
}

int semihosting_close(int handle) {
  const uintptr_t block[1] = {(uintptr_t)handle};
  return (int)call(sys_close, block);
}

long semihosting_length(int handle) {
  const uintptr_t block[1] = {(uintptr_t)handle};
  return call(sys_flen, block);
}

int semihosting_seek(int handle, size_t offset) {
  const uintptr_t block[2] = {(uintptr_t)handle, offset};
  return (int)call(sys_seek, block);
}

/* SYS_READ and SYS_WRITE return the bytes that were left over. */
static size_t transfer(enum operation operation, int handle, const void* memory, size_t bytes) {
  const uintptr_t block[3] = {(uintptr_t)handle, (uintptr_t)memory, bytes};
  const size_t left = (size_t)call(operation, block);
  return left > bytes ? 0 : bytes - left;
}

size_t semihosting_read_bytes(int handle, void* into, size_t bytes) {
  return transfer(sys_read, handle, into, bytes);
}

size_t semihosting_write_bytes(int handle, const void* from, size_t bytes) {
  return transfer(sys_write, handle, from, bytes);
}

/* The file ":tt" is the host's console: which stream of it, the mode says. */
static int console(int* handle, enum semihosting_mode mode) {
  if (*handle < 0) *handle = semihosting_open(":tt", mode);
  return *handle;
}

int semihosting_stdin(void) {
  static int handle = -1;
  return console(&handle, semihosting_read);
}

int semihosting_stdout(void) {
  static int handle = -1;
  return console(&handle, semihosting_write);
}

int semihosting_stderr(void) {
  static int handle = -1;
  return console(&handle, semihosting_append);
}

enum { max_arguments = 256 };

int semihosting_arguments(char*** arguments) {
  static char line[semihosting_command_line_bytes];
  static char* table[max_arguments + 1];
  uintptr_t block[2] = {(uintptr_t)line, sizeof line};
  if (call(sys_get_cmdline, block) != 0) return -1;

  int count = 0;
  const char* from = line;
  char* to = line;
  int more = *from != '\0';
  while (more) {
    if (count == max_arguments) return -1;
    table[count++] = to;
    for (; *from != '\0' && *from != ' '; ++from) {
      if (*from == '\\' && from[1] != '\0') ++from;
      *to++ = *from;
    }
    /* Read before the zero is written: `to` may have caught up with `from`. After a space there is
     * one more argument, even when nothing of it follows. */
    more = *from == ' ';
    if (more) ++from;
    *to++ = '\0';
  }
  table[count] = NULL;
  *arguments = table;
  return count;
}

void semihosting_exit(int status) {
  const uintptr_t application_exit = 0x20026; /* ADP_Stopped_ApplicationExit */
  const uintptr_t block[2] = {application_exit, (uintptr_t)status};
  for (;;) call(sys_exit_extended, block);
}
