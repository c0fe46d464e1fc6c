// Operators that move elements, change their type, or compute shapes (which are known here).

#include <fmt/format.h>

#include <optional>

#include "tools/graph/moves.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"
#include "tools/tflite/types.hpp"

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
  parameters::Requantize table;
  table.input_zero_point = from.zero_point.at(0);
  table.output_zero_point = to.zero_point.at(0);
  table.output_type = call.output_type().type;
  quantize_multiplier(static_cast<double>(from.scale.at(0)) / to.scale.at(0), &table.multiplier, &table.shift);
  constexpr int kMaxShift = 22;  // 9 bits of difference and these fit in 32
  if (table.shift > kMaxShift) call.refuse("has an output scale too small for its input");
  return call.graph().add_quantized(table, {value}, "", to);
}

/// Stored numbers (int8 or uint8) as the real ones that they stand for.
ValueId real_numbers(const Call& call, float scale, std::int32_t zero_point) {
  constexpr std::int32_t kBetween = 128;  // uint8 and int8 of the same number
  ValueId x = call.value(0);
  if (call.type(0).type == DataType::uint8) {
    parameters::Requantize shifted;
    shifted.input_zero_point = zero_point, shifted.output_zero_point = zero_point -= kBetween;
    shifted.output_type = DataType::int8;
    quantize_multiplier(1.0, &shifted.multiplier, &shifted.shift);
    x = call.graph().add_quantized(shifted, {x}, call.name + "_int8", {{scale}, {zero_point}, 0});
  }
  parameters::Dequantize table;
  table.scale = scale, table.zero_point = zero_point;
  return call.graph().add(table, {x}, call.name);
}

}  // namespace

/// Integers of an input that nothing else reads need no kernel to become real numbers: the input takes these. Bytes are
/// dequantised; other casts are programs.
void import_cast(const Call& call) {
  const DataType from = call.type(0).type, to = call.output_type().type;
  const ValueId x = call.value(0);
  if (from == to) return call.define(x);
  if (to == DataType::float32 && (from == DataType::int8 || from == DataType::uint8))
    return call.define(real_numbers(call, 1, 0));
  const auto is_number = [](DataType type) { return type == DataType::float32 || type == DataType::int32; };
  bool is_input = false;
  for (const TflitePort& port : call.importer.signature_.inputs) is_input |= port.tensor == call.input(0);
  if (is_input && from == DataType::int32 && to == DataType::float32 && call.importer.is_read_once(call.input(0))) {
    call.graph().values[x].type.type = to;
    return call.define(x);
  }
  if (!is_number(from) || (!is_number(to) && to != DataType::boolean))
    call.refuse(fmt::format("CAST has no kernel from {} to {}", type_name(from), type_name(to)),
                advice_for(type_name(from)));
  if (to != DataType::boolean) return call.define(cast_to(call.graph(), x, to, call.name));
  Program program;  // whether it is not 0
  program.then(MapFunction::equal, from, {input_of_program(0), program.literal(0, from)});
  program.then(MapFunction::subtract, from, {program.literal(1, from), kOutputOfProgram});
  cast_in(program, from, DataType::int32);
  call.define(call.graph().add_map(program, {x}, call.name));
}

/// Values joined along an axis of their own.
void import_pack(const Call& call) {
  const int rank = static_cast<int>(call.output_type().shape.size()),
            stated = call.options<tflite::PackOptions>().axis();
  const int axis = stated < 0 ? stated + rank : stated;
  if (axis < 0 || axis >= rank) call.refuse("joins an axis that its output lacks");
  parameters::Concatenate table;
  table.axis = static_cast<std::uint8_t>(axis);
  std::vector<ValueId> parts;
  for (unsigned i = 0; i < call.inputs(); ++i) {
    const ValueId part = requantized(call, call.value(i));
    Dimensions shape = call.graph().shape(part);
    if (static_cast<int>(shape.size()) + 1 != rank) call.refuse("joins tensors of another rank");
    shape.insert(shape.begin() + axis, 1);
    parts.push_back(call.graph().add(reshape_to(shape, call.name), {part}));
  }
  call.define(call.graph().add(table, std::move(parts), call.name));
}

void import_concatenation(const Call& call) {
  const auto& options = call.options<tflite::ConcatenationOptions>();
  if (options.fused_activation_function() != tflite::ActivationFunctionType::NONE) call.refuse("fuses an activation");
  const auto rank = static_cast<int>(call.type(0).shape.size());
  const int axis = options.axis() < 0 ? options.axis() + rank : options.axis();
  if (axis < 0 || axis >= rank) call.refuse("joins an axis that its inputs lack");
  parameters::Concatenate table;
  table.axis = static_cast<std::uint8_t>(axis);
  std::vector<ValueId> inputs;
  for (unsigned i = 0; i < call.inputs(); ++i)
    inputs.push_back(requantized(call, call.value(i)));
  call.define(call.graph().add(table, std::move(inputs), call.name));
}

void import_quantize(const Call& call) {
  const ValueId x = call.value(0);
  const Quantization& q = call.output_quantization();
  if (q.scale.empty()) call.refuse("lacks quantisation parameters");
  if (call.type(0).type != DataType::float32) {
    const ValueId result = requantized(call, x);
    call.define(result == x ? call.graph().add(parameters::Copy{}, {x}, call.name) : result);
    return;
  }
  const DataType to = call.output_type().type;
  if (to != DataType::int8 && to != DataType::uint8) refuse_type(call, type_name(to));
  constexpr std::int32_t kBetween = 128;  // uint8 and int8 of the same number
  parameters::Quantize table;
  table.scale = q.scale.at(0);
  table.zero_point = q.zero_point.at(0) - (to == DataType::uint8 ? kBetween : 0);
  const ValueId stored = call.graph().add(table, {x}, call.name);
  if (to == DataType::int8) return call.define(stored);
  call.graph().values[stored].quantization = {{q.scale.at(0)}, {q.zero_point.at(0) - kBetween}, 0};
  call.define(requantized(call, stored));
}

void import_dequantize(const Call& call) {
  if (call.importer.is_constant(call.input(0))) {  // float16 weights
    if (call.type(0).shape != call.output_type().shape)
      call.refuse("dequantises a constant of another shape");
    call.importer.constant_of_[static_cast<std::size_t>(call.output())] =
        call.importer.constant_of_[static_cast<std::size_t>(call.input(0))];
    return;
  }
  const Quantization& q = call.quantization(0);
  if (call.type(0).type != DataType::int8 && call.type(0).type != DataType::uint8)
    refuse_type(call, type_name(call.type(0).type));
  if (q.scale.size() != 1) call.refuse("lacks quantisation parameters");
  call.define(real_numbers(call, q.scale.at(0), q.zero_point.at(0)));
}

void import_reshape(const Call& call) {
  // Where the file leaves a dimension open, the shape that it computes says what it comes to.
  Dimensions shape = call.output_type().shape;
  if (call.importer.is_open(call.output())) {
    if (call.has_input(1)) {
      shape = call.importer.integer_constant(call.input(1));
    } else {
      const auto* stated = call.options<tflite::ReshapeOptions>().new_shape();
      if (stated == nullptr) call.refuse("lacks the shape that it gives");
      shape.assign(stated->begin(), stated->end());
    }
  }
  call.define(call.graph().add(reshape_to(shape, call.name), {call.value(0)}, call.name));
}

void import_squeeze(const Call& call) {
  const Dimensions from = call.type(0).shape;
  std::set<std::size_t> gone;
  if (call.op.builtin_options_type() == tflite::BuiltinOptions::SqueezeOptions)
    if (const auto* axes = call.options<tflite::SqueezeOptions>().squeeze_dims())
      for (const int axis : *axes) gone.insert(axis_of(call, axis, from.size()));
  Dimensions shape;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (gone.count(axis) > 0 && from[axis] != 1) call.refuse(fmt::format("removes an axis of length {}", from[axis]));
    if (gone.empty() ? from[axis] != 1 : gone.count(axis) == 0) shape.push_back(from[axis]);
  }
  call.define(reshaped(call.graph(), call.value(0), shape));
}

void import_expand_dims(const Call& call) {
  Dimensions shape = call.type(0).shape;
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(1)).at(0), shape.size() + 1);
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  call.define(reshaped(call.graph(), call.value(0), shape));
}

void import_transpose(const Call& call) {
  parameters::Permute table;
  const auto rank = static_cast<std::int64_t>(call.type(0).shape.size());
  const std::vector<std::int64_t> order = call.importer.integer_constant(call.input(1));
  if (std::ssize(order) != rank) call.refuse("permutes other axes than its input has");
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::int64_t axis = order[i] < 0 ? order[i] + rank : order[i];
    if (axis < 0 || axis >= rank) call.refuse(fmt::format("moves the axis {}, which its input lacks", order[i]));
    table.permutation[i] = static_cast<std::uint8_t>(axis);
  }
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

void import_pad(const Call& call) {
  parameters::Pad table;
  const std::vector<std::int64_t> paddings = call.importer.integer_constant(call.input(1));
  if (paddings.size() != 2 * call.type(0).shape.size()) call.refuse("pads another number of axes than its input has");
  for (std::size_t i = 0; i < paddings.size(); ++i) {
    if (paddings[i] < 0 || paddings[i] > 0xffff) call.refuse(fmt::format("pads by {}", paddings[i]));
    (i % 2 == 0 ? table.before : table.after)[i / 2] = static_cast<std::uint16_t>(paddings[i]);
  }
  if (call.is_int8()) {
    const Quantization &x = call.quantization(0), &value = call.has_input(2) ? call.quantization(2) : x;
    if (value.scale != x.scale || value.zero_point != x.zero_point) call.refuse("pads with a value of another scale");
    table.zero_point = call.has_input(2)
                           ? static_cast<std::int32_t>(call.importer.integer_constant(call.input(2)).at(0))
                           : x.zero_point.at(0);
  } else if (call.has_input(2)) {
    table.value = static_cast<float>(call.importer.real_constant(call.input(2)).at(0));
  }
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

namespace {

/// For each axis of the input, the place in the lists of a slice that says what stays of it; none where all does. An
/// ellipsis stands for as many axes as are left over, and a new axis for none: the output's shape has it.
std::vector<std::optional<std::size_t>> entries(const Call& call, const tflite::StridedSliceOptions& options,
                                                std::size_t count, std::size_t rank) {
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

/// The shape of a slice: a new axis has length 1, and an axis of which one place is taken is gone.
Dimensions shape_of_slice(const tflite::StridedSliceOptions& options, std::size_t count,
                          const Dimensions& size) {
  Dimensions shape;
  std::size_t axis = 0, stated = 0;
  for (std::size_t i = 0; i < count; ++i) stated += ((options.ellipsis_mask() | options.new_axis_mask()) >> i & 1) == 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (options.ellipsis_mask() >> i & 1) {
      for (std::size_t left = size.size() - stated; left > 0; --left) shape.push_back(size[axis++]);
    } else if (options.new_axis_mask() >> i & 1) {
      shape.push_back(1);
    } else {
      if ((options.shrink_axis_mask() >> i & 1) == 0) shape.push_back(size[axis]);
      ++axis;
    }
  }
  for (; axis < size.size(); ++axis) shape.push_back(size[axis]);
  return shape;
}

}  // namespace

parameters::Slice strided_slice_of(const Call& call) {
  const auto& options = call.options<tflite::StridedSliceOptions>();
  if (options.offset()) call.refuse("counts its ends from its begins");
  const Dimensions x = call.type(0).shape;
  const auto begins = call.importer.integer_constant(call.input(1)),
             ends = call.importer.integer_constant(call.input(2)),
             strides = call.importer.integer_constant(call.input(3));
  if (ends.size() != begins.size() || strides.size() != begins.size()) call.refuse("has lists of different lengths");
  const auto entry_of = entries(call, options, begins.size(), x.size());
  parameters::Slice table;
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    const std::int64_t length = x[axis];
    std::int64_t stride = 1, begin = 0, end = length;
    if (const auto entry = entry_of[axis]) {
      stride = strides[*entry];
      if (stride == 0 || stride != static_cast<std::int32_t>(stride))
        call.refuse(fmt::format("has a stride of {}", stride));
      const auto within = [&](std::int64_t i) {
        return std::clamp(i < 0 ? i + length : i, stride > 0 ? 0 : std::int64_t{-1}, stride > 0 ? length : length - 1);
      };
      begin = options.begin_mask() >> *entry & 1 ? (stride > 0 ? 0 : length - 1) : within(begins[*entry]);
      end = options.end_mask() >> *entry & 1 ? (stride > 0 ? length : -1) : within(ends[*entry]);
      if (options.shrink_axis_mask() >> *entry & 1) end = begin + 1, stride = 1;
    }
    table.begin[axis] = static_cast<std::int32_t>(begin);
    table.stride[axis] = static_cast<std::int32_t>(stride);
    table.size[axis] =
        static_cast<std::int32_t>(std::max<std::int64_t>(0, (end - begin + stride + (stride > 0 ? -1 : 1)) / stride));
  }
  return table;
}

void import_strided_slice(const Call& call) {
  const parameters::Slice table = strided_slice_of(call);
  const std::size_t count = call.importer.integer_constant(call.input(1)).size();
  const Dimensions size(table.size, table.size + call.type(0).shape.size());
  const Dimensions shape = shape_of_slice(call.options<tflite::StridedSliceOptions>(), count, size);
  call.define(reshaped(call.graph(), call.graph().add(table, {call.value(0)}, call.name), shape));
}

std::vector<TfliteOperator> layout_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::QUANTIZE, import_quantize, nullptr, {O::quantize, O::requantize}},
      {B::DEQUANTIZE, import_dequantize, nullptr, {O::dequantize, O::requantize, O::reshape}},
      {B::CAST, import_cast, same_integers, {O::reshape}},
      {B::RESHAPE, import_reshape, same_integers, {O::reshape}},
      {B::SQUEEZE, import_squeeze, same_integers, {O::reshape}},
      {B::EXPAND_DIMS, import_expand_dims, same_integers, {O::reshape}},
      {B::TRANSPOSE, import_transpose, nullptr, {O::permute}},
      {B::PAD, import_pad, nullptr, {O::pad}},
      {B::PADV2, import_pad, nullptr, {O::pad}},
      {B::CONCATENATION, import_concatenation, joined_integers, {O::concatenate}},
      {B::PACK, import_pack, joined_integers, {O::concatenate}},
      {B::STRIDED_SLICE, import_strided_slice, sliced_integers, {O::slice}},
  };
}

}  // namespace nacre::tools
