#include "nacre/kernels.hpp"

#include <cstring>

namespace nacre {

Kernels reference_kernels() {
  static constexpr Kernel kAll[] = {
#define NACRE_KERNEL(function, op, type, variant) kernels::function,
#include "nacre/kernels/reference.inc"
#undef NACRE_KERNEL
  };
  return kAll;
}

Kernels native_kernels() { return reference_kernels(); }

Kernels find_kernels(const char* name) {
  if (name == nullptr || strcmp(name, "native") == 0) return native_kernels();
  if (strcmp(name, "reference") == 0) return reference_kernels();
  return {};
}

}  // namespace nacre
