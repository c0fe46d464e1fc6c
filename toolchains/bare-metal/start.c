#include "toolchains/bare-metal/start.h"

#include <stdlib.h>
#include <string.h>

#include "toolchains/bare-metal/semihosting.h"

extern char data_start[], data_end[], bss_start[], bss_end[];
extern const char data_load[];
extern void (*const init_array_start[])(void);
extern void (*const init_array_end[])(void);

int main(int argc, char** argv);

void die(const char* text) {
  semihosting_write_bytes(semihosting_stderr(), text, strlen(text));
  semihosting_exit(EXIT_FAILURE);
}

void start(void) {
  memcpy(data_start, data_load, (size_t)(data_end - data_start));
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  for (void (*const* initializer)(void) = init_array_start; initializer != init_array_end;
       ++initializer)
    (*initializer)();

  char** arguments;
  const int count = semihosting_arguments(&arguments);
  if (count < 0) die("the command line is too long\n");
  exit(main(count, arguments));
}
