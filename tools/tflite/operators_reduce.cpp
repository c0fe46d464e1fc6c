// Pooling, reductions and softmax: operators that look at many elements for each that they give.

#include <cmath>
#include <limits>

#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using B = tflite::BuiltinOperator;
using O = Operator;

template <typename Table>
Table pool_of(const Call& call) {
  const auto& options = call.options<tflite::Pool2DOptions>();
  const Dimensions x = call.type(0).shape;
  if (x.size() != 4) call.refuse("pools something else than an image");
  const int numbers[] = {options.stride_h(), options.stride_w(), options.filter_height(), options.filter_width()};
  for (const int number : numbers)
    if (number < 1 || number > 0xffff) call.refuse("has an impossible window");
  Table table;
  table.kernel_h = static_cast<std::uint16_t>(options.filter_height());
  table.kernel_w = static_cast<std::uint16_t>(options.filter_width());
  table.stride_h = static_cast<std::uint16_t>(options.stride_h());
  table.stride_w = static_cast<std::uint16_t>(options.stride_w());
  const AxisPadding rows = tflite_padding(options.padding(), x[1], table.kernel_h, table.stride_h, 1);
  const AxisPadding columns = tflite_padding(options.padding(), x[2], table.kernel_w, table.stride_w, 1);
  table.pad_top = rows.before, table.pad_bottom = rows.after;
  table.pad_left = columns.before, table.pad_right = columns.after;
  set_bounds(call, table, options.fused_activation_function());
  return table;
}

template <typename Table>
void import_pool(const Call& call) {
  call.define(call.graph().add(pool_of<Table>(call), {call.value(0)}, call.name));
}

/// The root of the mean of squares.
void import_l2_pool_2d(const Call& call) {
  const auto& options = call.options<tflite::Pool2DOptions>();
  parameters::AveragePool2D table = pool_of<parameters::AveragePool2D>(call);
  const float least = table.minimum, most = table.maximum;
  table.minimum = parameters::AveragePool2D{}.minimum, table.maximum = parameters::AveragePool2D{}.maximum;
  const ValueId squares = add_functions(call.graph(), {MapFunction::square}, {call.value(0)}, call.name + "_squares");
  const ValueId mean = call.graph().add(table, {squares}, call.name + "_mean");
  const ValueId root = add_functions(call.graph(), {MapFunction::sqrt}, {mean}, call.name);
  if (options.fused_activation_function() == tflite::ActivationFunctionType::NONE) return call.define(root);
  parameters::Clip limits;
  limits.minimum = least, limits.maximum = most;
  call.define(call.graph().add(limits, {root}, call.name + "_limits"));
}

void import_max_pool_2d(const Call& call) { import_pool<parameters::MaxPool2D>(call); }
void import_average_pool_2d(const Call& call) { import_pool<parameters::AveragePool2D>(call); }

void import_softmax(const Call& call) {
  const float beta = call.options<tflite::SoftmaxOptions>().beta();
  parameters::Softmax table;
  ValueId x = call.value(0);
  if (call.is_int8()) {
    constexpr int kIntegerBits = 5;  // of the rescaled difference: Q5.26
    const Quantization &q = call.quantization(0), &y = call.output_quantization();
    if (q.scale.empty() || y.scale.empty() || y.scale.at(0) != 1.0f / 256 || y.zero_point.at(0) != -128)
      call.refuse("has an int8 output that is not 1/256 from -128");
    const double one = 1 << (31 - kIntegerBits), largest = std::numeric_limits<std::int32_t>::max();
    quantize_multiplier(std::min(static_cast<double>(beta) * q.scale.at(0) * one, largest), &table.input_multiplier,
                        &table.input_shift);
    table.difference_minimum =
        -static_cast<int>(std::floor(std::min(std::ldexp(31.0 * one, -table.input_shift), largest)));
  } else if (beta != 1) {
    x = add_affine(call.graph(), x, {0}, {beta}, {0}, call.name + "_beta");
  }
  call.define(call.graph().add(table, {x}, call.name));
}

void set_mean(const Call& call, parameters::Reduce& table, std::int64_t count) {
  const Quantization &q = call.quantization(0), &y = call.output_quantization();
  if (q.scale.empty() || y.scale.empty()) call.refuse("lacks quantisation parameters");
  table.input_zero_point = q.zero_point.at(0);
  table.output_zero_point = y.zero_point.at(0);
  quantize_multiplier(static_cast<double>(q.scale.at(0)) / y.scale.at(0), &table.multiplier, &table.shift);
  // TensorFlow Lite folds the count into the multiplier, keeping as many bits as fit.
  const int bits = std::min({63 - __builtin_clzll(static_cast<unsigned long long>(count)), 32, 31 + table.shift});
  table.multiplier = static_cast<std::int32_t>((std::int64_t{table.multiplier} << bits) / count);
  table.shift -= bits;
}

void set_quantization(const Call& call, parameters::Reduce& table, std::int64_t count) {
  switch (table.function) {
    case ReduceFunction::mean: return set_mean(call, table, count);
    case ReduceFunction::maximum:
    case ReduceFunction::minimum:
      if (call.quantization(0).scale == call.output_quantization().scale &&
          call.quantization(0).zero_point == call.output_quantization().zero_point) return;
      call.refuse("changes the scale of an int8 maximum or minimum");
    default: refuse_type(call, "int8");
  }
}

void import_reduce(const Call& call) {
  parameters::Reduce table;
  table.function = static_cast<ReduceFunction>(call.row.function);
  table.keep_dims = call.options<tflite::ReducerOptions>().keep_dims();
  const TensorType x = call.type(0);
  std::int64_t count = 1;
  for (std::int64_t axis : call.importer.integer_constant(call.input(1))) {
    if (axis < 0) axis += static_cast<std::int64_t>(x.shape.size());
    if (axis < 0 || axis >= static_cast<std::int64_t>(x.shape.size()))
      call.refuse("reduces an axis that its input lacks");
    if (table.axes >> axis & 1) continue;  // named twice, or from either end
    table.axes = static_cast<std::uint8_t>(table.axes | 1 << axis);
    count *= x.shape[static_cast<std::size_t>(axis)];
  }
  if (call.is_int8()) set_quantization(call, table, count);
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

TfliteOperator reduce(B code, ReduceFunction function) {
  return {code, import_reduce, reduced_integers, {O::reduce}, static_cast<std::uint8_t>(function)};
}

}  // namespace

std::vector<TfliteOperator> reduce_operators() {
  return {
      {B::MAX_POOL_2D, import_max_pool_2d, nullptr, {O::max_pool_2d}},
      {B::AVERAGE_POOL_2D, import_average_pool_2d, nullptr, {O::average_pool_2d}},
      {B::L2_POOL_2D, import_l2_pool_2d, nullptr, {O::activation}},
      {B::SOFTMAX, import_softmax, nullptr, {O::softmax}},
      reduce(B::SUM, ReduceFunction::sum),
      reduce(B::MEAN, ReduceFunction::mean),
      reduce(B::REDUCE_MAX, ReduceFunction::maximum),
      reduce(B::REDUCE_MIN, ReduceFunction::minimum),
  };
}

}  // namespace nacre::tools
