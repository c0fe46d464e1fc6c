#include "runtime/strict_float.hpp"  // first

#include "nacre/kernel.hpp"

namespace nacre {

const char* name(Operator op) {
#define NACRE_NAME(value, Parameters) \
  case Operator::value: return #value;
  switch (op) {  // no default: the compiler reports a forgotten value
    NACRE_OPERATORS(NACRE_NAME)
  }
#undef NACRE_NAME
  return "unknown";
}

}  // namespace nacre
