// MultiHeadAttention; and GroupQueryAttention, in which several heads of the query share one of key and value.

#include <algorithm>
#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/attention.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// A layer of four dense ones, or five: each with its bias where the layer has them, in the order of the file.
enum class HeadDense : std::size_t { query, key, gate, value, output };

class Heads {
 public:
  explicit Heads(const KerasLayer& layer)
      : layer_(layer), has_bias_(layer.flag("use_bias", true)), has_gate_(layer.flag("use_gate", false)) {}

  bool has_gate() const { return has_gate_; }
  const Array& kernel(HeadDense dense) const { return layer_.weight(first(dense), 3); }

  /// x [batch, steps, width] as [batch, heads, steps, width of a head].
  ValueId split(ValueId x, HeadDense dense, const char* suffix) const {
    const Dimensions k = kernel(dense).shape();
    const ValueId y = dense_of(x, kernel(dense), dense, k[0], k[1] * k[2], suffix);
    const ValueId apart = add_reshape(layer_.graph, y, {layer_.graph.shape(x)[1], k[1], k[2]}, "");
    return exchanged(apart);
  }

  /// The heads of key or value, each as often as heads of the query share it.
  ValueId shared(ValueId x, const char* suffix) const {
    const std::int64_t queries = kernel(HeadDense::query).shape()[1], own = layer_.graph.shape(x)[1];
    if (own < 1 || queries % own != 0) layer_.refuse("has heads of the query that are no multiple of those of the key");
    if (queries == own) return x;
    return add_repeat(layer_.graph, x, {1, queries / own, 1, 1}, Repeat::elements, layer_.name + suffix);
  }

  /// What heads give, as one row, or what output_shape says, for each step.
  ValueId joined(ValueId x) const {
    const Array& all = layer_.weight(first(HeadDense::output), rank_of_output());
    const Dimensions k = all.shape();
    const ValueId steps = exchanged(x);
    const std::int64_t count = layer_.graph.shape(steps)[1];
    const ValueId rows = add_reshape(layer_.graph, steps, {count, k[0] * k[1]}, "");
    std::int64_t width = 1;
    Dimensions shape{count};
    for (std::size_t i = 2; i < k.size(); ++i) width *= k[i], shape.push_back(k[i]);
    const ValueId y = dense_of(rows, all, HeadDense::output, k[0] * k[1], width, "");
    return k.size() == 3 ? y : add_reshape(layer_.graph, y, shape, "");
  }

  /// The shares that a gate leaves of what heads give.
  ValueId gated(ValueId x, ValueId query) const {
    if (!has_gate_) return x;
    const ValueId gate = add_functions(layer_.graph, {MapFunction::sigmoid},
                                       {split(query, HeadDense::gate, ".gate")}, layer_.name + ".open");
    return add_functions(layer_.graph, {MapFunction::multiply}, {x, gate}, layer_.name + ".gated");
  }

 private:
  std::size_t first(HeadDense dense) const {
    const bool is_behind_gate = dense > HeadDense::gate && !has_gate_;
    return (static_cast<std::size_t>(dense) - (is_behind_gate ? 1 : 0)) * (has_bias_ ? 2 : 1);
  }

  std::size_t rank_of_output() const {
    const auto stated = layer_.config.find("output_shape");
    return 2 + (stated != layer_.config.end() && stated->is_array() ? stated->size() : 1);
  }

  ValueId exchanged(ValueId x) const {
    return layer_.graph.add(parameters::Permute{.permutation = {0, 2, 1, 3}}, {x}, layer_.name + ".heads");
  }

  ValueId dense_of(ValueId x, const Array& weights, HeadDense dense, std::int64_t depth, std::int64_t width,
                   const char* suffix) const {
    const ValueId bias =
        has_bias_ ? layer_.constant(layer_.weights.at(first(dense) + 1).reshaped({width}))
                  : layer_.graph.add_constant({width}, std::vector<double>(static_cast<std::size_t>(width), 0.0));
    return layer_.graph.add(parameters::FullyConnected{},
                            {x, layer_.constant(weights.reshaped({depth, width})), bias}, layer_.name + suffix);
  }

  const KerasLayer& layer_;
  bool has_bias_, has_gate_;
};

/// Inputs are query, value and, where it is not the value, key, each [batch, steps, width]. Each head: softmax(query .
/// key / sqrt(width)) . value; then the softmax, for a call that returns it.
Ids attend(const KerasLayer& layer, const Ids& inputs) {
  const Heads heads(layer);
  Graph& graph = layer.graph;
  const auto width = static_cast<double>(heads.kernel(HeadDense::query).shape()[2]);
  const ValueId query = add_function_with(graph, MapFunction::multiply,
                                          heads.split(inputs[0], HeadDense::query, ".query"), 1 / std::sqrt(width),
                                          layer.name + ".scaled");
  const ValueId key = heads.shared(heads.split(inputs.back(), HeadDense::key, ".key"), ".keys"),
                value = heads.shared(heads.split(inputs[1], HeadDense::value, ".value"), ".values");
  parameters::MatMul with_key;
  with_key.transposed = true;
  const ValueId scores = graph.add(with_key, {query, key}, layer.name + ".scores");
  // Keras 3 takes two ways: where it computes the softmax for itself, it also zeroes shares since 3.14.
  const bool has_softmax = layer.number("dropout", 0) > 0 || layer.flag("return_attention_scores", false);
  Blocked blocked;
  blocked.window = static_cast<std::int64_t>(layer.number("sliding_window", 0));
  blocked.has_no_share = layer.version.is_since(3, 14) && has_softmax;
  blocked.pairs = layer.blocked_pairs;
  const auto is_some = [](const std::optional<ValueId>& skipped) { return skipped.has_value(); };
  const bool has_masks = layer.blocked_pairs || std::ranges::any_of(layer.all_skipped, is_some);
  if (has_softmax && layer.version.may_be_before_and_since(3, 14) && has_masks)
    layer.refuse_unknown_release("gives rows that a mask blocks as a whole other shares since Keras 3.14");
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (layer.all_skipped[i]) (i == 0 ? blocked.queries : blocked.keys).push_back(*layer.all_skipped[i]);
  const ValueId shares = add_shares(layer, scores, blocked);
  const ValueId y = graph.add(parameters::MatMul{}, {shares, value}, layer.name + ".values");
  return {heads.joined(heads.gated(y, inputs[0])), shares};
}

/// The axes that attention runs along: all between batch and features, unless attention_axes says others.
std::vector<std::size_t> attention_axes(const KerasLayer& layer, std::size_t rank) {
  nlohmann::json stated = layer.config.value("attention_axes", nlohmann::json());
  std::vector<std::size_t> axes;
  if (stated.is_number_integer()) stated = nlohmann::json::array({stated});
  for (std::size_t axis = 1; stated.is_null() && axis + 1 < rank; ++axis) axes.push_back(axis);
  for (const auto& one : stated) {
    const auto axis = one.is_number_integer() ? one.get<std::int64_t>() : 0;
    const std::int64_t place = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
    if (place < 1 || place + 1 >= static_cast<std::int64_t>(rank) ||
        (!axes.empty() && static_cast<std::size_t>(place) <= axes.back()))
      layer.refuse("has the attention_axes " + stated.dump(), "build it with axes between batch and features");
    axes.push_back(static_cast<std::size_t>(place));
  }
  return axes;
}

}  // namespace

/// Of more than three dimensions: axes that attention does not run along lie beside the batch, the others are steps.
Ids import_multi_head_attention(const KerasLayer& layer, const Ids& inputs) {
  if (inputs.size() < 2 || inputs.size() > 3) layer.refuse("needs a query, a value and perhaps a key");
  Graph& graph = layer.graph;
  const std::size_t rank = graph.shape(inputs[0]).size();
  for (const ValueId input : inputs) layer.require_rank(input, rank);
  const std::vector<std::size_t> axes = attention_axes(layer, rank);
  if (rank == 3) return attend(layer, inputs);
  const auto is_some = [](const std::optional<ValueId>& skipped) { return skipped.has_value(); };
  if (rank < 3 || layer.flag("return_attention_scores", false) || layer.flag("use_causal_mask", false) ||
      layer.number("sliding_window", 0) > 0 || layer.blocked_pairs ||
      std::ranges::any_of(layer.all_skipped, is_some))
    layer.refuse("attends along several axes and has a mask, or returns its scores, which Nacre does not read together",
                 "build it for inputs of three dimensions");
  Ids flat;
  KerasLayer::MergedAxes query{};
  for (const ValueId input : inputs) {
    const KerasLayer::MergedAxes merged = layer.merge_axes(input, axes);
    if (input == inputs[0]) query = merged;
    const Dimensions& shape = merged.shape;  // batch and others, features, steps
    const std::size_t others = rank - 1 - axes.size();
    std::int64_t rows = 1, steps = 1;
    for (std::size_t i = 1; i < others; ++i) rows *= shape[i];
    for (std::size_t i = others + 1; i < shape.size(); ++i) steps *= shape[i];
    const ValueId moved = layer.move_axis(merged.x, others, layer.last_axis(merged.x));
    flat.push_back(graph.add(reshape_to({rows, steps, shape[others]}, layer.name), {moved}));
  }
  const ValueId y = attend(layer, flat)[0];
  const Dimensions made = graph.shape(y);
  if (made.size() != 3) layer.refuse("has an output_shape of several axes", "reshape what it gives instead");
  const std::size_t others = rank - 1 - axes.size();
  KerasLayer::MergedAxes back = query;  // with the features that come out in the place of those that went in
  back.shape[others] = made[2];
  Dimensions shape(back.shape.begin(), back.shape.begin() + static_cast<std::ptrdiff_t>(others));
  shape.push_back(made[1]), shape.push_back(made[2]);
  const ValueId steps = graph.add(reshape_to(shape, layer.name), {y});
  return {layer.split_axes(layer.move_axis(steps, others + 1, others), back)};
}

}  // namespace nacre::tools
