#include "runtime/strict_float.hpp"  // first

#include "nacre/kernels.hpp"

#include <cstring>

// Rows of one processor's kernels, with the reference kernels behind them: the first that fits wins.
#define NACRE_ROW(space, function, op, type, variant) \
  Kernel{Operator::op, DataType::type, static_cast<std::uint8_t>(variant), &checks::op, &space::function},

#if NACRE_KERNELS_AVX2
namespace nacre::avx2 {
#define NACRE_KERNEL(function, op, type, variant) Status function(const Layer&);
#include "nacre/kernels/avx2.inc"
#undef NACRE_KERNEL
}  // namespace nacre::avx2
#endif
#if NACRE_KERNELS_NEON
namespace nacre::neon {
#define NACRE_KERNEL(function, op, type, variant) Status function(const Layer&);
#include "nacre/kernels/neon.inc"
#undef NACRE_KERNEL
}  // namespace nacre::neon
#endif

namespace nacre {
namespace {

#if NACRE_KERNELS_AVX2
constexpr Kernel kAvx2[] = {
#define NACRE_KERNEL(function, op, type, variant) NACRE_ROW(avx2, function, op, type, variant)
#include "nacre/kernels/avx2.inc"
#undef NACRE_KERNEL
#include "loader/portable_rows.inc"
};
#endif
#if NACRE_KERNELS_NEON
constexpr Kernel kNeon[] = {
#define NACRE_KERNEL(function, op, type, variant) NACRE_ROW(neon, function, op, type, variant)
#include "nacre/kernels/neon.inc"
#undef NACRE_KERNEL
#include "loader/portable_rows.inc"
};
#endif

}  // namespace

Kernels reference_kernels() {
  static constexpr Kernel kAll[] = {
#include "loader/portable_rows.inc"
  };
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
