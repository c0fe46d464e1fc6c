#pragma once

#include <cstdint>

#include "nacre/span.hpp"
#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre {

class Layer;       // what a kernel sees of one layer: nacre/network.hpp
class LayerCheck;  // what the loader's check of an operator sees: loader/layer_check.hpp

/// Operators, with the numbers of the union Operator in schema/model.fbs.
enum class Operator : std::uint8_t {
#define NACRE_OPERATOR(number, operator_name, Table) operator_name = number,
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
};

/// A kernel that a firmware links: which operator it computes and how. Rows are `constexpr` and lie
/// in flash; what no list names is not linked.
struct Kernel {
  Operator op;
  DataType type;         ///< of the layer's first input
  std::uint8_t variant;  ///< the operator's function, or the packing of its weights; else 0

  /// Verifies one layer of a file and writes the kernel's parameters into the network.
  void (*check)(LayerCheck&);
  /// Computes one layer. Trusts what `check` has verified; returns ok or an error of the data.
  Status (*run)(const Layer&);
};

/// The kernels that load() may choose from; the first row that fits wins.
using Kernels = Span<const Kernel>;

}  // namespace nacre
