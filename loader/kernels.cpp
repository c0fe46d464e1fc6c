#include "runtime/strict_float.hpp"  // first

#include "nacre/kernels.hpp"

#include <cstring>

#if NACRE_KERNELS_DOTPROD && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace nacre {
namespace {

// Lists of kernels. Rows of one processor's own come first, and those that run everywhere behind them: the reference
// kernels and those of every layout. The first that fits wins.
#define NACRE_REFERENCE(function, ...) kernels::function,
#define NACRE_DSP(function, ...) kernels::dsp::function,
#define NACRE_MVE(function, ...) kernels::mve::function,
#define NACRE_PORTABLE \
  NACRE_KERNELS_OF_reference(NACRE_REFERENCE) NACRE_KERNELS_OF_dsp(NACRE_DSP) NACRE_KERNELS_OF_mve(NACRE_MVE) \
  NACRE_FUNCTIONS(NACRE_REFERENCE)

constexpr Kernel kReference[] = {NACRE_PORTABLE};
#if defined(__ARM_FEATURE_MVE)
constexpr Kernel kMve[] = {NACRE_KERNELS_OF_mve(NACRE_MVE) NACRE_PORTABLE};
#endif
#if defined(__ARM_FEATURE_SIMD32)
constexpr Kernel kDsp[] = {NACRE_KERNELS_OF_dsp(NACRE_DSP) NACRE_PORTABLE};
#endif
#if NACRE_KERNELS_AVX2
#define NACRE_AVX2(function, ...) kernels::avx2::function,
constexpr Kernel kAvx2[] = {NACRE_KERNELS_OF_avx2(NACRE_AVX2) NACRE_VECTOR_FUNCTIONS(NACRE_AVX2) NACRE_PORTABLE};
#endif
#if NACRE_KERNELS_AVX512
#define NACRE_AVX512(function, ...) kernels::avx512::function,
constexpr Kernel kAvx512[] = {NACRE_KERNELS_OF_avx512(NACRE_AVX512) NACRE_VECTOR_FUNCTIONS(NACRE_AVX512)
                                NACRE_KERNELS_OF_avx2(NACRE_AVX2) NACRE_PORTABLE};
#endif
#if NACRE_KERNELS_NEON
#define NACRE_NEON(function, ...) kernels::neon::function,
constexpr Kernel kNeon[] = {NACRE_KERNELS_OF_neon(NACRE_NEON) NACRE_VECTOR_FUNCTIONS(NACRE_NEON) NACRE_PORTABLE};
#endif
#if NACRE_KERNELS_DOTPROD
#define NACRE_DOTPROD(function, ...) kernels::dotprod::function,
constexpr Kernel kDotprod[] = {NACRE_KERNELS_OF_dotprod(NACRE_DOTPROD) NACRE_KERNELS_OF_neon(NACRE_NEON)
                                 NACRE_VECTOR_FUNCTIONS(NACRE_NEON) NACRE_PORTABLE};
#endif

bool is_anywhere() { return true; }
#if NACRE_KERNELS_AVX2
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif
#if NACRE_KERNELS_AVX512
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}
#endif

#if NACRE_KERNELS_DOTPROD
bool has_dot_products() {
#if defined(__ARM_FEATURE_DOTPROD)
  return true;  // so has whatever runs this build
#elif defined(__linux__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
  return false;
#endif
}
#endif

/// The lists of this build, the fastest first.
constexpr struct {
  const char* name;
  bool (*runs_here)();
  Kernels kernels;
} kLists[] = {
#if NACRE_KERNELS_AVX512
    {"avx512", has_avx512, kAvx512},
#endif
#if NACRE_KERNELS_AVX2
    {"avx2", has_avx2, kAvx2},
#endif
#if NACRE_KERNELS_DOTPROD
    {"dotprod", has_dot_products, kDotprod},
#endif
#if NACRE_KERNELS_NEON
    {"neon", is_anywhere, kNeon},
#endif
#if defined(__ARM_FEATURE_MVE)
    {"mve", is_anywhere, kMve},
#endif
#if defined(__ARM_FEATURE_SIMD32)
    {"dsp", is_anywhere, kDsp},
#endif
    {"reference", is_anywhere, kReference},
};

}  // namespace

Kernels reference_kernels() { return kReference; }

Kernels native_kernels() { return find_kernels(nullptr); }

Kernels find_kernels(const char* name) {
  for (const auto& list : kLists) {
    const bool is_asked = name == nullptr || strcmp(name, "native") == 0 || strcmp(name, list.name) == 0;
    if (is_asked && list.runs_here()) return list.kernels;
  }
  return {};
}

}  // namespace nacre
