#include "runtime/strict_float.hpp"  // first

#include "nacre/kernels.hpp"
#include "nacre/nacre.h"

// A source of its own: what calls no function of it links no kernel because of it, without --gc-sections too.

nacre_kernels nacre_all_kernels(void) {
  const nacre::Kernels kernels = nacre::native_kernels();
  return {kernels.data(), kernels.size()};
}
