// Pooling, reductions and softmax: operators that look at many elements for each that they give.

#include <cmath>
#include <limits>

#include "tools/operators/rescale.hpp"
#include "tools/tflite/chain.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/operators_int8.hpp"
#include "tools/tflite/operators_int16.hpp"
#include "tools/tflite/programs.hpp"
#include "tools/tflite/release.hpp"

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
  if (call.type(0).type == DataType::int16) return import_softmax_int16(call);
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

/// How many elements of x go into one of the result; sets the axes.
std::int64_t set_axes(const Call& call, parameters::Reduce& table) {
  table.keep_dims = call.options<tflite::ReducerOptions>().keep_dims();
  const Dimensions x = call.type(0).shape;
  std::int64_t count = 1;
  for (std::int64_t axis : call.importer.integer_constant(call.input(1))) {
    if (axis < 0) axis += std::ssize(x);
    if (axis < 0 || axis >= std::ssize(x)) call.refuse("reduces an axis that its input lacks");
    if (table.axes >> axis & 1) continue;  // named twice, or from either end
    table.axes = static_cast<std::uint8_t>(table.axes | 1 << axis);
    count *= x[static_cast<std::size_t>(axis)];
  }
  return count;
}

/// Sums and means of integers in float64, which holds them: of 64 bits, and of 32 where the sum may need more.
void import_exact_sum(const Call& call, parameters::Reduce table, std::int64_t count) {
  constexpr DataType kWide = DataType::float64;
  Graph& graph = call.graph();
  const ValueId x = cast_to(graph, stored_numbers(call, 0), kWide, call.name + "_wide");
  const bool is_mean = table.function == ReduceFunction::mean;
  table.function = ReduceFunction::sum;
  ValueId y = graph.add(table, {x}, call.name + "_sum");
  if (is_mean) y = add_function_with(graph, MapFunction::divide, y, static_cast<double>(count), call.name + "_mean");
  call.define(is_mean ? cast_to(graph, y, DataType::int32, call.name) : within_32_bits(graph, y, call.name));
}

/// A sum of int8: TensorFlow Lite adds up what is stored, and brings that to the output's scale in float32.
void import_sum_int8(const Call& call, const parameters::Reduce& table, std::int64_t count) {
  using M = MapFunction;
  Graph& graph = call.graph();
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  const float scale = x.scale[0] / y.scale[0];
  const float offset = static_cast<float>(-x.zero_point[0]) * scale * static_cast<float>(count);
  const ValueId sum = graph.add(table, {stored_numbers(call, 0)}, call.name + "_sum");
  const ValueId real = cast_to(graph, sum, DataType::float32, call.name + "_real");
  const ValueId steps = Flow(call, {real}, DataType::float32)
                            .then(M::multiply, scale)
                            .then(M::add, offset)
                            .alone(M::nearest_away)
                            .done("_steps");
  const ValueId whole = cast_to(graph, steps, DataType::int32, call.name + "_whole");
  const ValueId stored = Flow(call, {whole}).then(M::add, y.zero_point[0]).clamped(-128, 127).done("_stored");
  call.define(stored_as(graph, stored, DataType::int8, call.name));
}

/// A mean of int16, whose elements are added up in 32 bits, and then rescaled.
void import_mean_int16(const Call& call, parameters::Reduce table, std::int64_t count) {
  Graph& graph = call.graph();
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  table.function = ReduceFunction::sum;
  const ValueId sum = graph.add(table, {centred_numbers(call, 0)}, call.name + "_sum");
  set_mean(call, table, count);
  Program program;
  const Operand multiplier = program.literal(table.multiplier, DataType::int32),
                shift = program.literal(table.shift, DataType::int32);
  program.then(MapFunction::rescale, DataType::int32, {input_of_program(0), multiplier, shift});
  program.then(MapFunction::add, DataType::int32,
               {kOutputOfProgram, program.literal(y.zero_point.at(0), DataType::int32)});
  const ValueId mean = graph.add_map(program, {sum}, call.name + "_mean");
  call.define(stored_as(graph, mean, call.output_type().type, call.name));
}

/// A sum of int16: TensorFlow 2.15 keeps 16 bits of it, 2.21 limits it to those.
void import_short_sum(const Call& call, parameters::Reduce table) {
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale != y.scale || x.zero_point != y.zero_point || (!x.zero_point.empty() && x.zero_point[0] != 0))
    call.refuse("changes the scale of a sum of int16", "take the mean, and scale it");
  const ValueId sum = call.graph().add(table, {stored_numbers(call, 0)}, call.name + "_sum");
  Flow kept(call, {sum});
  if (is_after_2_18(call.importer.model())) kept.clamped(-32768, 32767);
  else wrap_to_int16(kept);
  call.define(stored_as(call.graph(), kept.done("_kept"), DataType::int16, call.name));
}

void import_reduce(const Call& call) {
  parameters::Reduce table;
  table.function = static_cast<ReduceFunction>(call.row.function);
  const std::int64_t count = set_axes(call, table);
  using R = ReduceFunction;
  const DataType type = call.type(0).type;
  if (table.axes == 0) return call.define(call.graph().add(parameters::Copy{}, {call.value(0)}, call.name));
  if (type == DataType::int32 && (table.function == R::mean || (table.function == R::sum && gives_int64(call))))
    return import_exact_sum(call, table, count);
  if (table.function == R::product && gives_int64(call)) refuse_type(call, "int64");
  if (table.function == R::product && call.is_quantised()) return import_quantized_product(call, table.axes, count);
  if (type == DataType::int16 && table.function == R::sum) return import_short_sum(call, table);
  if (type == DataType::int8 && table.function == R::sum) return import_sum_int8(call, table, count);
  if (type == DataType::int16 && table.function == R::mean) return import_mean_int16(call, table, count);
  if (type == DataType::int16 || type == DataType::uint8) {
    if (call.quantization(0).scale != call.output_quantization().scale)
      call.refuse("changes the scale of a maximum or minimum");
    const ValueId y = call.graph().add(table, {stored_numbers(call, 0)}, call.name + "_stored");
    return call.define(stored_as(call.graph(), y, type, call.name));
  }
  if (call.is_int8()) set_quantization(call, table, count);
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

TfliteOperator reduce(B code, ReduceFunction function, std::vector<DataType> also = {}) {
  return {code, import_reduce, reduced_integers, {O::reduce}, static_cast<std::uint8_t>(function), 0, std::move(also)};
}

}  // namespace

std::vector<TfliteOperator> reduce_operators() {
  return {
      {B::MAX_POOL_2D, import_max_pool_2d, nullptr, {O::max_pool_2d}},
      {B::AVERAGE_POOL_2D, import_average_pool_2d, nullptr, {O::average_pool_2d}},
      {B::L2_POOL_2D, import_l2_pool_2d, nullptr, {O::activation}},
      {B::SOFTMAX, import_softmax, nullptr, {O::softmax}, 0, 0, {DataType::int16}},
      reduce(B::SUM, ReduceFunction::sum, {DataType::int8, DataType::int16}),
      reduce(B::MEAN, ReduceFunction::mean, {DataType::int16, DataType::int32}),
      reduce(B::REDUCE_MAX, ReduceFunction::maximum, {DataType::int16, DataType::uint8}),
      reduce(B::REDUCE_MIN, ReduceFunction::minimum, {DataType::int16, DataType::uint8}),
      reduce(B::REDUCE_PROD, ReduceFunction::product, {DataType::int8, DataType::int16}),
  };
}

}  // namespace nacre::tools
