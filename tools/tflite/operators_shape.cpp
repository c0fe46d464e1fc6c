// Integers that the file computes from shapes and constants. Every shape is known at conversion, so that these are too:
// the products and pieces by which TensorFlow flattens a batch of unknown size, and unflattens it.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "tools/operators/shapes.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using B = tflite::BuiltinOperator;

constexpr std::size_t kMost = 1 << 20;  // numbers: what is longer is data, and no shape

Integers known(const Call& call, unsigned i) { return call.importer.integer_constant(call.input(i)); }

std::int64_t combine(const Call& call, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflows = false;
  switch (call.code()) {
    case B::ADD: overflows = __builtin_add_overflow(a, b, &result); break;
    case B::SUB: overflows = __builtin_sub_overflow(a, b, &result); break;
    case B::MUL: case B::REDUCE_PROD: overflows = __builtin_mul_overflow(a, b, &result); break;
    case B::SUM: overflows = __builtin_add_overflow(a, b, &result); break;
    case B::MAXIMUM: case B::REDUCE_MAX: result = std::max(a, b); break;
    case B::MINIMUM: case B::REDUCE_MIN: result = std::min(a, b); break;
    default: {  // divisions
      if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min()))
        call.refuse(fmt::format("divides {} by {}", a, b));
      const bool floors = call.code() != B::DIV && a % b != 0 && (a < 0) != (b < 0);
      result = call.code() == B::FLOOR_MOD ? a % b + (floors ? b : 0) : a / b - (floors ? 1 : 0);
    }
  }
  if (overflows) call.refuse("computes an integer beyond 64 bits");
  return result;
}

tflite::ActivationFunctionType fused(const Call& call) {
  switch (call.op.builtin_options_type()) {
    case tflite::BuiltinOptions::AddOptions: return call.options<tflite::AddOptions>().fused_activation_function();
    case tflite::BuiltinOptions::SubOptions: return call.options<tflite::SubOptions>().fused_activation_function();
    case tflite::BuiltinOptions::MulOptions: return call.options<tflite::MulOptions>().fused_activation_function();
    case tflite::BuiltinOptions::DivOptions: return call.options<tflite::DivOptions>().fused_activation_function();
    default: return tflite::ActivationFunctionType::NONE;
  }
}

/// What a slice takes of numbers of that shape.
Integers taken(const Integers& numbers, const Dimensions& shape, const parameters::Slice& slice) {
  const Dimensions size(slice.size, slice.size + shape.size());
  Integers part(static_cast<std::size_t>(TensorType{DataType::int32, size}.size()));
  for (std::size_t i = 0; i < part.size(); ++i) {
    Dimensions at = coordinates(i, size);
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] = slice.begin[axis] + at[axis] * slice.stride[axis];
    part[i] = numbers.at(flat_index(at, shape));
  }
  return part;
}

}  // namespace

std::vector<Integers> joined_integers(const Call& call) {
  const std::size_t rank = call.output_type().shape.size();
  const int axis = call.code() == B::PACK ? call.options<tflite::PackOptions>().axis()
                                          : call.options<tflite::ConcatenationOptions>().axis();
  if (axis_of(call, axis, rank) != 0) return {};
  Integers result;
  for (unsigned i = 0; i < call.inputs(); ++i) {
    const Integers part = known(call, i);
    result.insert(result.end(), part.begin(), part.end());
  }
  return {result};
}

std::vector<Integers> gathered_integers(const Call& call) {
  if (call.type(0).shape.size() != 1) return {};
  const Integers shape = known(call, 0);
  Integers result;
  for (const std::int64_t place : known(call, 1)) {
    if (place < 0 || place >= static_cast<std::int64_t>(shape.size()))
      call.refuse(fmt::format("gathers place {} of {}", place, shape.size()));
    result.push_back(shape[static_cast<std::size_t>(place)]);
  }
  return {result};
}

/// Of all numbers of a row.
std::vector<Integers> reduced_integers(const Call& call) {
  const Integers numbers = known(call, 0);
  if (call.code() == B::MEAN || call.type(0).shape.size() > 1 || known(call, 1).size() != call.type(0).shape.size() ||
      numbers.empty())
    return {};
  return {{std::accumulate(numbers.begin() + 1, numbers.end(), numbers[0],
                           [&](std::int64_t a, std::int64_t b) { return combine(call, a, b); })}};
}

std::vector<Integers> combined_integers(const Call& call) {
  const Integers a = known(call, 0), b = known(call, 1);
  const bool fits =
      a.size() == b.size() ? call.type(0).shape == call.type(1).shape || a.size() == 1 : a.size() == 1 || b.size() == 1;
  if (!fits || fused(call) != tflite::ActivationFunctionType::NONE) return {};
  Integers result(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = combine(call, a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]);
  return {result};
}

/// Of RESHAPE, SQUEEZE, EXPAND_DIMS, and of CAST to another width.
std::vector<Integers> same_integers(const Call& call) {
  const Integers numbers = known(call, 0);
  if (call.code() == B::CAST && call.importer.tensor(call.output()).type() == tflite::TensorType::INT32)
    for (const std::int64_t number : numbers)
      if (number != static_cast<std::int32_t>(number)) call.refuse(fmt::format("casts {} to int32", number));
  return {numbers};
}

std::vector<Integers> filled_integers(const Call& call) {
  std::int64_t size = 1;
  const Integers shape = call.code() == B::FILL ? known(call, 0) : call.type(0).shape;
  for (const std::int64_t length : shape)
    if (length < 0 || __builtin_mul_overflow(size, length, &size) || size > static_cast<std::int64_t>(kMost))
      call.refuse("fills an impossible shape");
  return {Integers(static_cast<std::size_t>(size), call.code() == B::FILL ? known(call, 1).at(0) : 0)};
}

std::vector<Integers> sliced_integers(const Call& call) {
  return {taken(known(call, 0), call.type(0).shape, call.code() == B::SLICE ? slice_of(call) : strided_slice_of(call))};
}

/// Of SPLIT, SPLIT_V and UNPACK: the outputs follow each other.
std::vector<Integers> split_integers(const Call& call) {
  const unsigned data = call.row.data;
  if (call.type(data).shape.size() != 1) return {};
  const Integers numbers = known(call, data);
  std::vector<Integers> parts;
  std::size_t begin = 0;
  for (unsigned i = 0; i < call.outputs(); ++i) {
    const auto size = static_cast<std::size_t>(call.output_type(i).size());
    if (size > numbers.size() - begin) call.refuse("splits an axis into parts that are not as long as it");
    parts.emplace_back(numbers.begin() + static_cast<std::ptrdiff_t>(begin),
                       numbers.begin() + static_cast<std::ptrdiff_t>(begin + size));
    begin += size;
  }
  if (begin != numbers.size()) call.refuse("splits an axis into parts that are not as long as it");
  return parts;
}

/// Of RANGE: from a start, by steps, up to a limit.
std::vector<Integers> counted_integers(const Call& call) {
  const std::int64_t start = known(call, 0).at(0), limit = known(call, 1).at(0), step = known(call, 2).at(0);
  if (step == 0) call.refuse("counts by 0");
  Integers result;
  for (std::int64_t i = start; step > 0 ? i < limit : i > limit;) {
    result.push_back(i);
    if (result.size() > kMost || __builtin_add_overflow(i, step, &i)) call.refuse("counts too far");
  }
  return {result};
}

/// The shape that two shapes are broadcast to.
std::vector<Integers> broadcast_integers(const Call& call) {
  Integers a = known(call, 0), b = known(call, 1);
  if (a.size() < b.size()) std::swap(a, b);
  b.insert(b.begin(), a.size() - b.size(), 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1) call.refuse("broadcasts shapes that do not fit");
    if (a[i] == 1) a[i] = b[i];
  }
  return {a};
}

namespace {

void import_shape(const Call& call) { call.define_integers(call.type(0).shape); }

/// A constant: its shape is known.
void import_fill(const Call& call) {
  const Integers shape = call.importer.integer_constant(call.input(0));
  std::int64_t size = 1;
  for (const std::int64_t length : shape)
    if (length <= 0 || __builtin_mul_overflow(size, length, &size) || size > static_cast<std::int64_t>(kMost))
      call.refuse("fills an impossible shape");
  const DataType type = call.output_type().type;
  const auto count = static_cast<std::size_t>(size);
  if (type == DataType::float32)
    return call.define(call.graph().add_constant(Array::of(
        ElementType::float32, shape, std::vector<double>(count, call.importer.real_constant(call.input(1)).at(0)))));
  if (type != DataType::int8) refuse_type(call, type_name(type));
  call.define(call.graph().add_constant(
      Array::of(ElementType::int8, shape, Integers(count, call.importer.integer_constant(call.input(1)).at(0))), type));
}

void import_zeros_like(const Call& call) {
  const TensorType type = call.type(0);
  if (type.type != DataType::float32) refuse_type(call, type_name(type.type));
  call.define(call.graph().add_constant(
      Array::of(ElementType::float32, type.shape, std::vector<double>(static_cast<std::size_t>(type.size()), 0.0))));
}

}  // namespace

std::vector<TfliteOperator> shape_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::SHAPE, import_shape, nullptr, {O::reshape}},
      {B::FILL, import_fill, filled_integers, {O::reshape}},
      {B::ZEROS_LIKE, import_zeros_like, filled_integers, {O::reshape}},
      {B::RANGE, nullptr, counted_integers, {}},
      {B::BROADCAST_ARGS, nullptr, broadcast_integers, {}},
  };
}

}  // namespace nacre::tools
