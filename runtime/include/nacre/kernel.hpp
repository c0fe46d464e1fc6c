#pragma once

#include <cstdint>

#include "nacre/operators.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre {

class Layer;          // what a kernel sees of one layer: nacre/network.hpp
struct OperatorRule;  // what load() verifies of one: loader/rules.hpp

/// What a kernel computes, and how: the file's own record, read in place.
struct KernelName {
  Operator op;
  DataType activations;  ///< of the layer's first input
  DataType weights;      ///< of its weights; as activations where it has none
  Layout layout;         ///< of its weights
  std::uint16_t function;  ///< which of the operator's functions; 0 where it has one
  std::uint8_t algorithm;  ///< 0: the one that the operator's description states
  std::uint8_t reserved;
};
static_assert(sizeof(KernelName) == 8, "as the struct Kernel of schema/model.fbs");

/// A kernel that a firmware links. Rows are `constexpr` and lie in flash; what no list names is not linked.
struct Kernel {
  KernelName name;
  /// What load() verifies of a layer before it is run.
  const OperatorRule* rule;
  /// Computes one layer. Trusts what has been verified; returns ok or an error of the data.
  Status (*run)(const Layer&);
};

/// The kernels that load() may choose from; the first row that fits wins.
using Kernels = Span<const Kernel>;

}  // namespace nacre
