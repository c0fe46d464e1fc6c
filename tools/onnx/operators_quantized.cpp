// Quantised tensors by their real meaning: stored integers are int32 on the device, and products of them are taken in
// float32.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using R = ReduceFunction;

/// The least and the largest integer of a type that quantised tensors have.
struct Range {
  double least, most;
};
Range range_of(const OnnxCall& call, OnnxType type) {
  switch (type) {
    case OnnxType::uint8: return {0, 255};
    case OnnxType::int8: return {-128, 127};
    case OnnxType::uint16: return {0, 65535};
    case OnnxType::int16: return {-32768, 32767};
    case OnnxType::uint4: return {0, 15};
    case OnnxType::int4: return {-8, 7};
    default: call.refuse("quantises to " + onnx_type_name(type), "quantise to int8 or uint8");
  }
}

/// One number, one for each place of an axis, or one for each block of places: as a tensor that broadcasts to x.
ValueId along_axis(const OnnxCall& call, ValueId v, const Dimensions& x, std::int64_t stated_axis, std::int64_t block) {
  Graph& graph = call.graph();
  const Dimensions own = graph.shape(v);
  if (graph.type(v).size() == 1) return reshaped_to(call, v, {});
  const std::size_t axis = call.axis(stated_axis, x.size());
  if (block == 0) {
    if (own.size() != 1 || own[0] != x[axis]) call.refuse("has scales that do not fit its axis");
    Dimensions shape(x.size(), 1);
    shape[axis] = own[0];
    return reshaped_to(call, v, shape);
  }
  if (own.size() != x.size() || own[axis] * block < x[axis]) call.refuse("has scales that do not fit its blocks");
  Dimensions counts(x.size(), 1);
  counts[axis] = block;
  return sliced(call, add_repeat(graph, v, counts, Repeat::elements, call.name()), axis, 0, x[axis]);
}

/// Real numbers of the device's type for `like`.
ValueId real_input(const OnnxCall& call, std::size_t i, DataType type) { return as_type(call, call.value(i), type); }

/// round(x / scale) + zero point, limited to a type: of two integers as near the even one.
ValueId quantized(const OnnxCall& call, ValueId x, ValueId scale, ValueId zero, const Range& range) {
  ValueId y = apply(call, F::nearest, {apply(call, F::divide, {x, scale})});
  y = apply(call, F::add, {y, as_type(call, zero, call.graph().type(y).type)});
  y = apply(call, F::minimum, apply(call, F::maximum, y, range.least), range.most);
  return as_type(call, y, call.device_type(OnnxType::int32));
}

void import_quantize_linear(const OnnxCall& call) {
  const auto stated = static_cast<OnnxType>(call.opset() >= 21 ? call.integer("output_dtype", 0) : 0);
  const OnnxType type = call.has_input(2) ? call.type(2) : stated == OnnxType::none ? OnnxType::uint8 : stated;
  const Range range = range_of(call, type);
  const std::int64_t axis = call.opset() >= 13 ? call.integer("axis", 1) : 1,
                     block = call.opset() >= 21 ? call.integer("block_size", 0) : 0;
  if (call.opset() >= 19) (void)call.flag("saturate", true);
  if (call.opset() >= 23 && call.integer("precision", 0) != 0) call.refuse("divides in a precision of its own");
  const Dimensions shape = call.shape(0);
  const DataType real = call.device_type(OnnxType::float32);
  const auto along = [&](std::size_t i) {
    return along_axis(call, real_input(call, i, real), shape, axis, block);
  };
  const ValueId zero = call.has_input(2) ? along(2) : scalar(call, 0, real);
  call.define(quantized(call, real_input(call, 0, real), along(1), zero, range), type);
}

void import_dequantize_linear(const OnnxCall& call) {
  const std::int64_t axis = call.opset() >= 13 ? call.integer("axis", 1) : 1,
                     block = call.opset() >= 21 ? call.integer("block_size", 0) : 0;
  if (call.opset() >= 23) (void)call.integer("output_dtype", 0);
  if (!is_integer(call.type(0))) call.refuse("takes numbers of " + onnx_type_name(call.type(0)));
  const Dimensions shape = call.shape(0);
  const DataType real = call.device_type(OnnxType::float32);
  ValueId x = real_input(call, 0, real);
  if (call.has_input(2))
    x = apply(call, F::subtract, {x, along_axis(call, real_input(call, 2, real), shape, axis, block)});
  call.define(apply(call, F::multiply, {x, along_axis(call, real_input(call, 1, real), shape, axis, block)}),
              call.type(1));
}

/// From 0 or below to 0 or above, in 255 steps.
void import_dynamic_quantize_linear(const OnnxCall& call) {
  const ValueId x = call.value();
  const std::vector<std::size_t> axes = axes_from(0, call.shape(0).size());
  const auto edge = [&](R function, F limit) {
    return reshaped_to(call, apply(call, limit, reduced(call, x, function, axes), 0), {});
  };
  const ValueId most = edge(R::maximum, F::maximum), least = edge(R::minimum, F::minimum);
  const ValueId scale = apply(call, F::divide, apply(call, F::subtract, {most, least}), 255);
  const ValueId zero = quantized(call, apply(call, F::negative, {least}), scale,
                                 scalar(call, 0, call.graph().type(x).type), {0, 255});
  call.define(quantized(call, x, scale, zero, {0, 255}), OnnxType::uint8, 0);
  call.define(scale, OnnxType::float32, 1);
  call.define(zero, OnnxType::uint8, 2);
}

/// A matrix less its zero points: one, or one for each row (of the first) or column (of the second).
ValueId centred_matrix(const OnnxCall& call, std::size_t i, std::size_t zero_point, bool by_row, DataType real) {
  const ValueId x = real_input(call, i, real);
  if (!call.has_input(zero_point)) return x;
  ValueId zero = real_input(call, zero_point, real);
  const Dimensions own = call.graph().shape(zero);
  if (call.graph().type(zero).size() == 1) zero = reshaped_to(call, zero, {});
  else if (own.size() == 1 && by_row) zero = reshaped_to(call, zero, {own[0], 1});
  return apply(call, F::subtract, {x, zero});
}

/// Sums of products of integers: in float64, where they are exact.
void import_matmul_integer(const OnnxCall& call) {
  const DataType real = DataType::float64;
  const ValueId a = centred_matrix(call, 0, 2, true, real), b = centred_matrix(call, 1, 3, false, real);
  if (call.shape(0).size() < 2 || call.shape(1).size() < 2) call.refuse("multiplies what is no matrix");
  const ValueId y = call.graph().add(parameters::MatMul{}, {a, b}, call.name());
  call.define(as_type(call, y, call.device_type(OnnxType::int32)), OnnxType::int32);
}

/// A scale by row, by column, or one for all.
ValueId matrix_scale(const OnnxCall& call, std::size_t i, bool by_row) {
  const ValueId scale = call.value(i);
  const Dimensions own = call.graph().shape(scale);
  if (call.graph().type(scale).size() == 1) return reshaped_to(call, scale, {});
  return own.size() == 1 && by_row ? reshaped_to(call, scale, {own[0], 1}) : scale;
}

void import_qlinear_matmul(const OnnxCall& call) {
  const DataType real = DataType::float32;
  const ValueId a = centred_matrix(call, 0, 2, true, real), b = centred_matrix(call, 3, 5, false, real);
  if (call.shape(0).size() < 2 || call.shape(3).size() < 2) call.refuse("multiplies what is no matrix");
  const ValueId product = call.graph().add(parameters::MatMul{}, {a, b}, call.name());
  const ValueId scale = apply(call, F::multiply, {matrix_scale(call, 1, true), matrix_scale(call, 4, false)});
  const ValueId y = apply(call, F::multiply, {product, scale});
  ValueId zero = call.value(7);
  if (call.graph().type(zero).size() == 1) zero = reshaped_to(call, zero, {});
  call.define(quantized(call, y, matrix_scale(call, 6, true), zero, range_of(call, call.type(7))), call.type(7));
}

}  // namespace

ValueId quantized_output(const OnnxCall& call, ValueId y, std::size_t scale, std::size_t zero) {
  return quantized(call, y, reshaped_to(call, call.value(scale), {}), reshaped_to(call, call.value(zero), {}),
                   range_of(call, call.type(zero)));
}

std::vector<OnnxOperator> onnx_quantized_operators() {
  return {
      {"QuantizeLinear", 10, import_quantize_linear},
      {"DequantizeLinear", 10, import_dequantize_linear},
      {"DynamicQuantizeLinear", 11, import_dynamic_quantize_linear},
      {"MatMulInteger", 10, import_matmul_integer},
      {"QLinearMatMul", 10, import_qlinear_matmul},
  };
}

}  // namespace nacre::tools
