#include "tools/rows/averages.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/graph/graph_index.hpp"

namespace nacre::tools {
namespace {

bool adds(const Instruction& instruction) {
  return instruction.function == MapFunction::add || instruction.function == MapFunction::multiply_add ||
         instruction.function == MapFunction::multiply || instruction.function == MapFunction::divide;
}

/// Whether a node does nothing but add up what several others give, weighted or not.
bool is_mean(const Graph& graph, const Node& node) {
  const auto members = std::ranges::count_if(node.inputs, [&](ValueId input) { return !graph.values[input].constant; });
  return node.op() == Operator::map && members > 1 && std::ranges::all_of(node.program.instructions, adds);
}

/// Whether a node compares two numbers by what one is more than the other: a sum of both, of which one is negative.
bool is_difference(const Graph& graph, const Node& node) {
  if (node.op() != Operator::fully_connected || !graph.values[node.inputs[1]].constant) return false;
  const std::vector<double> weights = graph.values[node.inputs[1]].constant->to<double>();
  return weights.size() == 2 && weights[0] == -weights[1] && weights[0] != 0;
}

/// Whether a label hangs on the order of the numbers of the first input, or on the sign of what follows from them.
bool decides(const Node& node) {
  if (node.op() == Operator::arg_max || node.op() == Operator::binarize) return true;
  return std::ranges::any_of(node.program.instructions, [](const Instruction& instruction) {
    return instruction.function == MapFunction::greater || instruction.function == MapFunction::greater_equal;
  });
}

/// The places of the largest number and of the next one.
template <typename Numbers>
std::pair<std::size_t, std::size_t> largest_two(const Numbers& numbers) {
  std::size_t first = 0, second = 1;
  if (numbers[1] > numbers[0]) std::swap(first, second);
  for (std::size_t i = 2; i < numbers.size(); ++i) {
    if (numbers[i] > numbers[first]) second = std::exchange(first, i);
    else if (numbers[i] > numbers[second]) second = i;
  }
  return {first, second};
}

/// Whether the largest two numbers differ by at most a share of the largest, or of `least` if that is more.
template <typename Numbers>
bool are_near(const Numbers& numbers, double share, double least = 0) {
  if (numbers.size() < 2) return false;
  const auto [first, second] = largest_two(numbers);
  return static_cast<double>(numbers[first]) - static_cast<double>(numbers[second]) <=
         share * std::max(least, std::abs(static_cast<double>(numbers[first])));
}

}  // namespace

Averages::Averages(const Graph& graph) : graph_(graph) {
  const GraphIndex index(graph);
  for (const Node& node : graph.nodes) {
    if (!decides(node)) continue;
    const Node* made = index.producer(node.inputs[0]);
    while (made != nullptr && (made->op() == Operator::reshape || is_difference(graph, *made)))
      made = index.producer(made->inputs[0]);
    if (made != nullptr && is_mean(graph, *made) && graph.type(made->outputs[0]).last() > 1) means_.push_back(made);
  }
}

bool Averages::may_tie(const Network& network) {
  bool has_shares = false;
  for (unsigned i = 0; i < network.outputs(); ++i) {
    const DataType type = network.output_type(i);
    if (type == DataType::float32 && are_near(network.output<float>(i), 0x1p-20)) return true;
    if (type == DataType::float64 && are_near(network.output<double>(i), 0x1p-20)) return true;
    has_shares |= (type == DataType::float32 || type == DataType::float64) && network.output_shape(i).size() > 1;
  }
  return !has_shares;  // labels alone
}

std::optional<std::pair<std::size_t, std::size_t>> Averages::find(const std::vector<Tensor64>& values) const {
  constexpr double kLastBits = 0x1p-50, kLastBitsOfFloat32 = 0x1p-20;  // constants of float32 are not the library's
  const auto is_whole = [](double x) { return x == std::round(x); };
  for (const Node* const mean : means_) {
    const std::vector<double> shares = values[mean->outputs[0]].values;
    double largest = 0;  // of what is added up, which may cancel
    for (const ValueId input : mean->inputs)
      if (!graph_.values[input].constant)
        for (const double x : values[input].values) largest = std::max(largest, std::abs(x));
    const bool is_float32 = graph_.type(mean->outputs[0]).type == DataType::float32;
    if (!are_near(shares, is_float32 ? kLastBitsOfFloat32 : kLastBits, largest)) continue;
    const bool are_votes = std::ranges::all_of(mean->inputs, [&](ValueId input) {  // whose sums are exact
      return graph_.values[input].constant || std::ranges::all_of(values[input].values, is_whole);
    });
    if (!are_votes) return largest_two(shares);
  }
  return std::nullopt;
}

}  // namespace nacre::tools
