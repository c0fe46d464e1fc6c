/* self_test fused|separate MODEL...: loads each model and runs its golden vectors, with a library compiled by a build
 * that is not Nacre's. Succeeds when every bit is that of the build that wrote the models, and when the flags of this
 * build fuse products with sums as the first argument says, but not where the library's header forbids it. */
#include <nacre/nacre.h>
#include <stdio.h>
#include <string.h>

float strict_float(float a, float b, float c), tempted_float(float a, float b, float c);
double strict_double(double a, double b, double c), tempted_double(double a, double b, double c);

static unsigned char block[1 << 24];

static nacre_status self_test(const nacre_file* file) {
  nacre_memory needs;
  nacre_network network;
  nacre_status status = nacre_memory_needs(file->data, file->bytes, &needs);
  unsigned char* memory = block;
  if (status != NACRE_OK) return status;
  while ((uintptr_t)memory % needs.alignment != 0) ++memory;
  status = nacre_load(file->data, file->bytes, nacre_all_kernels(), memory, sizeof block - needs.alignment, 1,
                      &network);
  return status == NACRE_OK ? nacre_self_test(file->data, file->bytes, &network) : status;
}

/* (1 + e)^2 - (1 + 2 e), which is e^2 where the product is not rounded and 0 where it is. */
#define IS_FUSED(function, e) (function(1 + e, 1 + e, -(1 + 2 * e)) != 0)

static int fuses_as(const char* expected) {
  const int fused = strcmp(expected, "fused") == 0;
  const float e = 1.0f / 4096;
  const double d = 1.0 / (1 << 30);
  if (IS_FUSED(tempted_float, e) != fused || IS_FUSED(tempted_double, d) != fused) {
    printf("these flags do not leave products and sums %s\n", expected);
    return 0;
  }
  if (!IS_FUSED(strict_float, e) && !IS_FUSED(strict_double, d)) return 1;
  printf("a product and a sum are fused in spite of runtime/strict_float.hpp\n");
  return 0;
}

int main(int count, char** models) {
  int failed = count < 2 || !fuses_as(models[1]);
  for (int i = 2; i < count; ++i) {
    nacre_file file = {0};
    nacre_status status = nacre_map(models[i], &file);
    if (status == NACRE_OK) status = self_test(&file);
    nacre_unmap(&file);
    if (status == NACRE_OK) continue;
    printf("%s: %s\n", models[i], nacre_status_name(status));
    failed = 1;
  }
  return failed;
}
