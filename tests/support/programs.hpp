#pragma once

#include <vector>

#include "runtime/kernels/program.hpp"
#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// Operands of a program: an input, what the last step left in y, or a literal.
constexpr std::uint8_t kLeft = program::kOutput, kNoOperand = program::kNone;
constexpr std::uint8_t literal(unsigned number) { return static_cast<std::uint8_t>(program::kLiteral + number); }

/// One function of a program.
struct Step {
  MapFunction function;
  DataType from, to;
  std::vector<std::uint8_t> operands;

  KernelName kernel() const;
};

/// A step whose operands and result have the type of `T`.
template <typename T>
Step step(MapFunction function, std::vector<std::uint8_t> operands) {
  return {function, DataTypeOf<T>::value, DataTypeOf<T>::value, std::move(operands)};
}

/// The words of a program whose steps call kernels `first_kernel`, `first_kernel` + 1 …
std::vector<std::int32_t> program_words(const std::vector<Step>& steps, std::size_t first_kernel,
                                        const std::vector<std::uint64_t>& literals);

/// Ends the inputs of a layer of map with its program; literals are bits.
void add_program(ModelBuilder& model, const std::vector<Step>& steps, const std::vector<std::uint64_t>& literals = {});

/// A layer that applies one function to inputs of one shape, each of which has these elements.
template <typename T>
ModelBuilder function_layer(MapFunction function, const Dimensions& shape, const std::vector<std::vector<T>>& inputs) {
  ModelBuilder model{parameters::Map{}};
  std::vector<std::uint8_t> operands;
  for (const std::vector<T>& x : inputs) {
    operands.push_back(static_cast<std::uint8_t>(operands.size()));
    model.input(shape, x);
  }
  add_program(model, {step<T>(function, std::move(operands))});
  model.output<T>(shape);
  return model;
}

/// Appends a layer of one function to a model whose memory 0 is its first section of weights; its program goes there.
void add_function_layer(ModelParts& parts, MapFunction function, std::vector<std::uint32_t> from, std::uint32_t to);

}  // namespace nacre::test
