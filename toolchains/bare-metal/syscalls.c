/* What newlib asks of an operating system: enough for a test program that prints, allocates and reads
 * files. nacre-replay calls semihosting.h itself. */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

#include "toolchains/bare-metal/semihosting.h"

extern char heap_start[], heap_end[];

/* newlib numbers the standard streams 0, 1 and 2; the host's handles follow, moved up by three. */
enum { first_file = 3 };

static int host_handle(int file) {
  switch (file) {
    case STDIN_FILENO: return semihosting_stdin();
    case STDOUT_FILENO: return semihosting_stdout();
    case STDERR_FILENO: return semihosting_stderr();
    default: return file - first_file;
  }
}

static int fail(int error) {
  errno = error;
  return -1;
}

void* _sbrk(ptrdiff_t bytes) {
  static char* heap = heap_start;
  if (bytes > heap_end - heap || bytes < heap_start - heap) {
    errno = ENOMEM;
    return (void*)-1;
  }
  char* const block = heap;
  heap += bytes;
  return block;
}

int _open(const char* path, int flags, ...) {
  enum semihosting_mode mode = semihosting_read;
  if ((flags & O_ACCMODE) != O_RDONLY) mode = semihosting_write;
  if (flags & O_APPEND) mode = semihosting_append;
  const int handle = semihosting_open(path, mode);
  return handle < 0 ? fail(ENOENT) : handle + first_file;
}

int _close(int file) {
  if (file < first_file) return 0;
  return semihosting_close(host_handle(file)) == 0 ? 0 : fail(EBADF);
}

ssize_t _read(int file, void* into, size_t bytes) {
  return (ssize_t)semihosting_read_bytes(host_handle(file), into, bytes);
}

ssize_t _write(int file, const void* from, size_t bytes) {
  const size_t written = semihosting_write_bytes(host_handle(file), from, bytes);
  return written == 0 && bytes != 0 ? fail(ENOSPC) : (ssize_t)written;
}

/* Files are read from their start to their end; the host does not tell a position. */
off_t _lseek(int file, off_t offset, int whence) {
  if (file < first_file || whence == SEEK_CUR) return fail(ESPIPE);
  const int handle = host_handle(file);
  if (whence == SEEK_END) offset += semihosting_length(handle);
  return semihosting_seek(handle, (size_t)offset) == 0 ? offset : fail(EINVAL);
}

int _fstat(int file, struct stat* status) {
  *status = (struct stat){.st_mode = file < first_file ? S_IFCHR : S_IFREG};
  return 0;
}

/* The host's streams are mostly pipes into CTest: no colours. */
int _isatty(int file) {
  (void)file;
  return 0;
}
pid_t _getpid(void) { return 1; }

int _kill(pid_t process, int signal) {
  (void)process, (void)signal;
  return fail(EINVAL);
}

int _unlink(const char* path) {
  (void)path;
  return fail(ENOSYS);
}

int _gettimeofday(struct timeval* time, void* zone) {
  (void)zone;
  *time = (struct timeval){0};
  return 0;
}

/* libstdc++ links it for std::random_device; there is no source of randomness. */
int getentropy(void* into, size_t bytes) {
  (void)into, (void)bytes;
  return fail(ENOSYS);
}

/* Destructors of static objects are registered under it; nothing is ever unloaded. */
void* __dso_handle = NULL;

void _init(void) {}
void _fini(void) {}
void _exit(int status) { semihosting_exit(status); }
