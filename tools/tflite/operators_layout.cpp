// Operators that move elements, change their type, or compute shapes (which are known here).

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tools/graph/moves.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// From or to int16.
ValueId requantized_int16(const Call& call, ValueId value, double factor) {
  Graph& graph = call.graph();
  const std::int32_t zero_point = graph.values[value].quantization.zero_point.at(0);
  ValueId stored = cast_to(graph, value, DataType::int32, call.name + "_stored");
  if (zero_point != 0) stored =
      add_function_with(graph, MapFunction::subtract, stored, zero_point, call.name + "_centred");
  const ValueId y = rescaled_output(call, stored, factor);
  graph.values[y].quantization = call.output_quantization();
  return y;
}

/// `value` brought to the quantisation of the call's output, where it has another.
ValueId requantized(const Call& call, ValueId value) {
  const Quantization& from = call.graph().values[value].quantization;
  const Quantization& to = call.output_quantization();
  const auto type = call.graph().type(value).type;
  if (from.scale.empty() || to.scale.empty() ||
      (from.scale == to.scale && from.zero_point == to.zero_point && type == call.output_type().type))
    return value;
  if (type == DataType::int16 || call.output_type().type == DataType::int16)
    return requantized_int16(call, value, static_cast<double>(from.scale.at(0)) / to.scale.at(0));
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

bool takes_or_gives_words(const Call& call) {
  const auto is_word = [&](int tensor) { return is_unsigned_word(call.importer.tensor(tensor).type()); };
  return is_word(call.input(0)) || is_word(call.output());
}

/// Between int32 and integers of 32 bits without a sign, which stand in float64: a number below 0 and one from 2^31 on
/// stand for each other.
void import_cast_of_words(const Call& call) {
  using T = tflite::TensorType;
  constexpr DataType kWide = DataType::float64;
  constexpr double kWord = 4294967296, kHalf = kWord / 2;
  const T from = call.importer.tensor(call.input(0)).type(), to = call.importer.tensor(call.output()).type();
  if (from == T::UINT64 || to == T::UINT64 || (from == T::UINT32) == (to == T::UINT32))
    refuse_type(call, type_name(from));
  Graph& graph = call.graph();
  const auto moved = [&](ValueId x, MapFunction function, double limit, double distance) {
    Program program;
    program.then(function, kWide, {input_of_program(0), program.literal(limit, kWide)});
    program.then(MapFunction::multiply, kWide, {kOutputOfProgram, program.literal(distance, kWide)});
    const ValueId by = graph.add_map(program, {x}, call.name + "_distance");
    return add_functions(graph, {MapFunction::add}, {x, by}, call.name + "_moved");
  };
  if (from == T::UINT32) {
    if (to != T::FLOAT32 && to != T::INT32) refuse_type(call, type_name(from));
    const ValueId word = call.value(0);
    const ValueId whole = to == T::INT32 ? moved(word, MapFunction::greater_equal, kHalf, -kWord) : word;
    return call.define(cast_to(graph, whole, call.output_type().type, call.name));
  }
  if (from != T::INT32) refuse_type(call, type_name(from));
  const ValueId x = cast_to(graph, stored_numbers(call, 0), kWide, call.name + "_wide");
  const ValueId above = moved(x, MapFunction::greater_equal, 0, -kWord);  // what is not below 0 moves down, then all up
  call.define(add_function_with(graph, MapFunction::add, above, kWord, call.name));
}

}  // namespace

/// Integers as those of another width: the low bits, with their sign.
ValueId wrapped(const Call& call, ValueId x, DataType to) {
  if (to == DataType::int32 || to == DataType::boolean) return x;
  const double width = to == DataType::int16 ? 65536 : 256, least = to == DataType::uint8 ? 0 : -width / 2;
  Program program;
  const Operand below = program.literal(least, DataType::int32);
  program.then(MapFunction::subtract, DataType::int32, {input_of_program(0), below});
  program.then(MapFunction::remainder, DataType::int32, {kOutputOfProgram, program.literal(width, DataType::int32)});
  program.then(MapFunction::add, DataType::int32, {kOutputOfProgram, below});
  return call.graph().add_map(program, {x}, call.name + "_wrapped");
}

/// Integers of an input that nothing else reads need no kernel to become real numbers: the input takes these. Bytes are
/// dequantised; other casts are programs. Conditions are int32, 1 or 0.
void import_cast(const Call& call) {
  Graph& graph = call.graph();
  const DataType from = call.type(0).type;
  const bool to_condition = call.importer.tensor(call.output()).type() == tflite::TensorType::BOOL;
  const DataType to = to_condition ? DataType::int32 : call.output_type().type;
  const ValueId x = call.value(0);
  if (takes_or_gives_words(call)) return import_cast_of_words(call);
  if (to_condition && call.importer.tensor(call.input(0)).type() != tflite::TensorType::BOOL) {
    const DataType type = from == DataType::float32 || from == DataType::float64 ? from : DataType::int32;
    Program program;  // whether it is not 0
    program.then(MapFunction::equal, type, {input_of_program(0), program.literal(0, type)});
    program.then(MapFunction::subtract, type, {program.literal(1, type), kOutputOfProgram});
    const ValueId y = graph.add_map(program, {cast_to(graph, x, type, call.name + "_wide")}, call.name);
    return call.define(cast_to(graph, y, DataType::int32, call.name + "_condition"));
  }
  if (from == to) return call.define(x);
  if (to == DataType::float32 && (from == DataType::int8 || from == DataType::uint8))
    return call.define(real_numbers(call, 1, 0));
  const bool is_input = std::ranges::count(graph.inputs, x, &Port::value) > 0;
  if (is_input && from == DataType::int32 && to == DataType::float32 && call.importer.is_read_once(call.input(0))) {
    graph.values[x].type.type = to;
    return call.define(x);
  }
  if (to == DataType::float32 || to == DataType::float64 || to == DataType::int32)
    return call.define(cast_to(graph, x, to, call.name));
  const ValueId whole = cast_to(graph, x, DataType::int32, call.name + "_whole");
  call.define(stored_as(graph, wrapped(call, whole, to), to, call.name));
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
  if (import_replaced_part(call)) return;
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

/// x / scale, rounded half away from zero, + zero point, as int16.
ValueId quantised_int16(const Call& call, const Quantization& q) {
  Graph& graph = call.graph();
  Program program;
  program.then(MapFunction::divide, DataType::float32,
               {input_of_program(0), program.literal(q.scale.at(0), DataType::float32)});
  program.then(MapFunction::nearest_away, DataType::float32, {kOutputOfProgram});
  cast_in(program, DataType::float32, DataType::int32);
  if (q.zero_point.at(0) != 0)
    program.then(MapFunction::add, DataType::int32,
                 {kOutputOfProgram, program.literal(q.zero_point[0], DataType::int32)});
  return stored_as(graph, graph.add_map(program, {call.value(0)}, call.name + "_steps"), DataType::int16, call.name);
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
  if (to == DataType::int16) return call.define(quantised_int16(call, q));
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
  if (q.scale.size() != 1) call.refuse("lacks quantisation parameters");
  if (call.type(0).type == DataType::int16 || call.type(0).type == DataType::int32) {
    const ValueId real = cast_to(call.graph(), centred_numbers(call, 0), DataType::float32, call.name + "_steps");
    return call.define(add_function_with(call.graph(), MapFunction::multiply, real, q.scale[0], call.name));
  }
  if (call.type(0).type != DataType::int8 && call.type(0).type != DataType::uint8)
    refuse_type(call, type_name(call.type(0).type));
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
  if (call.type(0).type != DataType::float32) {
    const Quantization &x = call.quantization(0), &value = call.has_input(2) ? call.quantization(2) : x;
    if (value.scale != x.scale || value.zero_point != x.zero_point) call.refuse("pads with a value of another scale");
    table.zero_point = call.has_input(2)
                           ? static_cast<std::int32_t>(call.importer.integer_constant(call.input(2)).at(0))
                           : x.zero_point.empty() ? 0 : x.zero_point.at(0);
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
  if (!call.importer.is_known(call.input(1)) || !call.importer.is_known(call.input(2)))
    return import_computed_strided_slice(call);
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
      {B::QUANTIZE, import_quantize, nullptr, {O::quantize, O::requantize}, 0, 0, {DataType::int16}},
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
