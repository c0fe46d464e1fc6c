#include "tools/sklearn/algebra.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/graph/sparse.hpp"

namespace nacre::tools {

std::string Algebra::named(const char* word) const { return fmt::format("{}.{}_{}", name_, word, graph_.nodes.size()); }

ValueId Algebra::constant(Dimensions shape, std::vector<double> values) const {
  return graph_.add_constant(std::move(shape), std::move(values));
}

ValueId Algebra::binary(BinaryFunction function, ValueId a, ValueId b) const {
  constexpr const char* kWords[] = {"add", "subtract", "multiply", "divide", "maximum", "minimum"};
  parameters::Binary table;
  table.function = function;
  return graph_.add(table, {a, b}, named(kWords[static_cast<std::size_t>(function)]));
}

ValueId Algebra::map(MapFunction function, std::vector<ValueId> inputs) const {
  Program program;
  std::vector<Operand> operands;
  for (std::uint32_t i = 0; i < inputs.size(); ++i) operands.push_back({Operand::Kind::input, i});
  program.then(function, DataType::float32, std::move(operands));
  return graph_.add_map(std::move(program), std::move(inputs), named("compare"));
}

ValueId Algebra::apply(ActivationFunction function, ValueId x) const {
  return add_activation(graph_, x, function, named("function"));
}

ValueId Algebra::scaled(ValueId x, double factor, double offset) const {
  return scaled(x, std::vector<double>{factor}, std::vector<double>{offset});
}

ValueId Algebra::scaled(ValueId x, std::vector<double> factor, std::vector<double> offset) const {
  return add_affine(graph_, x, {0}, std::move(factor), std::move(offset), named("scale"));
}

ValueId Algebra::clamped(ValueId x, const std::vector<double>& least, const std::vector<double>& most) const {
  const auto row = [&](const std::vector<double>& values) {
    return constant({static_cast<std::int64_t>(values.size())}, values);
  };
  return minimum(maximum(x, row(least)), row(most));
}

ValueId Algebra::reduce(ReduceFunction function, ValueId x, std::size_t axis) const {
  parameters::Reduce table;
  table.function = function;
  table.axes = static_cast<std::uint8_t>(1u << axis);
  return graph_.add(table, {x}, named("reduce"));
}

ValueId Algebra::product(ValueId x, const std::vector<double>& weights, const std::vector<double>& bias) const {
  return add_fully_connected(graph_, x, weights, bias, named("product"));
}

ValueId Algebra::matmul(ValueId a, ValueId b) const {
  return graph_.add(parameters::MatMul{}, {a, b}, named("matmul"));
}

ValueId Algebra::softmax(ValueId x) const { return graph_.add(parameters::Softmax{}, {x}, named("softmax")); }

ValueId Algebra::normalized(ValueId x, std::optional<double> otherwise) const {
  const ValueId total = reshaped(sum(x, 1), {1}), one = constant({1}, {1});
  const ValueId is_nothing = equals(total, 0), shares = divide(x, where(is_nothing, one, total));
  if (!otherwise) return shares;
  const ValueId number = constant({1}, {*otherwise});
  graph_.values[number].may_be_missing = std::isnan(*otherwise);
  return where(is_nothing, number, shares);
}

ValueId Algebra::arg_max(ValueId x) const { return graph_.add(parameters::ArgMax{}, {x}, named("largest")); }

std::pair<ValueId, ValueId> Algebra::top_k(ValueId x, std::int64_t k) const {
  parameters::TopK table;
  table.k = static_cast<std::int32_t>(k);
  graph_.add(table, {x}, named("top"));
  const std::vector<ValueId>& outputs = graph_.nodes.back().outputs;
  return {outputs[0], outputs[1]};
}

std::pair<ValueId, ValueId> Algebra::neighbors(ValueId distances, ValueId bounds,
                                               const parameters::Neighbors& table) const {
  graph_.add(table, {distances, bounds}, named("neighbors"));
  const std::vector<ValueId>& outputs = graph_.nodes.back().outputs;
  return {outputs[0], outputs[1]};
}

/// A layer joins 255 values at most.
ValueId Algebra::join(const std::vector<ValueId>& parts, std::size_t axis) const {
  constexpr std::size_t kMost = 250;
  if (parts.size() == 1) return parts.front();
  if (axis == 1 && parts.size() <= kMost)
    if (const auto joined = join_sparse(graph_, parts, named("join"))) return *joined;
  parameters::Concatenate table;
  table.axis = static_cast<std::uint8_t>(axis);
  if (parts.size() <= kMost) return graph_.add(table, parts, named("join"));
  std::vector<ValueId> joined;
  for (std::size_t first = 0; first < parts.size(); first += kMost)
    joined.push_back(join({parts.begin() + static_cast<std::ptrdiff_t>(first),
                           parts.begin() + static_cast<std::ptrdiff_t>(std::min(first + kMost, parts.size()))},
                          axis));
  return join(joined, axis);
}

ValueId Algebra::columns(ValueId x, std::vector<std::int64_t> indices) const {
  return add_selection(graph_, x, std::move(indices), named("columns"));
}

ValueId Algebra::reshaped(ValueId x, const Dimensions& shape) const { return add_reshape(graph_, x, shape, ""); }

ValueId Algebra::lookup(std::vector<double> table, Dimensions shape, ValueId indices) const {
  return add_lookup(graph_, constant(std::move(shape), std::move(table)), indices, named("lookup"));
}

}  // namespace nacre::tools
