#include "tools/keras/attention.hpp"

#include <cstdlib>

#include "tools/graph/compositions.hpp"

namespace nacre::tools {
namespace {

constexpr double kLower = -1e9;

/// [1, queries, keys]: 1 where the key comes later than the query, or is `window` places away.
ValueId beyond(const KerasLayer& layer, std::int64_t queries, std::int64_t keys, bool is_causal, std::int64_t window) {
  std::vector<double> places;
  for (std::int64_t row = 0; row < queries; ++row)
    for (std::int64_t column = 0; column < keys; ++column)
      places.push_back((is_causal && column > row) || (window > 0 && std::abs(column - row) >= window) ? 1 : 0);
  return layer.graph.add_constant({1, queries, keys}, std::move(places));
}

/// A mask of pairs that broadcasts to the scores, which may have heads behind the batch.
ValueId pairs_of_heads(const KerasLayer& layer, ValueId pairs, const Dimensions& scores) {
  Dimensions shape = layer.graph.shape(pairs);
  if (shape.size() + 1 == scores.size()) shape.insert(shape.begin() + 1, 1);
  bool fits = shape.size() == scores.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] == 1 || shape[i] == scores[i];
  if (!fits) layer.refuse("has an attention_mask of another shape than [batch, queries, keys]");
  return add_reshape(layer.graph, pairs, {shape.begin() + 1, shape.end()}, "");
}

}  // namespace

ValueId add_where(const KerasLayer& layer, ValueId condition, double number, ValueId x, const char* suffix) {
  Program program;
  const Operand literal = program.literal(number, DataType::float32);
  program.then(MapFunction::where, DataType::float32, {input_of_program(0), literal, input_of_program(1)});
  return layer.graph.add_map(program, {condition, x}, layer.name + suffix);
}

ValueId add_shares(const KerasLayer& layer, ValueId scores, const Blocked& blocked) {
  Graph& graph = layer.graph;
  const Dimensions shape = graph.shape(scores);
  const bool has_heads = shape.size() == 4;
  const std::int64_t queries = shape.end()[-2], keys = shape.back();
  const auto placed = [&](ValueId x, std::int64_t rows, std::int64_t columns) {
    return add_reshape(graph, x, has_heads ? Dimensions{1, rows, columns} : Dimensions{rows, columns}, "");
  };
  std::vector<ValueId> masks;
  const bool is_causal = layer.flag("causal", false) || layer.flag("use_causal_mask", false);
  if (is_causal || blocked.window > 0) masks.push_back(beyond(layer, queries, keys, is_causal, blocked.window));
  for (const ValueId x : blocked.queries) masks.push_back(placed(x, queries, 1));
  for (const ValueId x : blocked.keys) masks.push_back(placed(x, 1, keys));
  if (blocked.pairs) masks.push_back(pairs_of_heads(layer, *blocked.pairs, shape));
  const auto shares = [&](ValueId x) { return graph.add(parameters::Softmax{}, {x}, layer.name + ".softmax"); };
  if (masks.empty()) return shares(scores);
  ValueId any = masks[0];
  for (std::size_t i = 1; i < masks.size(); ++i)
    any = add_functions(graph, {MapFunction::maximum}, {any, masks[i]}, layer.name + ".blocked");
  Program lower;
  const Operand zero = lower.literal(0, DataType::float32), lowered = lower.literal(kLower, DataType::float32);
  lower.then(MapFunction::where, DataType::float32, {input_of_program(0), lowered, zero});
  lower.then(MapFunction::add, DataType::float32, {kOutputOfProgram, input_of_program(1)});
  const ValueId seen = shares(graph.add_map(lower, {any, scores}, layer.name + ".seen"));
  return blocked.has_no_share ? add_where(layer, any, 0, seen, ".seen") : seen;
}

}  // namespace nacre::tools
