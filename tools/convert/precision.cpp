#include "tools/convert/precision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/graph/graph_index.hpp"
#include "tools/operators/definition.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

/// Of a fully connected layer on a Cortex-M4, whose double-precision arithmetic is software: 88 for each product.
constexpr int kTimes = 11;

Refusal not_computed(const Node& node) {
  return {"layer " + node.name,
          fmt::format("{} is not computed in float64", definition_of(node.op()).name),
          "leave out --precision float64"};
}

/// Whether the device computes all layers of the graph.
bool computes_all(const Graph& graph) {
  return std::all_of(graph.nodes.begin(), graph.nodes.end(),
                     [&](const Node& node) { return is_computed(graph, node); });
}

/// A layer that compares or divides loses nothing itself: what it reads is in doubt, which are shares.
Layers doubted(const Graph& graph, const std::string& layer) {
  const bool of_shares = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    return node.name == layer && (node.op() == Operator::arg_max || node.op() == Operator::binarize ||
                                  node.op() == Operator::binary);
  });
  return of_shares ? from_shares_to(graph, layer) : leading_to(graph, layer);
}

}  // namespace

TypeChoice::TypeChoice(const Graph& graph, Precision precision, bool has_rows)
    : graph_(graph), is_automatic_(precision == Precision::automatic && computes_in_float64(graph)) {
  if (is_automatic_) add_doubts(has_rows);
  if (precision == Precision::float64) add_all();
}

void TypeChoice::add_doubts(bool has_rows) {
  for (const Doubt& doubt : graph_.doubts)
    if ((doubt.of_rows || !has_rows) && add(doubted(graph_, doubt.layer)))
      notes_.push_back(fmt::format("layer {}: float64, because {}", doubt.layer, doubt.what));
}

void TypeChoice::add_all() {
  std::vector<ValueId> all;
  for (const Node& node : graph_.nodes) all.insert(all.end(), node.outputs.begin(), node.outputs.end());
  layers_ = leading_to(graph_, all);
  if (layers_.empty())
    throw Refusal("", "the model has no layer that could compute in float64", "leave out --precision float64");
  Obstacles obstacles;
  const Graph wide = widen(graph_, layers_);
  const GraphIndex index(wide);
  for (const Node& node : wide.nodes) {
    if (node.op() == Operator::cast) {  // to float64: what follows is no more exact than float32
      const Node* const before = index.producer(node.inputs[0]);
      const bool widens = wide.type(node.outputs[0]).type == DataType::float64;
      if (widens && before != nullptr) obstacles.add(not_computed(*before));
    } else if (!may_narrow(wide, node)) {
      obstacles.add(not_computed(node));
    }
  }
  obstacles.refuse_if_any();
}

bool TypeChoice::heed(const LostDigits& lost) {
  if (!is_automatic_ || !add(leading_to(graph_, lost.values))) return false;
  notes_.push_back(fmt::format("{}: float64, because in float32 {}", lost.where(), lost.obstacle()));
  return true;
}

/// Whatever reads an input that becomes float64 must read it as such: rows are not judged then as they come.
bool TypeChoice::add(Layers layers) {
  layers.insert(layers_.begin(), layers_.end());
  if (layers == layers_) return false;
  for (;;) {
    const std::vector<ValueId> readers = readers_of_rounded_inputs(widen(graph_, layers));
    if (readers.empty()) break;
    const std::size_t before = layers.size();
    layers.merge(leading_to(graph_, readers));
    if (layers.size() == before) return false;
  }
  if (!computes_all(widen(graph_, layers))) return false;
  layers_ = std::move(layers);
  return true;
}

std::vector<std::string> TypeChoice::notes() const {
  if (layers_.empty()) return {};
  const Graph wide = graph();
  std::vector<std::string> layers, inputs, lines = notes_;
  for (const Node& node : wide.nodes)
    if (layers_.count(node.outputs[0]) != 0 && node.op() != Operator::reshape) layers.push_back(node.name);
  for (const Port& input : wide.inputs)
    if (wide.type(input.value).type != graph_.type(input.value).type) inputs.push_back(input.name);
  lines.push_back(fmt::format(
      "float64: input {}, layers {}; {} bytes of weights more, and about {} times the instructions of these layers "
      "where the processor has no double-precision arithmetic",
      fmt::join(inputs, ", "), fmt::join(layers, ", "), widened_bytes(graph_, wide), kTimes));
  return lines;
}

}  // namespace nacre::tools
