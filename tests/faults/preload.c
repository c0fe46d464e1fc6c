/* Preloaded into a program, makes one of its calls fail as the system would: NACRE_FAULT="CALL N" the N-th of the kind,
 * counted from main() on, "CALL N+" that and all later ones. "shrink N" takes all bytes from the file that is mapped
 * the N-th, "kill N" ends the N-th child, "interrupt N" is Ctrl-C at the N-th write. When the first fails, a byte goes
 * to descriptor 9, so that whoever started the program knows whether there were that many. For the GNU C library.   */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { told = 9 };

static char call[16];
static long left; /* until the one that fails; 0 for none */
static int all_later, has_failed;

/* Whether this call is one that fails. */
static int fails(const char* name) {
  if (left == 0 || strcmp(name, call) != 0) return 0;
  if (has_failed) return all_later;
  if (__atomic_sub_fetch(&left, 1, __ATOMIC_RELAXED) > 0) return 0;
  left = has_failed = 1;
  static ssize_t (*real_write)(int, const void*, size_t);
  if (real_write == NULL) real_write = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (real_write(told, "!", 1) < 0) return 1;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(name, error, result) \
  if (fails(#name)) return errno = error, result

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);

void* malloc(size_t bytes) {
  FAIL(malloc, ENOMEM, NULL);
  return __libc_malloc(bytes);
}

void* calloc(size_t count, size_t bytes) {
  if (fails("malloc")) return errno = ENOMEM, NULL;
  return __libc_calloc(count, bytes);
}

void* realloc(void* block, size_t bytes) {
  if (fails("malloc")) return errno = ENOMEM, NULL;
  return __libc_realloc(block, bytes);
}

int posix_memalign(void** block, size_t alignment, size_t bytes) {
  if (fails("malloc")) return ENOMEM;
  *block = __libc_memalign(alignment, bytes);
  return *block == NULL ? ENOMEM : 0;
}

void* aligned_alloc(size_t alignment, size_t bytes) {
  if (fails("malloc")) return errno = ENOMEM, NULL;
  return __libc_memalign(alignment, bytes);
}

ssize_t write(int fd, const void* from, size_t bytes) {
  FAIL(write, ENOSPC, -1);
  if (fails("interrupt")) raise(SIGINT);
  return NEXT(write)(fd, from, bytes);
}

ssize_t read(int fd, void* to, size_t bytes) {
  FAIL(read, EIO, -1);
  return NEXT(read)(fd, to, bytes);
}

int open(const char* path, int flags, ...) {
  __builtin_va_list rest;
  __builtin_va_start(rest, flags);
  const mode_t mode = __builtin_va_arg(rest, mode_t);
  __builtin_va_end(rest);
  FAIL(open, EMFILE, -1);
  return ((int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open"))(path, flags, mode);
}

void* mmap(void* at, size_t bytes, int protection, int flags, int fd, off_t offset) {
  FAIL(mmap, ENOMEM, MAP_FAILED);
  if (fails("shrink")) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    void* const mapped = NEXT(mmap)(at, bytes, protection, flags, fd, offset);
    return truncate(path, 0) == 0 ? mapped : MAP_FAILED;
  }
  return NEXT(mmap)(at, bytes, protection, flags, fd, offset);
}

pid_t fork(void) {
  FAIL(fork, EAGAIN, -1);
  const pid_t child = NEXT(fork)();
  if (child == 0 && fails("kill")) raise(SIGKILL);
  return child;
}

int memfd_create(const char* name, unsigned flags) {
  FAIL(memfd_create, EMFILE, -1);
  return NEXT(memfd_create)(name, flags);
}

int mkstemp(char* name) {
  FAIL(mkstemp, ENOSPC, -1);
  return NEXT(mkstemp)(name);
}

int fsync(int fd) {
  FAIL(fsync, EIO, -1);
  return NEXT(fsync)(fd);
}

int rename(const char* from, const char* to) {
  FAIL(rename, EIO, -1);
  return NEXT(rename)(from, to);
}

static int (*real_main)(int, char**, char**);

static int counted_main(int argc, char** argv, char** environment) {
  const char* fault = getenv("NACRE_FAULT");
  char plus = 0;
  if (fault != NULL && sscanf(fault, "%15s %ld%c", call, &left, &plus) < 2) return 99;
  all_later = plus == '+';
  return real_main(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(void), void (*fini)(void),
                      void (*end)(void), void* stack) {
  real_main = main;
  return NEXT(__libc_start_main)(counted_main, argc, argv, init, fini, end, stack);
}
