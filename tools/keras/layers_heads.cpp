// MultiHeadAttention; and GroupQueryAttention, in which several heads of the query share one of key and value.

#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/attention.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// A layer of four dense ones: query, key, value and output, each with its bias where the layer has them.
enum class HeadDense : std::size_t { query, key, value, output };

class Heads {
 public:
  explicit Heads(const KerasLayer& layer) : layer_(layer), has_bias_(layer.flag("use_bias", true)) {}

  const Array& kernel(HeadDense dense) const { return layer_.weight(first(dense), 3); }

  /// x [batch, steps, width] as [batch, heads, steps, width of a head].
  ValueId split(ValueId x, HeadDense dense, const char* suffix) const {
    const Dimensions k = kernel(dense).shape();
    const ValueId y = dense_of(x, dense, k[0], k[1] * k[2], suffix);
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

  /// What heads give, as one row for each step.
  ValueId joined(ValueId x) const {
    const Dimensions k = kernel(HeadDense::output).shape();
    const ValueId steps = exchanged(x);
    const ValueId rows = add_reshape(layer_.graph, steps, {layer_.graph.shape(steps)[1], k[0] * k[1]}, "");
    return dense_of(rows, HeadDense::output, k[0] * k[1], k[2], "");
  }

 private:
  std::size_t first(HeadDense dense) const { return static_cast<std::size_t>(dense) * (has_bias_ ? 2 : 1); }

  ValueId exchanged(ValueId x) const {
    return layer_.graph.add(parameters::Permute{.permutation = {0, 2, 1, 3}}, {x}, layer_.name + ".heads");
  }

  ValueId dense_of(ValueId x, HeadDense dense, std::int64_t depth, std::int64_t width, const char* suffix) const {
    const ValueId bias =
        has_bias_ ? layer_.constant(layer_.weights.at(first(dense) + 1).reshaped({width}))
                  : layer_.graph.add_constant({width}, std::vector<double>(static_cast<std::size_t>(width), 0.0));
    return layer_.graph.add(parameters::FullyConnected{},
                            {x, layer_.constant(kernel(dense).reshaped({depth, width})), bias}, layer_.name + suffix);
  }

  const KerasLayer& layer_;
  bool has_bias_;
};

}  // namespace

void check_heads(const KerasLayer& layer) {
  for (const char* option : {"use_gate", "sliding_window", "attention_axes"}) {
    const auto stated = layer.config.find(option);
    if (stated != layer.config.end() && !stated->is_null() && *stated != false && *stated != nlohmann::json({1}))
      layer.refuse(std::string("has ") + option + ", which Nacre does not read", "build the model without it");
  }
}

/// Inputs are query, value and, where it is not the value, key. Each head: softmax(query . key / sqrt(width)) . value;
/// then the softmax, for a call that returns it.
std::vector<ValueId> import_multi_head_attention(const KerasLayer& layer, const Ids& inputs) {
  if (inputs.size() < 2 || inputs.size() > 3) layer.refuse("needs a query, a value and perhaps a key");
  for (const ValueId input : inputs) layer.require_rank(input, 3);
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
  blocked.has_no_share = layer.version.is_since(3, 14) && has_softmax;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (layer.all_skipped[i]) (i == 0 ? blocked.queries : blocked.keys).push_back(*layer.all_skipped[i]);
  const ValueId shares = add_shares(layer, scores, blocked);
  return {heads.joined(graph.add(parameters::MatMul{}, {shares, value}, layer.name + ".values")), shares};
}

}  // namespace nacre::tools
