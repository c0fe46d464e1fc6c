#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/kernels.hpp"

namespace nacre {

class LayerCheck;

/// All that load() verifies of an operator's layers, as its description says. What has a row in the tables "argument"
/// and "field" is code in loader/rules.cpp, which nacre-describe writes; what needs a condition stands in
/// loader/operators.
struct OperatorRule {
  static constexpr std::uint8_t kNone = 0xff;

  void (*check)(LayerCheck&);
  std::uint8_t bytes;  ///< of the operator's struct
  std::uint8_t optional;  ///< how many inputs, the last ones, may be left out
  // As in LayerRecord.
  std::uint16_t inputs;  ///< at most; where it `repeats` its input: at least
  std::uint8_t outputs, temporaries;
  bool in_place;  ///< output 0 may lie where input 0 lies
  static constexpr std::uint8_t kInputs = 1, kOutputs = 2, kTemporaries = 4;
  std::uint8_t repeats;  ///< of which it has as many as stated, or more: the bits above
  std::uint8_t weights;  ///< the argument whose type the kernel's name calls weights; 0: none
  std::uint8_t function, layout, unit;  ///< offsets of fields that must be as the kernel's name says, or kNone
};

/// The name of the kernel that a layer asks for: types of its first input and of its weights, and what its struct says.
/// One that moves elements of any type has the type of its units in the place of both.
inline KernelName kernel_name(Operator op, const OperatorRule& rule, DataType activations, DataType weights,
                              const std::byte* parameters) {
  KernelName name{op, activations, weights, Layout::portable, 0, 0, 0};
  if (rule.unit != OperatorRule::kNone) name.activations = name.weights = static_cast<DataType>(parameters[rule.unit]);
  if (rule.layout != OperatorRule::kNone) name.layout = static_cast<Layout>(parameters[rule.layout]);
  if (rule.function != OperatorRule::kNone) name.function = static_cast<std::uint16_t>(parameters[rule.function]);
  return name;
}

namespace checks {
#define NACRE_OPERATOR(op, Parameters) void op(LayerCheck&);
NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
}  // namespace checks

}  // namespace nacre
