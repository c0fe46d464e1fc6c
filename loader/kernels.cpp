#include "nacre/kernels.hpp"

namespace nacre {

Kernels reference_kernels() {
  static constexpr Kernel kAll[] = {
#define NACRE_KERNEL(function, op, type, variant) kernels::function,
#include "nacre/kernels/reference.inc"
#undef NACRE_KERNEL
  };
  return kAll;
}

}  // namespace nacre
