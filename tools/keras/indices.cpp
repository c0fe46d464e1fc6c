#include "tools/keras/indices.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "tools/graph/moves.hpp"

namespace nacre::tools {
namespace {

bool only_moves(const Node& node) {
  constexpr Operator kMovers[] = {Operator::reshape, Operator::permute, Operator::concatenate, Operator::slice};
  return std::find(std::begin(kMovers), std::end(kMovers), node.op()) != std::end(kMovers);
}

/// A node that moves `inputs` as `node` moves its own.
ValueId add_mover(Graph& graph, const Node& node, std::vector<ValueId> inputs) {
  const std::string name = node.name + ".indices";
  if (node.op() == Operator::reshape)
    return graph.add(node.as<parameters::Reshape>(), std::move(inputs), name);
  if (node.op() == Operator::permute)
    return graph.add(node.as<parameters::Permute>(), std::move(inputs), name);
  if (node.op() == Operator::slice)
    return graph.add(node.as<parameters::Slice>(), std::move(inputs), name);
  return graph.add(node.as<parameters::Concatenate>(), std::move(inputs), name);
}

}  // namespace

ValueId KerasIndices::of(const KerasLayer& layer, ValueId x, std::int64_t rows) {
  if (graph_.type(x).type == DataType::int32) return x;
  const ValueId result = integers(layer, x);
  note_rows(x, rows);
  return result;
}

ValueId KerasIndices::integers(const KerasLayer& layer, ValueId x) {
  if (const auto known = integers_.find(x); known != integers_.end()) return known->second;
  const Node* node = producer(x);
  ValueId result = 0;
  if (node != nullptr && only_moves(*node)) {
    const Node mover = *node;  // which adding others moves
    std::vector<ValueId> inputs = mover.inputs;
    for (ValueId& input : inputs) input = integers(layer, input);
    result = add_mover(graph_, mover, std::move(inputs));
  } else if (node == nullptr && !graph_.values[x].constant) {
    GraphValue value = graph_.values[x];
    value.type.type = DataType::int32;
    result = static_cast<ValueId>(graph_.values.size());
    graph_.values.push_back(std::move(value));
  } else {
    layer.refuse("looks up numbers that other layers compute, which Nacre does not read",
                 "give the Embedding an input of the model");
  }
  integers_[x] = result;
  return result;
}

void KerasIndices::note_rows(ValueId x, std::int64_t rows) {
  if (const auto [smallest, is_new] = rows_.emplace(x, rows); !is_new)
    smallest->second = std::min(smallest->second, rows);
}

/// What is said of a value holds of all that it was moved together from.
void KerasIndices::note_rows_of_moved() {
  for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node)
    if (const auto known = rows_.find(node->outputs[0]); known != rows_.end())
      for (const ValueId input : node->inputs) note_rows(input, known->second);
}

const Node* KerasIndices::producer(ValueId x) {
  for (; known_nodes_ < graph_.nodes.size(); ++known_nodes_)
    for (const ValueId output : graph_.nodes[known_nodes_].outputs) producers_[output] = known_nodes_;
  const auto found = producers_.find(x);
  return found == producers_.end() ? nullptr : &graph_.nodes[found->second];
}

void KerasIndices::settle() {
  note_rows_of_moved();
  std::set<ValueId> read;
  for (const Node& node : graph_.nodes) read.insert(node.inputs.begin(), node.inputs.end());
  for (const Port& output : graph_.outputs) read.insert(output.value);
  std::vector<ValueId> converted;
  for (Port& port : graph_.inputs) {
    const ValueId number = port.value;
    if (integers_.count(number) == 0) continue;
    port.value = integers_[number];
    if (read.count(number) != 0) converted.push_back(number);
  }
  const auto others = static_cast<std::ptrdiff_t>(graph_.nodes.size());
  for (auto number = converted.rbegin(); number != converted.rend(); ++number) convert(*number);
  std::rotate(graph_.nodes.begin(), graph_.nodes.begin() + others, graph_.nodes.end());  // before all that reads them
}

void KerasIndices::convert(ValueId number) {
  std::vector<double> table(static_cast<std::size_t>(rows_.at(number)));
  std::iota(table.begin(), table.end(), 0.0);
  const std::string name = graph_.values[number].name + ".number";
  add_lookup(graph_, graph_.add_constant({rows_.at(number)}, std::move(table)), integers_[number], name);
  graph_.nodes.back().outputs = {number};
}

}  // namespace nacre::tools
