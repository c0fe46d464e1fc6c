// RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR: images of another height and width, an axis after the other.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

/// The height and width of the result. Refuses what is no image, or grows beyond 16 bits.
std::vector<std::int64_t> sizes_of(const Call& call) {
  const std::vector<std::int64_t> sizes = call.importer.integer_constant(call.input(1));
  if (call.type(0).shape.size() != 4 || sizes.size() != 2) call.refuse("resizes another tensor than an image");
  for (const std::int64_t size : sizes)
    if (size < 1 || size > 0xffff) call.refuse(fmt::format("resizes to {}", size));
  return sizes;
}

/// For each place along an axis of the result the one of the input that is nearest, by TensorFlow Lite's formula in
/// float32.
std::vector<std::int64_t> nearest(const tflite::ResizeNearestNeighborOptions& options, std::int64_t from,
                                  std::int64_t to) {
  const bool aligned = options.align_corners() && to > 1;
  const float scale = aligned ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
                              : static_cast<float>(from) / static_cast<float>(to);
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < to; ++i) {
    const float place = (static_cast<float>(i) + (options.half_pixel_centers() ? 0.5f : 0.0f)) * scale;
    places.push_back(std::clamp<std::int64_t>(
        static_cast<std::int64_t>(options.align_corners() ? std::round(place) : std::floor(place)), 0, from - 1));
  }
  return places;
}

void import_resize_nearest(const Call& call) {
  const auto& options = call.options<tflite::ResizeNearestNeighborOptions>();
  const std::vector<std::int64_t> sizes = sizes_of(call);
  const Dimensions x = call.type(0).shape;
  ValueId y = call.value(0);
  for (std::size_t axis = 1; axis <= 2; ++axis) {
    const std::vector<std::int64_t> places = nearest(options, x[axis], sizes[axis - 1]);
    const std::int64_t count = sizes[axis - 1] / x[axis];
    bool repeats = sizes[axis - 1] % x[axis] == 0;
    for (std::size_t i = 0; i < places.size() && repeats; ++i)
      repeats = places[i] == static_cast<std::int64_t>(i) / count;
    if (repeats) {
      Dimensions counts(4, 1);
      counts[axis] = count;
      y = add_repeat(call.graph(), y, counts, Repeat::elements, call.name);
      continue;
    }
    const ValueId indices = call.graph().add_constant(Array::of(ElementType::int32, {sizes[axis - 1]}, places),
                                                      DataType::int32);
    y = call.graph().add(parameters::Gather{.behind = static_cast<std::uint8_t>(3 - axis)}, {y, indices}, call.name);
  }
  call.define(y);
}

/// What a program of one type leaves.
ValueId computed(const Call& call, DataType type, std::initializer_list<std::pair<M, Operand>> steps, Program program,
                 std::vector<ValueId> inputs, const char* suffix) {
  for (const auto& [function, operand] : steps)
    program.then(function, type, {program.empty() ? input_of_program(0) : kOutputOfProgram, operand});
  return call.graph().add_map(program, std::move(inputs), call.name + suffix);
}

constexpr std::int64_t kOne = 1 << 10;  // what the shares of two pixels add up to

/// Along an axis of whole numbers, kOne times what lies between two pixels, by TensorFlow Lite's formula in integers.
ValueId between_integers(const Call& call, ValueId x, std::size_t axis, std::int64_t to) {
  Graph& graph = call.graph();
  const DataType type = graph.type(x).type;
  const auto& options = call.options<tflite::ResizeBilinearOptions>();
  const std::int64_t from = graph.shape(x)[axis];
  const bool aligned = options.align_corners() && to > 1;
  const std::int64_t scale = aligned ? (kOne * (from - 1) + (to - 1) / 2) / (to - 1) : (kOne * from + to / 2) / to;
  Integers first, second, share;
  for (std::int64_t i = 0; i < to; ++i) {
    const std::int64_t place = options.half_pixel_centers() ? i * scale + scale / 2 - kOne / 2 : i * scale;
    first.push_back(std::clamp<std::int64_t>(place / kOne, 0, from - 1));
    second.push_back(std::min((place + kOne - 1) / kOne, from - 1));
    share.push_back(place - kOne * first.back());
  }
  const auto taken = [&](ValueId of, const Integers& places) {
    const parameters::Gather gather{.behind = static_cast<std::uint8_t>(3 - axis)};
    const ValueId indices = graph.add_constant(Array::of(ElementType::int32, {to}, places), DataType::int32);
    return graph.add(gather, {of, indices}, call.name + "_places");
  };
  Dimensions shape(4, 1);
  shape[axis] = to;
  const ElementType element = type == DataType::float64 ? ElementType::float64 : ElementType::int32;
  const ValueId shares = graph.add_constant(Array::of(element, shape, share), type);
  Program scaled;
  const Operand one = scaled.literal(kOne, type);
  const ValueId base = taken(computed(call, type, {{M::multiply, one}}, scaled, {x}, "_scaled"), first);
  return computed(call, type,
                  {{M::subtract, input_of_program(1)},
                   {M::multiply, input_of_program(2)},
                   {M::add, input_of_program(3)}},
                  {}, {taken(x, second), taken(x, first), shares, base}, "_between");
}

/// Of a sum of kOne * kOne shares: the nearest integer, halves away from 0.
ValueId rounded_share(const Call& call, ValueId sum) {
  const DataType type = call.graph().type(sum).type;
  Program program;
  if (type == DataType::float64) {
    program.then(M::multiply, type, {input_of_program(0), program.literal(1.0 / (kOne * kOne), type)});
    program.then(M::nearest_away, type, {kOutputOfProgram});
    const ValueId rounded = call.graph().add_map(program, {sum}, call.name + "_rounded");
    return cast_to(call.graph(), rounded, DataType::int32, call.name + "_whole");
  }
  // A negative half is a half below its integer only with one unit less than a positive one.
  const Operand zero = program.literal(0, DataType::int32), whole = program.literal(kOne * kOne, DataType::int32),
                half = program.literal(kOne * kOne / 2 - 1, DataType::int32);
  return computed(call, type,
                  {{M::greater_equal, zero}, {M::add, input_of_program(1)}, {M::add, half}, {M::floor_divide, whole}},
                  std::move(program), {sum, sum}, "_rounded");
}

/// Of stored numbers: the mean of four pixels, in float64 where 32 bits hold too few shares.
void import_bilinear_integers(const Call& call, const std::vector<std::int64_t>& sizes) {
  const DataType stored = call.type(0).type;
  ValueId sum = stored_numbers(call, 0);
  if (stored == DataType::int16) sum = cast_to(call.graph(), sum, DataType::float64, call.name + "_wide");
  for (std::size_t axis = 1; axis <= 2; ++axis) sum = between_integers(call, sum, axis, sizes[axis - 1]);
  call.define(stored_as(call.graph(), rounded_share(call, sum), stored, call.name));
}

void import_resize_bilinear(const Call& call) {
  const auto& options = call.options<tflite::ResizeBilinearOptions>();
  const std::vector<std::int64_t> sizes = sizes_of(call);
  if (call.type(0).type != DataType::float32) return import_bilinear_integers(call, sizes);
  ValueId y = call.value(0);
  for (std::size_t axis = 1; axis <= 2; ++axis) {
    const std::int64_t from = call.type(0).shape[axis], to = sizes[axis - 1];
    if (from == to) continue;
    y = add_resized(call.graph(), y, axis, between(from, to, options.align_corners(), options.half_pixel_centers()),
                    call.name);
  }
  call.define(y);
}

}  // namespace

std::vector<TfliteOperator> resize_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::RESIZE_BILINEAR, import_resize_bilinear, nullptr, {O::clip}, 0, 0,
       {DataType::int8, DataType::uint8, DataType::int16}},
      {B::RESIZE_NEAREST_NEIGHBOR, import_resize_nearest, nullptr, {O::gather}},
  };
}

}  // namespace nacre::tools
