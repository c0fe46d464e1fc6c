#include "tools/keras/quantized.hpp"

#include <algorithm>
#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"

namespace nacre::tools {

QuantizedKeras::QuantizedKeras(const KerasLayer& layer)
    : layer_(layer), mode_(keras_quantization_mode(layer.config)) {
  has_bias_ = layer.class_name == "EinsumDense" ? !layer.config.value("bias_axes", nlohmann::json()).is_null()
                                                : layer.class_name == "Dense" && layer.flag("use_bias", true);
  for (const Array& weight : layer.weights) {
    const bool is_code = weight.type() == ElementType::int8 || weight.type() == ElementType::uint8;
    (is_code ? codes_ : reals_).push_back(&weight);
  }
  inputs_ = quantized_inputs(layer);
}

const Array& QuantizedKeras::codes(std::size_t i, std::size_t rank) const {
  if (i >= codes_.size() || codes_[i]->shape().size() != rank)
    layer_.refuse("lacks codes of its weights", "save the whole model again, with its weights");
  return *codes_[i];
}

const Array& QuantizedKeras::real(std::size_t i) const {
  if (i >= reals_.size() || reals_[i]->type() == ElementType::string)
    layer_.refuse("lacks its scales", "save the whole model again, with its weights");
  return *reals_[i];
}

std::size_t QuantizedKeras::kernel_of_float8() const {
  const auto found = std::ranges::find_if(reals_, [](const Array* one) { return one->shape().size() > 1; });
  if (found == reals_.end()) layer_.refuse("lacks its kernel", "save the whole model again, with its weights");
  return static_cast<std::size_t>(found - reals_.begin());
}

/// Numbers without axes: the scale of the input, then that of the kernel.
const Array& QuantizedKeras::scale_of_float8(std::size_t i) const {
  for (const Array* one : reals_)
    if (one->shape().empty() && i-- == 0) return *one;
  layer_.refuse("lacks its scales", "save the whole model again, with its weights");
}

Array QuantizedKeras::bias() const {
  if (mode_ != "float8") return real(0);
  const Array& own = real(kernel_of_float8() + 1);  // which Keras rounds to bfloat16
  std::vector<float> values = own.to<float>();
  for (float& value : values) value = rounded_to_bfloat16(value);
  return Array::of(ElementType::float32, own.shape(), values);
}

Array QuantizedKeras::kernel(const Dimensions& shape) const {
  const std::int64_t size = TensorType{DataType::float32, shape}.size();
  if (mode_ == "float8") {
    const Array& own = real(kernel_of_float8());
    std::vector<float> values = own.to<float>();
    const float scale = scale_of_float8(1).to<float>().at(0);
    for (float& value : values) value = rounded_to_float8(value / scale) * scale;
    return Array::of(ElementType::float32, own.shape(), values).reshaped(shape);
  }
  const std::size_t scale = has_bias_ ? 1 : 0;
  if (mode_ == "int8") {
    const Array& own = codes(0, shape.size());
    if (own.shape() != shape) layer_.refuse("has a kernel of another shape than its configuration says");
    return own;
  }
  const Array& packed = codes(0, 2);
  if (mode_ == "int4") {
    const std::int64_t depth = packed.shape()[0], width = size / depth;
    const Array own = unpacked(layer_, packed, {depth, width}, 1, true);
    const bool has_groups = codes_.size() > 1;
    if (inputs_ && !has_groups && layer_.class_name == "Dense") return own.reshaped(shape);
    return floats(own, false, real(scale), has_groups ? &codes(1, 2) : nullptr,
                  has_groups ? &real(scale + 1) : nullptr)
        .reshaped(shape);
  }
  if (codes_.size() < 2)
    layer_.refuse("lacks its zero points, which Keras leaves out of .keras files of GPTQ and AWQ, and cannot load then",
                  "save the model as .h5, which holds them");
  // GPTQ and AWQ: outputs come first, and only codes of four bits share a byte.
  const std::int64_t depth = packed.shape()[1], width = size / depth;
  const Array own = has_packed_codes(layer_.config) ? unpacked(layer_, packed, {width, depth}, 0, false) : packed;
  if (own.shape() != Dimensions{width, depth}) layer_.refuse("has codes of another shape than its configuration says");
  const bool is_awq = mode_ == "awq";
  Array result = transposed(floats(own, true, real(scale), &codes(1, 2), &real(scale + (is_awq ? 2 : 1))));
  return (is_awq ? divided_rows(layer_, result, real(scale + 1)) : result).reshaped(shape);
}

/// What codes stand for: a matrix of as many rows and columns. Those of one output have one scale, or one for each
/// group of them.
Array QuantizedKeras::floats(const Array& codes, bool is_output_first, const Array& scale, const Array* zero,
                             const Array* group) const {
  const auto outputs = static_cast<std::size_t>(codes.shape()[is_output_first ? 0 : 1]);
  const auto depth = static_cast<std::size_t>(codes.shape()[is_output_first ? 1 : 0]);
  const std::vector<float> own = codes.to<float>(), scales = scale.to<float>(),
                           zeros = zero == nullptr ? std::vector<float>() : zero->to<float>(),
                           places = group == nullptr ? std::vector<float>(depth) : group->to<float>();
  const std::size_t groups = scales.size() / outputs;
  const auto is_group = [&](float place) { return place >= 0 && place < static_cast<float>(groups); };
  if (groups * outputs != scales.size() || places.size() != depth || !std::ranges::all_of(places, is_group) ||
      (zero != nullptr && zeros.size() != scales.size()))
    layer_.refuse("has scales or zero points of another shape than its codes need");
  std::vector<float> result(own.size());
  for (std::size_t output = 0; output < outputs; ++output) {
    for (std::size_t i = 0; i < depth; ++i) {
      const auto place = static_cast<std::size_t>(places[i]);
      const std::size_t at = is_output_first ? output * depth + i : i * outputs + output,
                        from = is_output_first ? output * groups + place : place * outputs + output;
      result[at] = zero == nullptr ? own[at] / scales[from] : (own[at] - zeros[from]) * scales[from];
    }
  }
  return Array::of(ElementType::float32, codes.shape(), result);
}

void QuantizedKeras::require_scales(const Dimensions& shape) const {
  if (mode_ != "int8") return;
  Dimensions own = real(has_bias_ ? 1 : 0).shape();
  while (own.size() < shape.size()) own.insert(own.begin(), 1);
  if (own != shape) layer_.refuse("has scales of its kernel along other axes than what it makes");
}

ValueId QuantizedKeras::product(ValueId x, const Array& kernel) const {
  const bool has_codes = kernel.type() == ElementType::int8;
  if (has_codes && inputs_) return integer_product(x, kernel, real(has_bias_ ? 1 : 0));
  if (has_codes) return layer_.dense(x, floats(kernel, false, real(has_bias_ ? 1 : 0), nullptr, nullptr));
  if (mode_ == "float8") return layer_.dense(as_float8(x, scale_of_float8(0).to<double>().at(0)), kernel);
  if (!inputs_) return layer_.dense(x, kernel);
  const Rows rows = rows_of(x);
  return add_functions(layer_.graph, {MapFunction::divide}, {layer_.dense(rows.codes, kernel), rows.scale},
                       layer_.name + ".unscaled");
}

/// Sums of int32 divided by the product of the scales.
ValueId QuantizedKeras::integer_product(ValueId x, const Array& kernel, const Array& scale) const {
  Graph& graph = layer_.graph;
  const Rows rows = rows_of(x);
  const Array weights = transposed(kernel);
  require_sums_of_int32(layer_, weights, std::max(-inputs_->low, inputs_->high));
  Program to_int32, to_int8;
  to_int32.instructions.push_back({MapFunction::cast, DataType::float32, DataType::int32, {input_of_program(0)}});
  to_int8.instructions.push_back({MapFunction::cast, DataType::int32, DataType::int8, {input_of_program(0)}});
  const ValueId wide = graph.add_map(to_int32, {rows.codes}, layer_.name + ".integers"),
                narrow = graph.add_map(to_int8, {wide}, layer_.name + ".codes");
  const ValueId sums = graph.add(parameters::MatMul{.transposed = true},
                                 {narrow, graph.add_constant(weights, DataType::int8)}, layer_.name + ".sums");
  const std::int64_t width = weights.shape()[0];
  const ValueId scales = add_functions(graph, {MapFunction::multiply},
                                       {rows.scale, layer_.constant(scale.reshaped({width}))}, layer_.name + ".scale");
  Program unscaled;
  unscaled.instructions.push_back({MapFunction::cast, DataType::int32, DataType::float32, {input_of_program(0)}});
  unscaled.then(MapFunction::divide, DataType::float32, {kOutputOfProgram, input_of_program(1)});
  return graph.add_map(unscaled, {sums, scales}, layer_.name);
}

QuantizedKeras::Rows QuantizedKeras::rows_of(ValueId x) const {
  Graph& graph = layer_.graph;
  const auto real = DataType::float32;
  const ValueId magnitudes = add_functions(graph, {MapFunction::absolute}, {x}, layer_.name + ".magnitudes");
  const ValueId largest = add_reduced(graph, magnitudes, ReduceFunction::maximum,
                                      1u << (graph.shape(x).size() - 1), layer_.name + ".largest");
  Program scaling, rounding;
  scaling.then(MapFunction::add, real, {input_of_program(0), scaling.literal(inputs_->least, real)});
  scaling.then(MapFunction::divide, real, {scaling.literal(inputs_->high, real), kOutputOfProgram});
  const ValueId scale = graph.add_map(scaling, {largest}, layer_.name + ".input_scale");
  rounding.then(MapFunction::multiply, real, {input_of_program(0), input_of_program(1)});
  rounding.then(MapFunction::nearest, real, {kOutputOfProgram});
  rounding.then(MapFunction::clamp, real, {kOutputOfProgram, rounding.literal(inputs_->low, real),
                                           rounding.literal(inputs_->high, real)});
  return {graph.add_map(rounding, {x, scale}, layer_.name + ".rounded"), scale};
}

/// x / scale as the nearest number of float8_e4m3fn, times scale. Near a power of two both steps beside it give that
/// power, so that the logarithm may be off there.
ValueId QuantizedKeras::as_float8(ValueId x, double scale) const {
  Graph& graph = layer_.graph;
  const auto real = DataType::float32;
  Program limiting, stepping, rounding;
  limiting.then(MapFunction::divide, real, {input_of_program(0), limiting.literal(scale, real)});
  limiting.then(MapFunction::clamp, real, {kOutputOfProgram, limiting.literal(-kLargestFloat8, real),
                                           limiting.literal(kLargestFloat8, real)});
  const ValueId limited = graph.add_map(limiting, {x}, layer_.name + ".limited");
  stepping.then(MapFunction::absolute, real, {input_of_program(0)});
  stepping.then(MapFunction::log, real, {kOutputOfProgram});
  stepping.then(MapFunction::multiply, real, {kOutputOfProgram, stepping.literal(1 / std::log(2.0), real)});
  stepping.then(MapFunction::floor, real, {kOutputOfProgram});
  stepping.then(MapFunction::clamp, real, {kOutputOfProgram, stepping.literal(-6, real), stepping.literal(8, real)});
  stepping.then(MapFunction::subtract, real, {kOutputOfProgram, stepping.literal(3, real)});
  stepping.then(MapFunction::power, real, {stepping.literal(2, real), kOutputOfProgram});
  const ValueId step = graph.add_map(stepping, {limited}, layer_.name + ".step");
  rounding.then(MapFunction::divide, real, {input_of_program(0), input_of_program(1)});
  rounding.then(MapFunction::nearest, real, {kOutputOfProgram});
  rounding.then(MapFunction::multiply, real, {kOutputOfProgram, input_of_program(1)});
  rounding.then(MapFunction::multiply, real, {kOutputOfProgram, rounding.literal(scale, real)});
  return graph.add_map(rounding, {limited, step}, layer_.name + ".float8");
}

ValueId QuantizedKeras::looked_up(ValueId indices) const {
  Graph& graph = layer_.graph;
  const Array& own = codes(0, 2);
  const std::int64_t rows = own.shape()[0], width = static_cast<std::int64_t>(layer_.number("output_dim", 0));
  const Array table = mode_ == "int4" ? unpacked(layer_, own, {rows, width}, 1, true) : own;
  const bool has_groups = mode_ == "int4" && real(0).shape().size() > 1;
  if (has_groups)
    return add_lookup(graph, layer_.constant(floats(table, true, real(0), &codes(1, 2), &real(1))), indices,
                      layer_.name);
  const ValueId found = add_lookup(graph, graph.add_constant(table, DataType::int8), indices, layer_.name + ".codes"),
                scale = add_lookup(graph, layer_.constant(real(0).reshaped({rows, 1})), indices,
                                   layer_.name + ".scale");
  Program program;
  program.instructions.push_back({MapFunction::cast, DataType::int8, DataType::int32, {input_of_program(0)}});
  program.instructions.push_back({MapFunction::cast, DataType::int32, DataType::float32, {kOutputOfProgram}});
  program.then(MapFunction::divide, DataType::float32, {kOutputOfProgram, input_of_program(1)});
  return graph.add_map(program, {found, scale}, layer_.name);
}

ValueId QuantizedKeras::looked_up_backwards(ValueId x) const {
  const std::int64_t width = layer_.graph.shape(x).back();
  const bool has_groups = mode_ == "int4" && real(0).shape().size() > 1, is_tied = layer_.flag("tie_weights", true);
  const Array& own = codes(is_tied ? 0 : has_groups ? 2 : 1, 2);
  const std::int64_t rows = codes(0, 2).shape()[0];
  Array table = own;  // tied: [rows, width], otherwise [width, rows]
  if (mode_ == "int4")
    table = unpacked(layer_, own, is_tied ? Dimensions{rows, width} : Dimensions{width, rows}, is_tied ? 1 : 0, true);
  const std::size_t of_reverse = is_tied ? 0 : has_groups ? 2 : 1;
  const Array& scale = real(of_reverse);
  const auto by_width = [&](const Array& matrix) { return is_tied ? transposed(matrix) : matrix; };
  if (inputs_ && !has_groups) return integer_product(x, by_width(table), scale);
  const Array* zero = !has_groups ? nullptr : is_tied ? &codes(1, 2) : &real(of_reverse + 1);
  const Array kernel = by_width(floats(table, is_tied, scale, zero, has_groups ? &real(1) : nullptr));
  return product(x, kernel);
}

}  // namespace nacre::tools
