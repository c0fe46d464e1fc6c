#include "runtime/strict_float.hpp"  // first

#include "nacre/kernels.hpp"

#include <cstring>

namespace nacre {
namespace {

// Lists of kernels. Rows of one processor's own come first, and those that run everywhere behind them: the reference
// kernels and those of every layout. The first that fits wins.
#define NACRE_REFERENCE(function, ...) kernels::function,
#define NACRE_DSP(function, ...) kernels::dsp::function,
#define NACRE_PORTABLE \
  NACRE_KERNELS_OF_reference(NACRE_REFERENCE) NACRE_KERNELS_OF_dsp(NACRE_DSP) NACRE_FUNCTIONS(NACRE_REFERENCE)

#if NACRE_KERNELS_AVX2
#define NACRE_AVX2(function, ...) kernels::avx2::function,
constexpr Kernel kAvx2[] = {NACRE_KERNELS_OF_avx2(NACRE_AVX2) NACRE_PORTABLE};
#endif
#if NACRE_KERNELS_NEON
#define NACRE_NEON(function, ...) kernels::neon::function,
constexpr Kernel kNeon[] = {NACRE_KERNELS_OF_neon(NACRE_NEON) NACRE_PORTABLE};
#endif

}  // namespace

Kernels reference_kernels() {
  static constexpr Kernel kAll[] = {NACRE_PORTABLE};
  return kAll;
}

Kernels native_kernels() {
#if NACRE_KERNELS_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kAvx2;
#elif NACRE_KERNELS_NEON
  return kNeon;
#endif
  return reference_kernels();
}

Kernels find_kernels(const char* name) {
  if (name == nullptr || strcmp(name, "native") == 0) return native_kernels();
  if (strcmp(name, "reference") == 0) return reference_kernels();
#if NACRE_KERNELS_AVX2
  if (strcmp(name, "avx2") == 0 && native_kernels().data() == kAvx2) return kAvx2;
#elif NACRE_KERNELS_NEON
  if (strcmp(name, "neon") == 0) return kNeon;
#endif
  return {};
}

}  // namespace nacre
