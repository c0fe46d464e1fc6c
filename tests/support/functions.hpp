#pragma once

#include <cstddef>
#include <vector>

#include "nacre/operators.hpp"
#include "schema/operators_generated.h"

namespace nacre::test {

/// A function of an operator, as its description names it.
template <typename Function>
struct NamedFunction {
  Function value;
  const char* name;
};

template <typename Function, typename InSchema, std::size_t count>
std::vector<NamedFunction<Function>> named(const InSchema (&values)[count], const char* (*name)(InSchema)) {
  std::vector<NamedFunction<Function>> all;
  for (const InSchema value : values) all.push_back({static_cast<Function>(value), name(value)});
  return all;
}

inline auto activation_functions() {
  return named<ActivationFunction>(schema::EnumValuesActivationFunction(), schema::EnumNameActivationFunction);
}
inline auto binary_functions() {
  return named<BinaryFunction>(schema::EnumValuesBinaryFunction(), schema::EnumNameBinaryFunction);
}
inline auto reduce_functions() {
  return named<ReduceFunction>(schema::EnumValuesReduceFunction(), schema::EnumNameReduceFunction);
}

}  // namespace nacre::test
