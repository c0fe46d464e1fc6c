#include "runtime/strict_float.hpp"  // first

#include "nacre/load.hpp"

namespace nacre {

const char* name(Part part) {
#define NACRE_NAME(value) \
  case Part::value: return #value
  switch (part) {  // no default: the compiler reports a forgotten value
    NACRE_NAME(file);
    NACRE_NAME(header);
    NACRE_NAME(model);
    NACRE_NAME(tensors);
    NACRE_NAME(shapes);
    NACRE_NAME(kernels);
    NACRE_NAME(layers);
    NACRE_NAME(arguments);
    NACRE_NAME(operators);
    NACRE_NAME(inputs);
    NACRE_NAME(outputs);
    NACRE_NAME(weights);
    NACRE_NAME(sections);
    NACRE_NAME(memories);
  }
#undef NACRE_NAME
  return "unknown";
}

}  // namespace nacre
