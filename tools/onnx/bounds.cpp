#include "tools/onnx/bounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace nacre::tools {
namespace {

using F = MapFunction;
using Found = std::optional<IntegerBounds>;

constexpr int kMostValues = 256;  // that one question follows

/// Bounds as int32 holds them; none where it would wrap.
Found in_32_bits(std::int64_t least, std::int64_t most) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (least < Limits::min() || most > Limits::max()) return std::nullopt;
  return IntegerBounds{least, most};
}

Found of_numbers(const std::vector<double>& numbers) {
  constexpr double kMost = 1u << 31;
  double least = kMost, most = -kMost;
  for (const double number : numbers) {
    if (!(std::abs(number) < kMost)) return std::nullopt;
    least = std::min(least, std::floor(number)), most = std::max(most, std::ceil(number));
  }
  if (least > most) return std::nullopt;
  return IntegerBounds{static_cast<std::int64_t>(least), static_cast<std::int64_t>(most)};
}

IntegerBounds either(IntegerBounds a, IntegerBounds b) {
  return {std::min(a.least, b.least), std::max(a.most, b.most)};
}

Found product(IntegerBounds a, IntegerBounds b) {
  const std::array all{a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most};
  return in_32_bits(*std::ranges::min_element(all), *std::ranges::max_element(all));
}

/// Of a function of operands that all have bounds.
Found of_function(F function, DataType type, const std::vector<IntegerBounds>& x) {
  const bool is_integer = type == DataType::int32;
  switch (function) {
    case F::cast: return x[0];
    case F::where: return either(x[1], x[2]);
    case F::maximum: return IntegerBounds{std::max(x[0].least, x[1].least), std::max(x[0].most, x[1].most)};
    case F::minimum: return IntegerBounds{std::min(x[0].least, x[1].least), std::min(x[0].most, x[1].most)};
    case F::negative: return in_32_bits(-x[0].most, -x[0].least);
    case F::absolute: return in_32_bits(0, std::max(-x[0].least, x[0].most));
    case F::add: return is_integer ? in_32_bits(x[0].least + x[1].least, x[0].most + x[1].most) : std::nullopt;
    case F::subtract: return is_integer ? in_32_bits(x[0].least - x[1].most, x[0].most - x[1].least) : std::nullopt;
    case F::multiply: return is_integer ? product(x[0], x[1]) : std::nullopt;
    case F::square: return is_integer ? product(x[0], x[0]) : std::nullopt;
    default: return std::nullopt;
  }
}

class Walk {
 public:
  explicit Walk(const Graph& graph) : graph_(graph) {}

  Found of(ValueId value) {
    if (const auto known = known_.find(value); known != known_.end()) return known->second;
    if (std::ssize(known_) >= kMostValues) return std::nullopt;
    known_[value] = std::nullopt;
    return known_[value] = find(value);
  }

 private:
  Found find(ValueId value) {
    if (const auto& constant = graph_.values[value].constant) return of_numbers(constant->to<double>());
    const Node* const node = producer(value);
    if (node == nullptr) return std::nullopt;
    switch (node->op()) {
      case Operator::reshape:
      case Operator::slice:
      case Operator::permute:
      case Operator::copy:
      case Operator::broadcast:
      case Operator::gather: return of(node->inputs[0]);
      case Operator::arg_max: return IntegerBounds{0, graph_.type(node->inputs[0]).last() - 1};
      case Operator::concatenate: return of_all(node->inputs);
      case Operator::map: return of_program(*node);
      default: return std::nullopt;
    }
  }

  /// Nodes stand in the order in which their values were added.
  const Node* producer(ValueId value) const {
    const auto first_output = [](const Node& node) { return node.outputs.front(); };
    const auto node = std::ranges::upper_bound(graph_.nodes, value, {}, first_output);
    if (node == graph_.nodes.begin()) return nullptr;
    const Node& before = *std::prev(node);
    return before.outputs.front() == value ? &before : nullptr;
  }

  Found of_all(const std::vector<ValueId>& values) {
    Found all;
    for (const ValueId value : values) {
      const Found one = of(value);
      if (!one) return std::nullopt;
      all = all ? either(*all, *one) : *one;
    }
    return all;
  }

  Found of_operand(const Node& node, const Operand& operand, const Found& before) {
    switch (operand.kind) {
      case Operand::Kind::input: return of(node.inputs[operand.index]);
      case Operand::Kind::output: return before;
      case Operand::Kind::literal: return of_numbers({node.program.literals[operand.index].value});
    }
    return std::nullopt;
  }

  Found of_program(const Node& node) {
    Found found;
    for (const Instruction& instruction : node.program.instructions) {
      const F function = instruction.function;
      if (function == F::equal || function == F::greater || function == F::greater_equal) {
        found = IntegerBounds{0, 1};
        continue;
      }
      if (function == F::sign) {
        found = IntegerBounds{-1, 1};
        continue;
      }
      std::vector<IntegerBounds> operands;
      for (const Operand& operand : instruction.operands)
        if (const Found one = of_operand(node, operand, found)) operands.push_back(*one);
      // Of `where`, the condition may be anything.
      if (function == F::where && operands.size() + 1 == instruction.operands.size() &&
          !of_operand(node, instruction.operands[0], found))
        operands.insert(operands.begin(), IntegerBounds{0, 0});
      found = operands.size() == instruction.operands.size() ? of_function(function, instruction.from, operands)
                                                             : std::nullopt;
    }
    return found;
  }

  const Graph& graph_;
  std::map<ValueId, Found> known_;
};

}  // namespace

std::optional<IntegerBounds> integer_bounds(const Graph& graph, ValueId value) { return Walk(graph).of(value); }

}  // namespace nacre::tools
