// Layers between a permutation and its inverse work as well on what is not permuted: a layer normalisation of
// TensorFlow Lite is written so.

#include <algorithm>
#include <map>
#include <optional>

#include "tools/graph/constants.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

using Permutation = std::vector<std::uint8_t>;

Permutation permutation_of(const Graph& graph, const Node& node) {
  const auto& all = node.as<parameters::Permute>().permutation;
  return {all, all + graph.shape(node.inputs[0]).size()};
}

/// A shape with axes of length 1 before it, as broadcasting sees it.
Dimensions padded(Dimensions shape, std::size_t rank) {
  if (shape.size() < rank) shape.insert(shape.begin(), rank - shape.size(), 1);
  return shape;
}

/// One attempt: from one permutation on, layers get a twin that computes the same of what is not permuted.
class Unpermuting {
 public:
  Unpermuting(const Graph& before, std::size_t first) : graph_(before), first_(first) {
    permutation_ = permutation_of(before, before.nodes[first]);
    straight_[before.nodes[first].outputs[0]] = before.nodes[first].inputs[0];
  }

  /// The graph with twins, and without what nobody reads any more; nothing where no inverse permutation was met.
  std::optional<Graph> run() {
    const std::vector<Node> nodes = std::move(graph_.nodes);
    graph_.nodes.clear();
    bool has_met = false;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      Node node = nodes[i];
      for (ValueId& input : node.inputs)
        if (const auto known = instead_.find(input); known != instead_.end()) input = known->second;
      if (i > first_ && is_inverse(node)) {
        instead_[node.outputs[0]] = straight_.at(node.inputs[0]);
        has_met = true;
      } else {
        graph_.nodes.push_back(node);
        if (i > first_) add_twin(node);
      }
    }
    if (!has_met) return std::nullopt;
    remove_dead_nodes(graph_);
    return std::move(graph_);
  }

 private:
  bool is_straightened(ValueId value) const { return straight_.count(value) != 0; }

  bool is_inverse(const Node& node) const {
    if (node.op() != Operator::permute || !is_straightened(node.inputs[0])) return false;
    const Permutation back = permutation_of(graph_, node);
    const auto is_output = [&](const Port& port) { return port.value == node.outputs[0]; };
    if (back.size() != permutation_.size() || std::ranges::any_of(graph_.outputs, is_output)) return false;
    for (std::size_t i = 0; i < back.size(); ++i)
      if (permutation_[back[i]] != i) return false;
    return true;
  }

  void add_twin(const Node& node) {
    const bool reads_one = std::ranges::any_of(node.inputs, [&](ValueId input) { return is_straightened(input); });
    if (!reads_one || graph_.type(node.outputs[0]).type != DataType::float32) return;
    std::optional<ValueId> twin;
    if (node.op() == Operator::reduce) twin = add_reduce(node);
    else if (node.op() == Operator::map || node.op() == Operator::binary || node.op() == Operator::activation)
      twin = add_elementwise(node);
    if (twin) straight_[node.outputs[0]] = *twin;
  }

  /// The axes that it gathers, where they lie before the permutation.
  std::optional<ValueId> add_reduce(const Node& node) {
    auto table = node.as<parameters::Reduce>();
    Dimensions kept = graph_.shape(node.inputs[0]);
    if (kept.size() != permutation_.size()) return std::nullopt;
    std::uint8_t axes = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if ((table.axes >> i & 1) == 0) continue;
      kept[i] = 1;
      axes |= static_cast<std::uint8_t>(1u << permutation_[i]);
    }
    if (padded(graph_.shape(node.outputs[0]), kept.size()) != kept) return std::nullopt;
    table.axes = axes, table.keep_dims = true;
    return graph_.add(table, {straight_.at(node.inputs[0])}, node.name);
  }

  /// A constant along at most one axis, before the permutation: its numbers stay in their order.
  std::optional<ValueId> straightened_constant(const Node& node, unsigned input) {
    const ValueId value = node.inputs[input];
    const Dimensions shape = padded(graph_.shape(value), permutation_.size());
    const auto is_long = [](std::int64_t length) { return length != 1; };
    if (!graph_.values[value].constant || graph_.type(value).type != DataType::float32 ||
        shape.size() != permutation_.size() || std::ranges::count_if(shape, is_long) > 1)
      return std::nullopt;
    Dimensions straight(shape.size());
    for (std::size_t i = 0; i < shape.size(); ++i) straight[permutation_[i]] = shape[i];
    return graph_.add_constant(straight, constant_input(graph_, node, input));
  }

  /// All that it reads has been straightened, or can be.
  std::optional<ValueId> add_elementwise(const Node& node) {
    std::vector<ValueId> inputs = node.inputs;
    if (node.op() == Operator::map) inputs.pop_back();  // the program
    for (unsigned i = 0; i < inputs.size(); ++i) {
      if (const auto known = straight_.find(inputs[i]); known != straight_.end()) {
        inputs[i] = known->second;
      } else if (graph_.type(inputs[i]).size() != 1) {
        const std::optional<ValueId> constant = straightened_constant(node, i);
        if (!constant) return std::nullopt;
        inputs[i] = *constant;
      }
    }
    if (node.op() == Operator::map) return graph_.add_map(node.program, inputs, node.name);
    if (node.op() == Operator::binary) return graph_.add(node.as<parameters::Binary>(), inputs, node.name);
    return graph_.add(node.as<parameters::Activation>(), inputs, node.name);
  }

  Graph graph_;
  std::size_t first_;
  Permutation permutation_;
  std::map<ValueId, ValueId> straight_;  // by permuted value
  std::map<ValueId, ValueId> instead_;   // by what an inverse permutation made
};

}  // namespace

void unpermute(Graph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].op() != Operator::permute) continue;
    std::optional<Graph> shorter = Unpermuting(graph, i).run();
    if (shorter && shorter->nodes.size() < graph.nodes.size()) graph = std::move(*shorter), --i;
  }
}

}  // namespace nacre::tools
