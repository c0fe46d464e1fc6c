#include "tools/graph/numbers_left.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nacre::tools {
namespace {

bool is_bounded(const Node& node) {
  constexpr double kMost = std::numeric_limits<float>::max();
  if (node.op() != Operator::affine) return false;
  const auto& limits = node.as<parameters::Affine>();
  return limits.minimum >= -kMost || limits.maximum <= kMost;
}

/// Functions that may answer NaN with a number.
bool heeds_missing(const Instruction& instruction) {
  constexpr MapFunction kHeed[] = {MapFunction::equal,   MapFunction::greater, MapFunction::greater_equal,
                                   MapFunction::where,   MapFunction::maximum, MapFunction::minimum,
                                   MapFunction::clamp,   MapFunction::power};
  return std::ranges::find(kHeed, instruction.function) != std::end(kHeed);
}

/// Whether what is NaN on the way in is NaN on the way out.
bool hands_on_missing(const Node& node) {
  constexpr Operator kHand[] = {Operator::reshape, Operator::copy,    Operator::gather,          Operator::concatenate,
                                Operator::move,    Operator::slice,   Operator::cast,            Operator::permute,
                                Operator::affine,  Operator::scatter, Operator::fully_connected, Operator::broadcast};
  if (node.op() == Operator::binary) {
    const BinaryFunction function = node.as<parameters::Binary>().function;
    return function == BinaryFunction::add || function == BinaryFunction::subtract ||
           function == BinaryFunction::multiply;
  }
  if (node.op() == Operator::activation) return true;
  if (node.op() == Operator::map) return std::ranges::none_of(node.program.instructions, heeds_missing);
  return std::ranges::find(kHand, node.op()) != std::end(kHand);
}

/// The same of an infinity. Functions may bring it back among the numbers.
bool hands_on_infinite(const Node& node) {
  return hands_on_missing(node) && node.op() != Operator::activation && node.op() != Operator::map && !is_bounded(node);
}

}  // namespace

bool may_leave_numbers(const Node& node) {
  if (node.op() == Operator::activation) {
    using F = ActivationFunction;
    const F function = node.as<parameters::Activation>().function;
    return function == F::log || function == F::sqrt || function == F::exponential || function == F::square;
  }
  if (node.op() == Operator::binary) return node.as<parameters::Binary>().function == BinaryFunction::divide;
  using M = MapFunction;
  constexpr M kFunctions[] = {M::log, M::log1p, M::sqrt, M::exponential, M::expm1,
                              M::power, M::square, M::divide, M::sine, M::cosine};
  return std::ranges::any_of(node.program.instructions,
                             [&](const Instruction& instruction) {
                               return std::ranges::find(kFunctions, instruction.function) != std::end(kFunctions);
                             }) ||
         std::ranges::any_of(node.program.literals, [](const Literal& literal) { return std::isnan(literal.value); });
}

void hand_back_refused_values(Graph& graph) {
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (!hands_on_missing(*node)) continue;
    const GraphValue& made = graph.values[node->outputs[0]];
    for (const ValueId input : node->inputs) {
      GraphValue& given = graph.values[input];
      if (given.constant) continue;
      given.refuses_missing = given.refuses_missing || made.refuses_missing;
      given.refuses_infinite = given.refuses_infinite || (made.refuses_infinite && hands_on_infinite(*node));
    }
  }
}

}  // namespace nacre::tools
