// Operators that move elements, change their type, or compute shapes (which are known here).

#include <fmt/format.h>

#include <optional>

#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// `value` brought to the quantisation of the call's output, where it has another.
ValueId requantized(const Call& call, ValueId value) {
  const Quantization& from = call.graph().values[value].quantization;
  const Quantization& to = call.output_quantization();
  const auto type = call.graph().type(value).type;
  if (from.scale.empty() || to.scale.empty() ||
      (from.scale == to.scale && from.zero_point == to.zero_point && type == call.output_type().type))
    return value;
  schema::RequantizeT table;
  table.input_zero_point = from.zero_point.at(0);
  table.output_zero_point = to.zero_point.at(0);
  table.output_type = static_cast<schema::DataType>(call.output_type().type);
  quantize_multiplier(static_cast<double>(from.scale.at(0)) / to.scale.at(0), &table.multiplier, &table.shift);
  constexpr int kMaxShift = 22;  // 9 bits of difference and these fit in 32
  if (table.shift > kMaxShift) call.refuse("has an output scale too small for its input");
  return call.graph().add_quantized(std::move(table), {value}, "", to);
}

}  // namespace

/// Values joined along an axis of their own.
void import_pack(const Call& call) {
  const int rank = static_cast<int>(call.output_type().shape.size()), stated = call.options<tflite::PackOptions>().axis();
  const int axis = stated < 0 ? stated + rank : stated;
  if (axis < 0 || axis >= rank) call.refuse("joins an axis that its output lacks");
  schema::ConcatenateT table;
  table.axis = static_cast<std::uint8_t>(axis);
  std::vector<ValueId> parts;
  for (unsigned i = 0; call.op.inputs() != nullptr && i < call.op.inputs()->size(); ++i) {
    const ValueId part = requantized(call, call.value(i));
    Dimensions shape = call.graph().shape(part);
    if (static_cast<int>(shape.size()) + 1 != rank) call.refuse("joins tensors of another rank");
    shape.insert(shape.begin() + axis, 1);
    schema::ReshapeT reshape;
    reshape.shape.assign(shape.begin(), shape.end());
    parts.push_back(call.graph().add(std::move(reshape), {part}));
  }
  call.define(call.graph().add(std::move(table), std::move(parts), call.name));
}

void import_concatenation(const Call& call) {
  const auto& options = call.options<tflite::ConcatenationOptions>();
  if (options.fused_activation_function() != tflite::ActivationFunctionType::NONE) call.refuse("fuses an activation");
  const auto rank = static_cast<int>(call.type(0).shape.size());
  const int axis = options.axis() < 0 ? options.axis() + rank : options.axis();
  if (axis < 0 || axis >= rank) call.refuse("joins an axis that its inputs lack");
  schema::ConcatenateT table;
  table.axis = static_cast<std::uint8_t>(axis);
  std::vector<ValueId> inputs;
  for (unsigned i = 0; call.op.inputs() != nullptr && i < call.op.inputs()->size(); ++i) inputs.push_back(requantized(call, call.value(i)));
  call.define(call.graph().add(std::move(table), std::move(inputs), call.name));
}

void import_quantize(const Call& call) {
  const ValueId x = call.value(0);
  const Quantization& q = call.output_quantization();
  if (q.scale.empty()) call.refuse("lacks quantisation parameters");
  if (call.type(0).type != DataType::float32) {
    const ValueId result = requantized(call, x);
    call.define(result == x ? call.graph().add(schema::CopyT{}, {x}, call.name) : result);
    return;
  }
  if (call.output_type().type != DataType::int8) call.refuse("quantises to another type than int8");
  schema::QuantizeT table;
  table.scale = q.scale.at(0);
  table.zero_point = q.zero_point.at(0);
  call.define(call.graph().add(std::move(table), {x}, call.name));
}

void import_dequantize(const Call& call) {
  if (call.importer.is_constant(call.input(0))) {  // float16 weights
    if (call.type(0).shape != call.output_type().shape)
      call.refuse("dequantises a constant of another shape");
    call.importer.constant_of_[static_cast<std::size_t>(call.output())] = call.input(0);
    return;
  }
  const Quantization& q = call.quantization(0);
  if (q.scale.empty() || call.type(0).type != DataType::int8) call.refuse("dequantises another type than int8");
  schema::DequantizeT table;
  table.scale = q.scale.at(0);
  table.zero_point = q.zero_point.at(0);
  call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
}

void import_reshape(const Call& call) {
  schema::ReshapeT table;
  // Where the file leaves a dimension open, the shape that it computes says what it comes to.
  const bool computes = call.name.starts_with("RESHAPE") && call.has_input(1);
  const Dimensions shape = computes && call.output_type().size() != call.type(0).size() ? call.importer.integer_constant(call.input(1)) : call.output_type().shape;
  table.shape.assign(shape.begin(), shape.end());
  call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
}

void import_transpose(const Call& call) {
  schema::PermuteT table;
  const auto rank = static_cast<std::int64_t>(call.type(0).shape.size());
  for (const std::int64_t stated : call.importer.integer_constant(call.input(1))) {
    const std::int64_t axis = stated < 0 ? stated + rank : stated;
    if (axis < 0 || axis >= rank) call.refuse(fmt::format("moves the axis {}, which its input lacks", stated));
    table.permutation.push_back(static_cast<std::uint8_t>(axis));
  }
  call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
}

void import_pad(const Call& call) {
  schema::PadT table;
  const std::vector<std::int64_t> paddings = call.importer.integer_constant(call.input(1));
  for (std::size_t i = 0; i < paddings.size(); ++i) {
    if (paddings[i] < 0 || paddings[i] > 0xffff) call.refuse(fmt::format("pads by {}", paddings[i]));
    (i % 2 == 0 ? table.before : table.after).push_back(static_cast<std::uint16_t>(paddings[i]));
  }
  if (call.is_int8()) {
    const Quantization &x = call.quantization(0), &value = call.has_input(2) ? call.quantization(2) : x;
    if (value.scale != x.scale || value.zero_point != x.zero_point) call.refuse("pads with a value of another scale");
    table.zero_point = call.has_input(2) ? static_cast<std::int32_t>(call.importer.integer_constant(call.input(2)).at(0)) : x.zero_point.at(0);
  } else if (call.has_input(2)) {
    table.value = static_cast<float>(call.importer.real_constant(call.input(2)).at(0));
  }
  call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
}

void import_shape(const Call& call) {
  call.define_integers(call.type(0).shape);
}

namespace {

/// For each axis of the input, the place in the lists of a slice that says what stays of it; none where all does. An
/// ellipsis stands for as many axes as are left over, and a new axis for none: the output's shape has it.
std::vector<std::optional<std::size_t>> entries(const Call& call, const tflite::StridedSliceOptions& options, std::size_t count, std::size_t rank) {
  constexpr std::size_t kMostEntries = 16;  // each axis, and as many new ones
  if (count > kMostEntries) call.refuse("slices another number of axes than its input has");
  const auto is_ellipsis = [&](std::size_t i) { return (options.ellipsis_mask() >> i & 1) != 0; };
  const auto is_new = [&](std::size_t i) { return !is_ellipsis(i) && (options.new_axis_mask() >> i & 1) != 0; };
  std::size_t stated = 0;
  for (std::size_t i = 0; i < count; ++i) stated += !is_ellipsis(i) && !is_new(i);
  std::vector<std::optional<std::size_t>> result;
  for (std::size_t i = 0; i < count && stated <= rank; ++i) {
    if (is_ellipsis(i)) result.resize(result.size() + rank - stated);
    else if (!is_new(i)) result.push_back(i);
  }
  if (stated > rank || result.size() > rank) call.refuse("slices another number of axes than its input has");
  result.resize(rank);
  return result;
}

}  // namespace

void import_strided_slice(const Call& call) {
  const auto& options = call.options<tflite::StridedSliceOptions>();
  if (options.offset()) call.refuse("counts its ends from its begins");
  const TensorType x = call.type(0);
  const auto begins = call.importer.integer_constant(call.input(1)), ends = call.importer.integer_constant(call.input(2)),
             strides = call.importer.integer_constant(call.input(3));
  if (ends.size() != begins.size() || strides.size() != begins.size()) call.refuse("has lists of different lengths");
  const auto entry_of = entries(call, options, begins.size(), x.shape.size());
  schema::SliceT table;
  for (std::size_t axis = 0; axis < x.shape.size(); ++axis) {
    const std::int64_t length = x.shape[axis];
    std::int64_t stride = 1, begin = 0, end = length;
    if (const auto entry = entry_of[axis]) {
      stride = strides[*entry];
      if (stride == 0 || stride != static_cast<std::int32_t>(stride)) call.refuse(fmt::format("has a stride of {}", stride));
      const auto within = [&](std::int64_t i) {
        return std::clamp(i < 0 ? i + length : i, stride > 0 ? 0 : std::int64_t{-1}, stride > 0 ? length : length - 1);
      };
      begin = options.begin_mask() >> *entry & 1 ? (stride > 0 ? 0 : length - 1) : within(begins[*entry]);
      end = options.end_mask() >> *entry & 1 ? (stride > 0 ? length : -1) : within(ends[*entry]);
      if (options.shrink_axis_mask() >> *entry & 1) end = begin + 1, stride = 1;
    }
    table.begin.push_back(static_cast<std::int32_t>(begin));
    table.stride.push_back(static_cast<std::int32_t>(stride));
    table.size.push_back(static_cast<std::int32_t>((end - begin + stride + (stride > 0 ? -1 : 1)) / stride));
  }
  const auto& known = call.importer.computed_integers(call.input(0));
  if (!known) {
    call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
    return;
  }
  std::vector<std::int64_t> part;
  for (std::int64_t i = 0; i < table.size.at(0); ++i)
    part.push_back(known->at(static_cast<std::size_t>(table.begin[0] + i * table.stride[0])));
  call.define_integers(std::move(part));
}

TfliteImport find_tflite_import(tflite::BuiltinOperator op) {
  using B = tflite::BuiltinOperator;
  switch (op) {
    case B::FULLY_CONNECTED: return import_fully_connected;
    case B::CONV_2D: return import_conv_2d;
    case B::DEPTHWISE_CONV_2D: return import_depthwise_conv_2d;
    case B::MAX_POOL_2D: return import_max_pool_2d;
    case B::AVERAGE_POOL_2D: return import_average_pool_2d;
    case B::MEAN: case B::SUM: case B::REDUCE_MAX: case B::REDUCE_MIN: return import_reduce;
    case B::ADD: case B::SUB: case B::MUL: case B::DIV: case B::MAXIMUM: case B::MINIMUM: return import_binary;
    case B::CONCATENATION: return import_concatenation;
    case B::SOFTMAX: return import_softmax;
    case B::LOGISTIC: case B::TANH: case B::ELU: case B::HARD_SWISH: case B::EXP: case B::LOG: case B::SQRT:
    case B::ABS: case B::NEG: case B::SQUARE: case B::RELU: case B::RELU6: case B::LEAKY_RELU:
    case B::RELU_N1_TO_1: case B::RELU_0_TO_1: case B::GELU: return import_unary;
    case B::PRELU: return import_prelu;
    case B::QUANTIZE: return import_quantize;
    case B::DEQUANTIZE: return import_dequantize;
    case B::RESHAPE: case B::SQUEEZE: case B::EXPAND_DIMS: return import_reshape;
    case B::TRANSPOSE: return import_transpose;
    case B::PAD: case B::PADV2: return import_pad;
    case B::SHAPE: return import_shape;
    case B::PACK: return import_pack;
    case B::STRIDED_SLICE: return import_strided_slice;
    case B::SLICE: return import_slice;
    case B::REVERSE_V2: return import_reverse;
    case B::SPLIT: return import_split;
    case B::SPLIT_V: return import_split_v;
    case B::UNPACK: return import_unpack;
    case B::GATHER: return import_gather;
    case B::CAST: return import_cast;
    case B::ARG_MAX: return import_arg_max;
    case B::SPACE_TO_BATCH_ND: return import_space_to_batch;
    case B::BATCH_TO_SPACE_ND: return import_batch_to_space;
    case B::UNIDIRECTIONAL_SEQUENCE_LSTM: return import_lstm;
    case B::WHILE: return import_while;
    default: return nullptr;
  }
}

}  // namespace nacre::tools
