// Attention and rotary embeddings.

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using R = ReduceFunction;
using Integers = std::vector<std::int64_t>;

/// [batch, length, heads * size] as [batch, heads, length, size]; four dimensions as they are.
ValueId by_head(const OnnxCall& call, std::size_t i, std::int64_t heads) {
  const Dimensions shape = call.shape(i);
  if (shape.size() == 4) return call.value(i);
  if (shape.size() != 3 || heads < 1 || shape[2] % heads != 0) call.refuse("has heads that do not fit its inputs");
  const ValueId apart = reshaped_to(call, call.value(i), {shape[0], shape[1], heads, shape[2] / heads});
  return permuted(call, apart, {0, 2, 1, 3});
}

/// Keys and values that came before, then those of now; each head as often as several query heads share it.
struct Cache {
  ValueId all, shared;
};
Cache cached(const OnnxCall& call, ValueId now, std::size_t past, std::int64_t heads) {
  const ValueId all = call.has_input(past) ? concatenated(call, {call.value(past), now}, 2) : now;
  const std::int64_t own = call.graph().shape(all)[1];
  if (own == heads) return {all, all};
  if (heads % own != 0) call.refuse("shares its heads unevenly");
  return {all, add_repeat(call.graph(), all, {1, heads / own, 1, 1}, Repeat::elements, call.name())};
}

/// 0 where a condition, known or not, holds, else -infinity.
ValueId bias_where(const OnnxCall& call, ValueId condition) {
  const DataType type = DataType::float32;
  const ValueId zero = scalar(call, 0, type), none = scalar(call, -std::numeric_limits<double>::infinity(), type);
  return choose(call, condition, zero, none);
}

/// Query i, which stands behind `before` keys, sees key j within these bounds; -1 bounds nothing.
struct Sight {
  bool is_causal;
  std::int64_t left, right;

  bool bounds() const { return is_causal || left >= 0 || right >= 0; }
  bool sees(std::int64_t i, std::int64_t j) const {
    return (!is_causal || j <= i) && (left < 0 || i - j <= left) && (right < 0 || j - i <= right);
  }
};

/// What is added to the scores [batch, heads, queries, keys]; nothing where nothing is.
std::optional<ValueId> bias_of_scores(const OnnxCall& call, const Sight& sight, std::int64_t queries,
                                      std::int64_t keys) {
  std::optional<ValueId> bias;
  const auto add = [&](ValueId more) { bias = bias ? apply(call, F::add, {*bias, more}) : more; };
  if (call.has_input(3)) {
    if (call.shape(3).empty() || call.shape(3).back() != keys)
      call.refuse("has a mask for another number of keys", "export it with a mask for all keys");
    add(call.type(3) == OnnxType::boolean ? bias_where(call, call.value(3)) : call.value(3));
  }
  if (call.has_input(6)) {
    const ValueId lengths = reshaped_to(call, call.value(6), {call.graph().type(call.value(6)).size(), 1, 1, 1});
    Integers places;
    for (std::int64_t j = 0; j < keys; ++j) places.push_back(j);
    add(bias_where(call, apply(call, F::greater, {lengths, int_constant(call, {keys}, places)})));
    if (sight.left >= 0 || sight.right >= 0) call.refuse("has a window on keys of computed lengths");
    if (!sight.is_causal) return bias;
    Integers least;  // j <= i + length - queries
    for (std::int64_t i = 0; i < queries; ++i)
      for (std::int64_t j = 0; j < keys; ++j) least.push_back(j - i + queries);
    add(bias_where(call, apply(call, F::greater_equal, {lengths, int_constant(call, {queries, keys}, least)})));
    return bias;
  }
  if (!sight.bounds()) return bias;
  const std::int64_t before = call.has_input(4) ? call.shape(4).at(2) : 0;
  std::vector<double> seen;
  for (std::int64_t i = 0; i < queries; ++i)
    for (std::int64_t j = 0; j < keys; ++j)
      seen.push_back(sight.sees(i + before, j) ? 0 : -std::numeric_limits<double>::infinity());
  add(real_constant(call, {queries, keys}, seen, DataType::float32));
  return bias;
}

void import_attention(const OnnxCall& call) {
  if (call.type() == OnnxType::float64 || call.is_folding()) call.refuse("computes in float64", "export in float32");
  Graph& graph = call.graph();
  const std::int64_t stated_heads = call.integer("q_num_heads", 0), stated_own = call.integer("kv_num_heads", 0);
  const ValueId q = by_head(call, 0, stated_heads);
  const Dimensions shape = graph.shape(q);
  const Cache k = cached(call, by_head(call, 1, stated_own), 4, shape[1]),
              v = cached(call, by_head(call, 2, stated_own), 5, shape[1]);
  const float scale = call.real("scale", 1 / std::sqrt(static_cast<float>(shape[3]))), cap = call.real("softcap", 0);
  const Sight sight{call.flag("is_causal"), call.integer("left_window_size", -1),
                    call.integer("right_window_size", -1)};
  (void)call.integer("softmax_precision", 1);
  const std::int64_t mode = call.integer("qk_matmul_output_mode", 0), keys = graph.shape(k.shared)[2];
  parameters::MatMul turned;
  turned.transposed = true;
  ValueId scores = apply(call, F::multiply, graph.add(turned, {q, k.shared}, call.name()), scale);
  if (mode == 0 && cap != 0 && call.has_output(3)) call.refuse("gives its scores before their cap");
  const auto give_scores = [&](std::int64_t when) {
    if (mode == when) call.define(scores, 3);
  };
  if (cap != 0)
    scores = apply(call, F::multiply, apply(call, F::tanh, {apply(call, F::divide, scores, cap)}), cap);
  give_scores(0), give_scores(1);
  const std::optional<ValueId> bias = bias_of_scores(call, sight, shape[2], keys);
  if (bias) scores = apply(call, F::add, {scores, *bias});
  give_scores(2);
  scores = graph.add(parameters::Softmax{}, {scores}, call.name());
  if (bias) {  // who sees nothing gets nothing
    graph.values[*bias].may_be_infinite = true;
    const ValueId largest = reduced(call, *bias, R::maximum, {graph.shape(*bias).size() - 1});
    const ValueId is_blind = apply(call, F::equal, largest, -std::numeric_limits<double>::infinity());
    scores = apply(call, F::where, {is_blind, scalar(call, 0, DataType::float32), scores});
  }
  give_scores(3);
  ValueId y = graph.add(parameters::MatMul{}, {scores, v.shared}, call.name());
  if (call.shape(0).size() == 3) {
    const std::int64_t size = graph.shape(y)[3];
    y = reshaped_to(call, permuted(call, y, {0, 2, 1, 3}), {shape[0], shape[2], shape[1] * size});
  }
  call.define(y, 0), call.define(k.all, 1), call.define(v.all, 2);
}

/// Every `step`th place of the last axis, from `begin` on.
ValueId part_of_last(const OnnxCall& call, ValueId x, std::int64_t begin, std::int64_t size, std::int64_t step) {
  return sliced(call, x, call.graph().shape(x).size() - 1, begin, size, step);
}

/// Pairs of elements of each head are turned by an angle that depends on their place.
void import_rotary_embedding(const OnnxCall& call) {
  Graph& graph = call.graph();
  const Dimensions given = call.shape(0);
  const std::int64_t heads = call.integer("num_heads", 0);
  const bool is_interleaved = call.flag("interleaved");
  ValueId x = by_head(call, 0, heads);
  const Dimensions shape = graph.shape(x);  // [batch, heads, length, size]
  const std::int64_t stated = call.integer("rotary_embedding_dim", 0), size = stated > 0 ? stated : shape[3];
  if (size % 2 != 0 || size > shape[3]) call.refuse("turns an odd number of elements, or more than there are");
  const auto angles = [&](std::size_t i) {
    ValueId table = call.value(i);
    if (call.has_input(3)) table = add_lookup(graph, table, call.value(3), call.name());
    const Dimensions own = graph.shape(table);
    if (own.size() != 3 || own[2] != size / 2) call.refuse("has angles for another number of elements");
    return reshaped_to(call, table, {own[0], 1, own[1], own[2]});
  };
  const ValueId cosine = angles(1), sine = angles(2);
  const ValueId turned = part_of_last(call, x, 0, size, 1);
  const std::int64_t half = size / 2;
  const ValueId a = is_interleaved ? part_of_last(call, turned, 0, half, 2) : part_of_last(call, turned, 0, half, 1);
  const ValueId b = is_interleaved ? part_of_last(call, turned, 1, half, 2) : part_of_last(call, turned, half, half, 1);
  const auto product = [&](ValueId first, ValueId second) { return apply(call, F::multiply, {first, second}); };
  const ValueId real = apply(call, F::subtract, {product(a, cosine), product(b, sine)});
  const ValueId imaginary = apply(call, F::add, {product(a, sine), product(b, cosine)});
  ValueId y = 0;
  if (is_interleaved) {
    Dimensions apart = shape;
    apart[3] = half, apart.push_back(1);
    y = concatenated(call, {reshaped_to(call, real, apart), reshaped_to(call, imaginary, apart)}, 4);
    y = reshaped_to(call, y, {shape[0], shape[1], shape[2], size});
  } else {
    y = concatenated(call, {real, imaginary}, 3);
  }
  if (size < shape[3]) y = concatenated(call, {y, part_of_last(call, x, size, shape[3] - size, 1)}, 3);
  if (given.size() == 3) y = reshaped_to(call, permuted(call, y, {0, 2, 1, 3}), given);
  call.define(y);
}

}  // namespace

std::vector<OnnxOperator> onnx_attention_operators() {
  return {{"Attention", 23, import_attention}, {"RotaryEmbedding", 23, import_rotary_embedding}};
}

}  // namespace nacre::tools
