#include <nacre/nacre.h>
#include <nacre/version.h>

/* Nothing runs here: that it compiles as C99 and links is the test. */
static const uint64_t model[8];
static uint64_t memory[1024];

int main(void) {
  nacre_network network;
  const nacre_status status = nacre_load(model, sizeof model, nacre_all_kernels(), memory, sizeof memory, 1, &network);
  return status == NACRE_OK ? (int)nacre_run(&network) : (int)status;
}
