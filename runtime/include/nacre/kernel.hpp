#pragma once

#include <cstdint>

#include "nacre/operators.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre {

class Layer;          // what a kernel sees of one layer: nacre/network.hpp
struct OperatorRule;  // what load() verifies of one: loader/rules.hpp

/// What a kernel computes, and how: the file's own record, read in place. A function of `map` is one too.
struct KernelName {
  Operator op;
  DataType activations;  ///< of the layer's first input; of one that moves elements, a type as wide as its units; of a
                         ///< function, of its operands
  DataType weights;      ///< of its weights; as activations where it has none; of a function, of its result
  Layout layout;         ///< of its weights
  std::uint16_t function;  ///< which of the operator's functions; 0 where it has one, and of what runs programs of them
  std::uint8_t algorithm;  ///< 0: the one that the operator's description states
  std::uint8_t reserved;
};
static_assert(sizeof(KernelName) == 8, "as the struct Kernel of schema/model.fbs");

/// The name of an operator, as in schema/operators: static text, for profilers and logs.
const char* name(Operator op);

/// What an element-wise function computes at a time: y[i] from x[0][i], x[1][i] … An operand whose step is 0 is one
/// element for all. y may be where an operand of step 1 is, and overlaps none otherwise.
struct Strip {
  static constexpr unsigned kMaxOperands = 4;

  void* y;
  const void* x[kMaxOperands];
  std::uint32_t step[kMaxOperands];  ///< in elements, 0 or 1
  std::uint32_t count;               ///< elements, at least 1
};

/// A kernel that a firmware links: it computes a layer, or it is a function that the programs of `map` call. Rows are
/// `constexpr` and lie in flash; what no list names is not linked.
struct Kernel {
  constexpr Kernel(const KernelName& its_name, const OperatorRule* its_rule, Status (*compute)(const Layer&))
      : name(its_name), rule(its_rule), run(compute) {}
  constexpr Kernel(const KernelName& its_name, const OperatorRule* its_rule, void (*function)(const Strip&))
      : name(its_name), rule(its_rule), apply(function) {}

  KernelName name;
  /// What load() verifies of a layer before it is run; of a function, how many operands it has.
  const OperatorRule* rule;
  union {
    /// Computes one layer. Trusts what has been verified; returns ok or an error of the data.
    Status (*run)(const Layer&);
    /// Computes the function of a strip.
    void (*apply)(const Strip&);
  };
};

/// The kernels that load() may choose from; the first row that fits wins.
using Kernels = Span<const Kernel>;

}  // namespace nacre
