#include "tools/graph/sparse.hpp"

#include <algorithm>
#include <numeric>

namespace nacre::tools {
namespace {

const Node* maker(const Graph& graph, ValueId x) {
  const auto node = std::find_if(graph.nodes.rbegin(), graph.nodes.rend(),
                                 [x](const Node& each) { return each.outputs.front() == x; });
  return node == graph.nodes.rend() ? nullptr : &*node;
}

/// The entries of a part; of a dense one, all of its elements.
SparseRow entries_of(Graph& graph, ValueId part) {
  if (const auto row = sparse_row(graph, part)) return *row;
  const std::int64_t width = graph.type(part).last();
  std::vector<std::int32_t> places(static_cast<std::size_t>(width));
  std::iota(places.begin(), places.end(), 0);
  return {part, graph.add_constant(Array::from({1, width}, std::move(places)), DataType::int32), width};
}

/// The indices of a row that begins at `first`.
ValueId moved_by(Graph& graph, ValueId index, std::int64_t first, const std::string& name) {
  if (first == 0) return index;
  Program program;
  const Operand offset = program.literal(static_cast<double>(first), DataType::int32);
  program.then(MapFunction::add, DataType::int32, {{Operand::Kind::input, 0}, offset});
  return graph.add_map(std::move(program), {index}, name);
}

/// 1 in the columns of some places, else 0: the last step of an encoder (tools/sklearn/encoders.cpp).
bool is_one_hot(const Node& node) {
  const std::vector<Instruction>& steps = node.program.instructions;
  return steps.size() == 2 && steps[0].function == MapFunction::equal && steps[0].from == DataType::int32 &&
         steps[1].function == MapFunction::cast && steps[1].to == DataType::float32;
}

}  // namespace

std::optional<SparseRow> sparse_row(const Graph& graph, ValueId x) {
  const Node* const node = maker(graph, x);
  if (node == nullptr || node->op() != Operator::scatter || node->inputs.size() > 2) return std::nullopt;
  return SparseRow{node->inputs[0], node->inputs[1], graph.type(x).last()};
}

ValueId add_scatter(Graph& graph, const SparseRow& row, std::string name) {
  parameters::Scatter table;
  table.width = static_cast<std::int32_t>(row.width);
  return graph.add(table, {row.value, row.index}, std::move(name));
}

ValueId add_scatter(Graph& graph, const SparseRow& row, std::vector<std::int64_t> columns, std::string name) {
  parameters::Scatter table;
  table.width = static_cast<std::int32_t>(columns.size());
  const Dimensions shape{static_cast<std::int64_t>(columns.size())};
  const ValueId places = graph.add_constant(Array::of(ElementType::int32, shape, columns), DataType::int32);
  return graph.add(table, {row.value, row.index, places}, std::move(name));
}

bool is_count(const Graph& graph, ValueId value) {
  const Node* const node = maker(graph, value);
  return node != nullptr && node->op() == Operator::map && graph.type(node->inputs[0]).type == DataType::int32;
}

ValueId add_scaled(Graph& graph, ValueId x, double factor, const std::string& name) {
  const auto row = sparse_row(graph, x);
  if (!row) return add_affine(graph, x, {0}, {factor}, {0}, name);
  const ValueId value = add_affine(graph, row->value, {0}, {factor}, {0}, name + ".weight");
  return add_scatter(graph, {value, row->index, row->width}, name);
}

std::optional<ValueId> join_sparse(Graph& graph, const std::vector<ValueId>& parts, const std::string& name) {
  std::int64_t entries = 0, width = 0;
  for (const ValueId part : parts) {
    const auto row = sparse_row(graph, part);
    entries += row ? graph.type(row->value).last() : graph.type(part).last();
    width += graph.type(part).last();
  }
  if (entries >= width) return std::nullopt;
  std::vector<ValueId> values, indices;
  std::int64_t first = 0;
  for (const ValueId part : parts) {
    const SparseRow row = entries_of(graph, part);
    values.push_back(row.value);
    indices.push_back(moved_by(graph, row.index, first, name + ".place_" + std::to_string(values.size())));
    first += row.width;
  }
  parameters::Concatenate table;
  table.axis = 1;
  const ValueId value = graph.add(table, std::move(values), name + ".values");
  const ValueId index = graph.add(table, std::move(indices), name + ".indices");
  return add_scatter(graph, {value, index, width}, name);
}

bool is_sparse_in_library(const Graph& graph, ValueId x) {
  const Node* const node = maker(graph, x);
  if (node == nullptr) return false;
  if (is_one_hot(*node)) return true;
  switch (node->op()) {
    case Operator::scatter: return true;
    case Operator::affine:
    case Operator::concatenate:
    case Operator::gather:
    case Operator::map:
    case Operator::normalize: break;
    default: return false;
  }
  return std::any_of(node->inputs.begin(), node->inputs.end(),
                     [&](ValueId input) { return is_sparse_in_library(graph, input); });
}

/// A reshape that changes nothing: it costs nothing, and what looks for entries does not look behind it.
ValueId as_dense_in_library(Graph& graph, ValueId x) {
  return is_sparse_in_library(graph, x) ? add_reshape(graph, x, {graph.type(x).last()}, "") : x;
}

}  // namespace nacre::tools
