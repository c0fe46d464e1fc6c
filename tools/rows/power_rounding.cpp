#include "tools/rows/power_rounding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/rows/answers.hpp"

namespace nacre::tools {
namespace {

constexpr double kPowerRounding = 0x1p-52, kPowerRoundingToFloat32 = 0x1p-23;  // twice each
constexpr std::size_t kDoubtfulWidth = 4;  // of the thresholds of a node: of both kinds of rows, and between what

/// As PowerTransformer has it.
bool is_power_less_one(const Instruction& instruction) { return instruction.function == MapFunction::expm1; }

/// Or as distances have it, which keep their digits in float64.
bool is_power(const Instruction& instruction) {
  return is_power_less_one(instruction) || instruction.function == MapFunction::power;
}

/// Of 1 + x, a sum that is rounded too.
bool is_logarithm(const Instruction& instruction) { return instruction.function == MapFunction::log1p; }

std::vector<Tensor64> arguments_of(const Graph& graph, const Node& node, const std::vector<Tensor64>& values) {
  std::vector<Tensor64> arguments;
  for (const ValueId input : node.inputs)
    arguments.push_back(graph.values[input].constant ? constant_value(graph.values[input]) : values[input]);
  return arguments;
}

/// What a node gives whose powers less one are off by `error`, in all (add) or relative to themselves (multiply), and
/// the numbers of which it takes logarithms in all.
Tensor64 evaluate_off(const Graph& graph, Node node, const std::vector<Tensor64>& values, MapFunction how,
                      double error) {
  const std::vector<Tensor64> arguments = arguments_of(graph, node, values);
  Program& program = node.program;
  const auto insert = [&](std::size_t at, MapFunction function, double number) {
    Instruction more = program.instructions[at];
    more.function = function;
    more.operands = {Operand{Operand::Kind::output}, program.literal(number, DataType::float64)};
    program.instructions.insert(program.instructions.begin() + static_cast<std::ptrdiff_t>(at) + 1, more);
  };
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    if (is_logarithm(program.instructions[i])) insert(i++, MapFunction::add, error);
    else if (is_power(program.instructions[i])) insert(i++, how, how == MapFunction::add ? error : 1 + error);
  }
  return evaluate_outputs(node, arguments, graph.output_types(node))[0];
}

/// Whether the last input of trees says between which numbers their questions are in doubt.
bool has_doubts(const Graph& graph, const Node& node) {
  return node.op() == Operator::tree_ensemble && node.inputs.size() == 7 &&
         graph.type(node.inputs[6]).last() == kDoubtfulWidth;
}

}  // namespace

PowerRounding::PowerRounding(const Graph& graph) : graph_(graph) {
  for (const Node& node : graph.nodes) {
    const auto& instructions = node.program.instructions;
    if (std::ranges::any_of(instructions, is_power) || std::ranges::any_of(instructions, is_logarithm))
      powers_.push_back(&node);
    has_powers_less_one_ |= std::ranges::any_of(instructions, is_power_less_one);
    if (has_doubts(graph, node)) doubtful_trees_.push_back(&node);
  }
}

bool PowerRounding::decides(const std::vector<Tensor64>& values, bool is_float32) const {
  return std::ranges::any_of(powers_, [&](const Node* node) { return decides_by(*node, values, is_float32); }) ||
         std::ranges::any_of(doubtful_trees_,
                             [&](const Node* node) { return decides_by_questions(*node, values, is_float32); });
}

bool PowerRounding::decides_by(const Node& power, const std::vector<Tensor64>& values, bool is_float32) const {
  const auto& instructions = power.program.instructions;
  const bool cancels = has_powers_less_one_ && (std::ranges::any_of(instructions, is_power_less_one) ||
                                                std::ranges::any_of(instructions, is_logarithm));
  if (!is_float32 && !cancels) return false;
  const ValueId y = power.outputs[0];
  const std::size_t count = values[y].values.size();
  const double rounding = is_float32 ? kPowerRoundingToFloat32 : kPowerRounding;
  const bool overflows = std::ranges::any_of(values[y].values, [](double x) {
    return std::isfinite(x) && std::abs(x) > std::numeric_limits<float>::max();
  });
  if (is_float32 && overflows) return true;
  for (const auto& [how, way] : {std::pair(MapFunction::add, 1.0), std::pair(MapFunction::add, -1.0),
                                 std::pair(MapFunction::multiply, 1.0), std::pair(MapFunction::multiply, -1.0)}) {
    // One by one, each as far as all together may lead.
    const Tensor64 off = evaluate_off(graph_, power, values, how, way * rounding * static_cast<double>(count));
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> numbers = values[y].values;
      if (numbers[i] == off.values[i] || std::isnan(numbers[i])) continue;
      numbers[i] = off.values[i];
      const Tensor64 other{values[y].type, Numbers(std::move(numbers)), {}};
      if (!same_answers(graph_, values, evaluate_again(graph_, values, {{y, other}}))) return true;
    }
  }
  return false;
}

/// Whether the trees answer otherwise where all questions that are in doubt are answered left, or all right.
bool PowerRounding::decides_by_questions(const Node& trees, const std::vector<Tensor64>& values,
                                         bool is_float32) const {
  constexpr double kBeyond = std::numeric_limits<double>::infinity();
  std::vector<Tensor64> arguments = arguments_of(graph_, trees, values);
  const std::vector<double> words = arguments[1].values, given = arguments[6].values;
  std::vector<std::size_t> doubtful;
  for (std::size_t n = 0; 3 * n < words.size(); ++n) {
    if (words[3 * n] < 0) continue;  // a leaf
    const auto feature = static_cast<std::size_t>(static_cast<std::int64_t>(words[3 * n]) & kFeature);
    const double x = arguments[0].values[feature];
    const double* const thresholds = given.data() + kDoubtfulWidth * n;
    const double value = is_float32 ? static_cast<double>(static_cast<float>(x)) : x;
    if (value > thresholds[2] && value <= thresholds[3]) doubtful.push_back(n);
  }
  for (const double way : {kBeyond, -kBeyond}) {
    if (doubtful.empty()) return false;
    std::vector<double> asked = given;
    for (const std::size_t n : doubtful) asked[kDoubtfulWidth * n] = way;
    arguments[6].values = Numbers(std::move(asked));
    Tensor64 other = evaluate_outputs(trees, arguments, graph_.output_types(trees))[0];
    if (!same_answers(graph_, values, evaluate_again(graph_, values, {{trees.outputs[0], std::move(other)}})))
      return true;
  }
  return false;
}

}  // namespace nacre::tools
