// Normalisations.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/onnx/windows.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using R = ReduceFunction;

/// [channels] as a tensor that broadcasts along axis 1 of x.
ValueId along_channels(const OnnxCall& call, ValueId v, std::size_t rank) {
  Dimensions shape(rank - 1, 1);
  shape[0] = call.graph().shape(v).at(0);
  return reshaped_to(call, v, shape);
}

/// (x - mean) / sqrt(variance + epsilon) over axes, which broadcast.
struct Moments {
  ValueId mean, inverse;
};

ValueId inverse_deviation(const OnnxCall& call, ValueId variance, float epsilon) {
  const ValueId deviation = apply(call, F::sqrt, {apply(call, F::add, variance, epsilon)});
  return apply(call, F::divide, {scalar(call, 1, call.graph().type(variance).type), deviation});
}

Moments moments_of(const OnnxCall& call, ValueId x, const std::vector<std::size_t>& axes, float epsilon) {
  const ValueId mean = reduced(call, x, R::mean, axes);
  const ValueId squares = apply(call, F::square, {apply(call, F::subtract, {x, mean})});
  return {mean, inverse_deviation(call, reduced(call, squares, R::mean, axes), epsilon)};
}

ValueId normalized(const OnnxCall& call, ValueId x, const Moments& moments) {
  return apply(call, F::multiply, {apply(call, F::subtract, {x, moments.mean}), moments.inverse});
}

/// Known statistics become a scale and an offset of each channel, in float64.
void import_batch_normalization(const OnnxCall& call) {
  const float epsilon = call.real("epsilon", 1e-5f);
  (void)call.real("momentum", 0.9f);
  if ((call.opset() >= 14 && call.flag("training_mode")) || (call.opset() < 9 && !call.flag("spatial", true)))
    call.refuse("normalises by the batch (training_mode), or not by channel", "export the model for inference");
  const std::size_t rank = call.shape(0).size();
  if (rank < 2) call.refuse("normalises a tensor without channels");
  bool is_known = true;
  for (std::size_t i = 1; i < 5; ++i) is_known = is_known && call.is_known(i);
  if (!is_known || call.is_folding()) {
    const auto along = [&](std::size_t i) { return along_channels(call, call.value(i), rank); };
    const Moments moments{along(3), inverse_deviation(call, along(4), epsilon)};
    const ValueId scaled = apply(call, F::multiply, {normalized(call, call.value(), moments), along(1)});
    return call.define(apply(call, F::add, {scaled, along(2)}));
  }
  const std::vector<double> scale = call.known_reals(1), bias = call.known_reals(2), mean = call.known_reals(3),
                            variance = call.known_reals(4);
  const auto channels = static_cast<std::size_t>(call.shape(0)[1]);
  if (scale.size() != channels || bias.size() != channels || mean.size() != channels || variance.size() != channels)
    call.refuse("has statistics for another number of channels");
  std::vector<double> factor;
  for (std::size_t c = 0; c < channels; ++c) factor.push_back(scale[c] / std::sqrt(variance[c] + epsilon));
  const ValueId last = channels_last(call, call.value());
  call.define(channels_first(call, add_affine(call.graph(), last, mean, factor, bias, call.name())));
}

/// By a factor and an offset where they are given.
ValueId scaled(const OnnxCall& call, ValueId x, std::size_t scale, std::size_t offset) {
  if (call.has_input(scale)) x = apply(call, F::multiply, {x, call.value(scale)});
  if (call.has_input(offset)) x = apply(call, F::add, {x, call.value(offset)});
  return x;
}

void import_layer_normalization(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  const std::size_t axis = call.axis(call.integer("axis", -1), rank);
  (void)call.integer("stash_type", 1);
  const Moments moments = moments_of(call, call.value(), axes_from(axis, rank), call.real("epsilon", 1e-5f));
  call.define(scaled(call, normalized(call, call.value(), moments), 1, 2));
  call.define(moments.mean, 1);
  call.define(moments.inverse, 2);
}

void import_rms_normalization(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  const std::size_t axis = call.axis(call.integer("axis", -1), rank);
  (void)call.integer("stash_type", 1);
  const ValueId squares = reduced(call, apply(call, F::square, {call.value()}), R::mean, axes_from(axis, rank));
  const ValueId inverse = inverse_deviation(call, squares, call.real("epsilon", 1e-5f));
  call.define(scaled(call, apply(call, F::multiply, {call.value(), inverse}), 1, 2));
}

void import_instance_normalization(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  if (rank < 3) call.refuse("normalises another tensor than an image");
  const Moments moments = moments_of(call, call.value(), axes_from(2, rank), call.real("epsilon", 1e-5f));
  const ValueId y = normalized(call, call.value(), moments);
  const ValueId product = apply(call, F::multiply, {y, along_channels(call, call.value(1), rank)});
  call.define(apply(call, F::add, {product, along_channels(call, call.value(2), rank)}));
}

/// Groups of channels; scale and offset of each group before operator set 21, of each channel from then on.
void import_group_normalization(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const std::int64_t groups = call.integer("num_groups", 0);
  if (call.opset() >= 21) (void)call.integer("stash_type", 1);
  if (shape.size() < 3 || groups < 1 || shape[1] % groups != 0) call.refuse("has groups that do not fit its channels");
  Dimensions apart{shape[0], groups, shape[1] / groups};
  apart.insert(apart.end(), shape.begin() + 2, shape.end());
  const ValueId x = reshaped_to(call, call.value(), apart);
  const Moments moments = moments_of(call, x, axes_from(2, apart.size()), call.real("epsilon", 1e-5f));
  ValueId y = normalized(call, x, moments);
  const auto of_input = [&](std::size_t i) {
    Dimensions own(apart.size() - 1, 1);
    own[0] = groups;
    if (call.opset() >= 21) own[1] = apart[2];
    return reshaped_to(call, call.value(i), own);
  };
  y = apply(call, F::add, {apply(call, F::multiply, {y, of_input(1)}), of_input(2)});
  call.define(reshaped_to(call, y, shape));
}

/// Over the batch too, with a deviation that stays away from 0.
void import_mean_variance_normalization(const OnnxCall& call) {
  std::vector<std::size_t> axes;
  for (const std::int64_t axis : call.integers("axes").value_or(std::vector<std::int64_t>{0, 2, 3}))
    axes.push_back(call.axis(axis, call.shape(0).size()));
  const ValueId x = call.value(), mean = reduced(call, x, R::mean, axes);
  const ValueId below = apply(call, F::subtract, {x, mean});
  const ValueId variance = reduced(call, apply(call, F::square, {below}), R::mean, axes);
  const ValueId deviation = apply(call, F::add, apply(call, F::sqrt, {variance}), 1e-9);
  call.define(apply(call, F::divide, {below, deviation}));
}

/// x / (bias + alpha / size * sum of squares of channels around)^beta
void import_lrn(const OnnxCall& call) {
  const float alpha = call.real("alpha", 1e-4f), beta = call.real("beta", 0.75f), bias = call.real("bias", 1);
  const std::int64_t size = call.integer("size", 0);
  const std::size_t rank = call.shape(0).size();
  if (rank < 3 || size < 1 || size > 0xffff) call.refuse("has an impossible size");
  const ValueId squares = apply(call, F::square, {call.value()});
  parameters::Pad table;
  table.before[1] = static_cast<std::uint16_t>((size - 1) / 2), table.after[1] = static_cast<std::uint16_t>(size / 2);
  const ValueId wide = size > 1 ? call.graph().add(table, {squares}, call.name()) : squares;
  const std::int64_t channels = call.shape(0)[1];
  ValueId sum = sliced(call, wide, 1, 0, channels);
  for (std::int64_t i = 1; i < size; ++i) sum = apply(call, F::add, {sum, sliced(call, wide, 1, i, channels)});
  const ValueId scaled_sum = apply(call, F::multiply, sum, alpha / static_cast<float>(size));
  const ValueId base = apply(call, F::add, scaled_sum, bias);
  call.define(apply(call, F::divide, {call.value(), apply(call, F::power, base, beta)}));
}

/// Along one axis; what has the norm 0 stays 0.
void import_lp_normalization(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  const std::size_t axis = call.axis(call.integer("axis", -1), rank);
  const std::int64_t p = call.integer("p", 2);
  if (p != 1 && p != 2) call.refuse(fmt::format("has the norm {}", p));
  const ValueId x = call.value();
  const ValueId sum = reduced(call, apply(call, p == 1 ? F::absolute : F::square, {x}), R::sum, {axis});
  const ValueId norm = p == 1 ? sum : apply(call, F::sqrt, {sum});
  const DataType type = call.graph().type(x).type;
  const ValueId is_zero = apply(call, F::equal, norm, 0);
  call.define(apply(call, F::divide, {x, choose(call, is_zero, scalar(call, 1, type), norm)}));
}

}  // namespace

std::vector<OnnxOperator> onnx_normalize_operators() {
  return {
      {"BatchNormalization", 7, import_batch_normalization},
      {"LayerNormalization", 17, import_layer_normalization},
      {"RMSNormalization", 23, import_rms_normalization},
      {"InstanceNormalization", 7, import_instance_normalization},
      {"GroupNormalization", 18, import_group_normalization},
      {"MeanVarianceNormalization", 9, import_mean_variance_normalization},
      {"LRN", 7, import_lrn},
      {"LpNormalization", 7, import_lp_normalization},
  };
}

}  // namespace nacre::tools
