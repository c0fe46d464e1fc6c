// A scaler before a matrix: with z = (x - c) s + o, z . w + b is x . (s w) + (b + sum of (o - c s) w).
//
// Unlike after a matrix this may lose: where the mean is far larger than the spread, x . (s w) is a large
// number from which an equally large one is taken, while the affine kernel takes the mean from x, exactly.
// So both ways are evaluated on rows inside the scaler's range, and the fold stays where its error bounds
// are no larger. Scaling alone loses nothing.

#include <algorithm>
#include <unordered_map>

#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/constants.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"
#include "tools/sample/sample.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kRows = 2;
constexpr std::int64_t kManyMacs = 10'000'000;  // more take too long to evaluate: the scaler stays

/// Input channel that weight `i` multiplies; the last axis of the weights is the output channel.
std::size_t input_channel(const Graph& graph, const Node& node, std::size_t i) {
  const Dimensions& shape = graph.shape(node.inputs[1]);
  const auto units = static_cast<std::size_t>(shape.back()), unit = i % units;
  if (node.op() == Operator::depthwise_conv_2d)
    return unit / (units / static_cast<std::size_t>(graph.type(node.inputs[0]).last()));
  const auto depth = static_cast<std::size_t>(shape[shape.size() - 2]);
  const std::size_t groups = node.op() == Operator::conv_2d   ? node.as<parameters::Conv2D>().groups
                             : node.op() == Operator::conv_3d ? node.as<parameters::Conv3D>().groups
                                                              : 1;
  return unit / (units / groups) * depth + i / units % depth;
}

/// Whether some outputs have fewer terms than others.
bool pads(const parameters::ConvTransposed&) { return true; }
bool pads(const parameters::Conv3D& table) {
  return std::any_of(table.pad_before, table.pad_before + 3, [](std::uint16_t x) { return x != 0; }) ||
         std::any_of(table.pad_after, table.pad_after + 3, [](std::uint16_t x) { return x != 0; });
}
template <typename Table>
bool pads(const Table& table) {
  if constexpr (requires { table.pad_top; })
    return table.pad_top != 0 || table.pad_bottom != 0 || table.pad_left != 0 || table.pad_right != 0;
  return false;
}

/// A graph of copies of these nodes, from the input of the first to the output of the last, with the values of these
/// alone: it costs as much for a layer of a large model as for one of a small.
Graph excerpt(const Graph& graph, std::vector<Node> nodes) {
  Graph part;
  std::unordered_map<ValueId, ValueId> places;
  const auto place = [&](ValueId value) {
    const auto [found, is_new] = places.try_emplace(value, static_cast<ValueId>(part.values.size()));
    if (is_new) part.values.push_back(graph.values[value]);
    return found->second;
  };
  for (Node& node : nodes) {
    for (ValueId& input : node.inputs) input = place(input);
    for (ValueId& output : node.outputs) output = place(output);
  }
  part.inputs.push_back({"x", nodes.front().inputs[0], {}, {}});
  part.values[nodes.front().inputs[0]].constant.reset();
  part.outputs.push_back({"y", nodes.back().outputs[0], {}, {}});
  part.nodes = std::move(nodes);
  return part;
}

double largest_bound(const Graph& graph, const std::vector<Tensor64>& inputs) {
  const std::vector<double> errors = evaluate(graph, inputs, Errors::bound)[graph.outputs[0].value].errors;
  return *std::max_element(errors.begin(), errors.end());
}

bool loses_nothing(const Graph& graph, const Node& affine, const Node& node, const Node& folded) {
  if (definition_of(node.op()).macs(node, graph.input_types(node), graph.type(node.outputs[0])) > kManyMacs)
    return false;
  const Graph apart = excerpt(graph, {affine, node}), together = excerpt(graph, {folded});
  for (unsigned row = 0; row < kRows; ++row) {
    const std::vector<Tensor64> inputs = sample_inputs(apart, row);
    if (!(largest_bound(together, inputs) <= largest_bound(apart, inputs))) return false;
  }
  return true;
}

bool fold_before(Graph& graph, const Node& affine, Node& node) {
  const bool is_wide = graph.type(affine.outputs[0]).type == DataType::float64;  // there it rounds as the library does
  if (affine.op() != Operator::affine || is_wide || !is_unlimited(affine.as<parameters::Affine>()) ||
      !has_constant_parameters(graph, node))
    return false;
  const std::vector<double> center = constant_input(graph, affine, 1), low = constant_input(graph, affine, 2);
  const std::vector<double> scale = constant_input(graph, affine, 3);
  std::vector<double> shift = constant_input(graph, affine, 4);
  for (std::size_t c = 0; c < shift.size(); ++c) shift[c] -= (center[c] + low[c]) * scale[c];
  const bool shifts = std::any_of(shift.begin(), shift.end(), [](double x) { return x != 0; });
  return with_linear_table(node, [&](auto& table) {
    if (shifts && pads(table)) return false;  // what is left out is 0 after the scaler, not before it
    std::vector<double> weights = constant_input(graph, node, 1), bias = constant_input(graph, node, 2);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const std::size_t c = input_channel(graph, node, i);
      if (shifts) bias[i % bias.size()] += shift[c] * weights[i];
      weights[i] *= scale[c];
    }
    if (!fit_float32(weights) || !fit_float32(bias)) return false;
    Node folded = node;
    folded.inputs = {affine.inputs[0], graph.add_constant(graph.shape(node.inputs[1]), weights),
                     graph.add_constant(graph.shape(node.inputs[2]), bias)};
    if (shifts && !loses_nothing(graph, affine, node, folded)) return false;
    node.inputs = folded.inputs;
    return true;
  });
}

}  // namespace

void fold_affine_before(Graph& graph) { absorb_into_reader(graph, fold_before); }

}  // namespace nacre::tools
