#include "tools/onnx/programs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tools/graph/moves.hpp"
#include "tools/onnx/bounds.hpp"
#include "tools/onnx/places.hpp"

namespace nacre::tools {

using F = MapFunction;

ValueId apply(const OnnxCall& call, F f, std::vector<ValueId> inputs) {
  return add_functions(call.graph(), {f}, std::move(inputs), call.name());
}

ValueId apply(const OnnxCall& call, F f, ValueId x, double number) {
  return add_function_with(call.graph(), f, x, number, call.name());
}

ValueId scalar(const OnnxCall& call, double number, DataType type) { return real_constant(call, {}, {number}, type); }

ValueId from_number(const OnnxCall& call, double number, ValueId x) {
  const DataType type = call.graph().type(x).type;
  Program program;
  program.then(F::subtract, type, {program.literal(number, type), input_of_program(0)});
  return call.graph().add_map(program, {x}, call.name());
}

ValueId as_type(const OnnxCall& call, ValueId x, DataType type) {
  const DataType from = call.graph().type(x).type;
  if (from == type) return x;
  Program program;
  program.instructions.push_back({F::cast, from, type, {input_of_program(0)}});
  return call.graph().add_map(program, {x}, call.name());
}

ValueId as_condition(const OnnxCall& call, ValueId x) { return as_type(call, x, call.device_type(OnnxType::boolean)); }

ValueId choose(const OnnxCall& call, ValueId condition, ValueId a, ValueId b) {
  const DataType type = call.graph().type(a).type;
  return apply(call, F::where, {as_type(call, condition, type), a, b});
}

ValueId negated(const OnnxCall& call, ValueId condition) { return from_number(call, 1, condition); }

ValueId modulo(const OnnxCall& call, ValueId x, ValueId n) {
  if (call.graph().type(x).type != DataType::float64) return apply(call, F::remainder, {x, n});
  return apply(call, F::subtract, {x, apply(call, F::multiply, {n, apply(call, F::floor_divide, {x, n})})});
}

ValueId quotient(const OnnxCall& call, ValueId a, ValueId b) {
  const ValueId whole = apply(call, F::floor_divide, {apply(call, F::absolute, {a}), apply(call, F::absolute, {b})});
  const ValueId sign = apply(call, F::multiply, {apply(call, F::sign, {a}), apply(call, F::sign, {b})});
  return apply(call, F::multiply, {whole, sign});
}

ValueId wrapped(const OnnxCall& call, ValueId x, OnnxType type) {
  if (is_real(type) || type == OnnxType::int32 || call.is_folding()) return x;
  if (!fits_int32(type)) {
    const auto bounds = integer_bounds(call.graph(), x);
    if (bounds && (type == OnnxType::int64 || bounds->least >= 0)) return x;
    call.refuse(onnx_type_name(type) + " has no arithmetic on the device, which computes with integers of 32 bits",
                "cast to int32 or float32 before");
  }
  const bool is_byte = type == OnnxType::int8 || type == OnnxType::uint8;
  const double values = is_byte ? 256 : 65536;
  const auto rest = [&](ValueId v) { return apply(call, F::remainder, v, values); };
  if (type == OnnxType::uint8 || type == OnnxType::uint16) return rest(x);
  return apply(call, F::subtract, rest(apply(call, F::add, x, values / 2)), values / 2);
}

ValueId reduced(const OnnxCall& call, ValueId x, ReduceFunction f, const std::vector<std::size_t>& axes) {
  if (axes.empty()) return x;
  unsigned bits = 0;
  for (const std::size_t axis : axes) bits |= 1u << axis;
  return add_reduced(call.graph(), x, f, bits, call.name());
}

ValueId reshaped_to(const OnnxCall& call, ValueId x, const Dimensions& shape) {
  const GraphValue& value = call.graph().values[x];
  if (value.type.shape == shape) return x;
  if (!value.constant) return call.graph().add(reshape_to(shape, call.name()), {x});
  const DataType type = value.type.type;
  return call.graph().add_constant(value.constant->reshaped(shape), type);
}

ValueId permuted(const OnnxCall& call, ValueId x, const std::vector<std::size_t>& order) {
  parameters::Permute table;
  bool moves = false;
  for (std::size_t i = 0; i < order.size(); ++i)
    table.permutation[i] = static_cast<std::uint8_t>(order[i]), moves = moves || order[i] != i;
  if (!moves) return x;
  const GraphValue& value = call.graph().values[x];
  if (!value.constant) return call.graph().add(table, {x});
  Dimensions shape;
  for (const std::size_t axis : order) shape.push_back(value.type.shape[axis]);
  const DataType type = value.type.type;
  const std::vector<std::size_t> places = places_of_permutation(order, value.type.shape);
  return call.graph().add_constant(picked(*value.constant, shape, places), type);
}

ValueId sliced(const OnnxCall& call, ValueId x, std::size_t axis, std::int64_t begin, std::int64_t size,
               std::int64_t stride) {
  parameters::Slice table = slice_of_all(call.graph().shape(x));
  if (size < 1) call.refuse("makes a tensor without elements");
  if (begin == 0 && stride == 1 && size == call.graph().shape(x)[axis]) return x;
  table.begin[axis] = static_cast<std::int32_t>(begin), table.size[axis] = static_cast<std::int32_t>(size);
  table.stride[axis] = static_cast<std::int32_t>(stride);
  const GraphValue& value = call.graph().values[x];
  if (!value.constant) return call.graph().add(table, {x});
  OnnxSlice slice{Dimensions(value.type.shape.size(), 0), Dimensions(value.type.shape.size(), 1), value.type.shape};
  slice.begin[axis] = begin, slice.stride[axis] = stride, slice.size[axis] = size;
  const DataType type = value.type.type;
  return call.graph().add_constant(picked(*value.constant, slice.size, places_of_slice(slice, value.type.shape)), type);
}

ValueId concatenated(const OnnxCall& call, const std::vector<ValueId>& parts, std::size_t axis) {
  if (parts.size() == 1) return parts[0];
  return call.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, parts, call.name());
}

ValueId int_constant(const OnnxCall& call, const Dimensions& shape, const std::vector<std::int64_t>& numbers) {
  return call.graph().add_constant(Array::of(ElementType::int32, shape, numbers), DataType::int32);
}

ValueId real_constant(const OnnxCall& call, const Dimensions& shape, const std::vector<double>& numbers,
                      DataType type) {
  const ElementType element = type == DataType::float32   ? ElementType::float32
                              : type == DataType::float64 ? ElementType::float64
                                                          : ElementType::int32;
  return call.graph().add_constant(Array::of(element, shape, numbers), type);
}

std::int32_t as_int32(double number) {
  return std::isnan(number) ? 0 : static_cast<std::int32_t>(std::clamp<double>(number, INT32_MIN, INT32_MAX));
}

std::vector<std::size_t> axes_from(std::size_t first, std::size_t rank) {
  std::vector<std::size_t> axes;
  for (std::size_t axis = first; axis < rank; ++axis) axes.push_back(axis);
  return axes;
}

}  // namespace nacre::tools
