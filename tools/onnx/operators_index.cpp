// Operators that take elements by their places, which may be computed.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tools/graph/moves.hpp"
#include "tools/onnx/places.hpp"
#include "tools/onnx/programs.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;
using F = MapFunction;

/// Places of an axis of `length` that may count from the end. A known one outside is refused; the device refuses
/// others.
ValueId places_in(const OnnxCall& call, std::size_t i, std::int64_t length) {
  if (call.is_known(i)) {
    Integers places = call.known_integers(i);
    for (std::int64_t& place : places) {
      if (place < -length || place >= length) call.refuse(fmt::format("takes place {} of {}", place, length));
      if (place < 0) place += length;
    }
    return int_constant(call, call.shape(i), places);
  }
  const ValueId given = call.value(i);
  const ValueId is_negative = apply(call, F::greater, {int_constant(call, {}, {0}), given});
  return apply(call, F::add, {given, apply(call, F::multiply, is_negative, static_cast<double>(length))});
}

void import_gather(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const std::size_t axis = call.axis(call.integer("axis", 0), shape.size());
  const auto behind = static_cast<std::uint8_t>(shape.size() - 1 - axis);
  const ValueId places = places_in(call, 1, shape[axis]);
  call.define(call.graph().add(parameters::Gather{.behind = behind}, {call.value(0), places}, call.name()));
}

void fold_gather(const OnnxCall& call) {
  const Dimensions from = call.shape(0), of_indices = call.shape(1);
  const std::size_t axis = call.axis(call.integer("axis", 0), from.size());
  Dimensions shape(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis));
  shape.insert(shape.end(), of_indices.begin(), of_indices.end());
  shape.insert(shape.end(), from.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.end());
  const Integers indices = call.known_integers(1);
  const std::size_t behind = elements_of({from.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.end()});
  const auto length = static_cast<std::size_t>(from[axis]);
  std::vector<std::size_t> places(elements_of(shape));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::int64_t index = indices.at(i / behind % indices.size());
    if (index < -from[axis] || index >= from[axis]) call.refuse(fmt::format("takes place {} of {}", index, from[axis]));
    const auto place = static_cast<std::size_t>(index < 0 ? index + from[axis] : index);
    places[i] = (i / (behind * indices.size()) * length + place) * behind + i % behind;
  }
  call.define_known(picked(call.known(0), shape, places), call.type());
}

/// Elements of a tensor that has become a row, by computed places in it.
ValueId taken_flat(const OnnxCall& call, ValueId x, ValueId places) {
  const auto count = static_cast<std::int64_t>(elements_of(call.graph().shape(x)));
  return call.graph().add(parameters::Gather{}, {reshaped_to(call, x, {count}), places}, call.name());
}

/// For each element of `shape`, where it would stand in a tensor of `from` with the place 0 along an axis.
ValueId places_without(const OnnxCall& call, const Dimensions& shape, const Dimensions& from, std::size_t axis) {
  Integers places(elements_of(shape));
  for (std::size_t i = 0; i < places.size(); ++i) {
    Dimensions at = coordinates(i, shape);
    at[axis] = 0;
    places[i] = static_cast<std::int64_t>(flat_index(at, from));
  }
  return int_constant(call, shape, places);
}

std::int64_t behind_axis(const Dimensions& shape, std::size_t axis) {
  return static_cast<std::int64_t>(elements_of({shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end()}));
}

void import_gather_elements(const OnnxCall& call) {
  const Dimensions from = call.shape(0), shape = call.shape(1);
  const std::size_t axis = call.axis(call.integer("axis", 0), from.size());
  if (shape.size() != from.size()) call.refuse("has indices of another rank than its input");
  for (std::size_t i = 0; i < from.size(); ++i)
    if (i != axis && shape[i] > from[i]) call.refuse("has more indices than its input has rows");
  if (call.is_folding()) call.refuse("takes elements of a constant");
  const ValueId steps = apply(call, F::multiply, places_in(call, 1, from[axis]),
                              static_cast<double>(behind_axis(from, axis)));
  const ValueId places = apply(call, F::add, {steps, places_without(call, shape, from, axis)});
  call.define(taken_flat(call, call.value(0), places));
}

/// The last axis of the indices holds places along as many axes of x, behind those of the batch.
void import_gather_nd(const OnnxCall& call) {
  const Dimensions from = call.shape(0), of_indices = call.shape(1);
  const std::int64_t batch = call.opset() >= 12 ? call.integer("batch_dims", 0) : 0;
  if (call.is_folding() || of_indices.empty() || batch < 0 || batch + of_indices.back() > std::ssize(from) ||
      batch >= std::ssize(of_indices))
    call.refuse("has more indices than its input has axes");
  const auto first = static_cast<std::size_t>(batch), count = static_cast<std::size_t>(of_indices.back());
  Dimensions shape(of_indices.begin(), of_indices.end() - 1);
  const Dimensions rest(from.begin() + static_cast<std::ptrdiff_t>(first + count), from.end());
  Dimensions flat{1};
  for (std::size_t axis = 0; axis < first + count; ++axis) flat[0] *= from[axis];
  // Where the batch that a row of indices belongs to begins.
  Integers begins(elements_of(shape));
  for (std::size_t i = 0; i < begins.size(); ++i) {
    std::int64_t place = 0;
    const Dimensions at = coordinates(i, shape);
    for (std::size_t axis = 0; axis < first; ++axis) place = place * from[axis] + at[axis];
    for (std::size_t axis = first; axis < first + count; ++axis) place *= from[axis];
    begins[i] = place;
  }
  ValueId places = int_constant(call, shape, begins);
  const ValueId all = call.value(1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t length = from[first + i];
    ValueId own = reshaped_to(call, sliced(call, all, of_indices.size() - 1, static_cast<std::int64_t>(i), 1), shape);
    const ValueId is_negative = apply(call, F::greater, {int_constant(call, {}, {0}), own});
    own = apply(call, F::add, {own, apply(call, F::multiply, is_negative, static_cast<double>(length))});
    std::int64_t step = 1;
    for (std::size_t axis = first + i + 1; axis < first + count; ++axis) step *= from[axis];
    places = apply(call, F::add, {places, apply(call, F::multiply, own, static_cast<double>(step))});
  }
  flat.insert(flat.end(), rest.begin(), rest.end());
  const auto behind = static_cast<std::uint8_t>(rest.size());
  const ValueId x = reshaped_to(call, call.value(0), flat);
  call.define(call.graph().add(parameters::Gather{.behind = behind}, {x, places}, call.name()));
}

/// x with the elements at known places replaced: both lie behind each other, and are taken from there.
void scatter_known(const OnnxCall& call, const std::vector<std::size_t>& targets) {
  const Dimensions shape = call.shape(0);
  const std::size_t count = elements_of(shape);
  Integers sources(count);
  std::iota(sources.begin(), sources.end(), 0);
  for (std::size_t i = 0; i < targets.size(); ++i)
    sources.at(targets[i]) = static_cast<std::int64_t>(count + i);
  const ValueId x = reshaped_to(call, call.value(0), {static_cast<std::int64_t>(count)});
  const ValueId updates = reshaped_to(call, call.value(2), {static_cast<std::int64_t>(targets.size())});
  const ValueId both = concatenated(call, {x, updates}, 0);
  call.define(call.graph().add(parameters::Gather{}, {both, int_constant(call, shape, sources)}, call.name()));
}

void require_plain(const OnnxCall& call) {
  if (call.opset() >= 16 && call.text("reduction", "none") != "none")
    call.refuse("reduces what meets at one place", "leave reduction out");
  if (call.is_folding()) call.refuse("scatters into a constant");
}

void import_scatter_elements(const OnnxCall& call) {
  require_plain(call);
  const Dimensions from = call.shape(0), shape = call.shape(1);
  const std::size_t axis = call.axis(call.integer("axis", 0), from.size());
  const Integers indices = call.known_integers(1);
  std::vector<std::size_t> targets;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    Dimensions at = coordinates(i, shape);
    at.at(axis) = indices[i] < 0 ? indices[i] + from[axis] : indices[i];
    for (std::size_t k = 0; k < from.size(); ++k)
      if (at.at(k) < 0 || at[k] >= from[k]) call.refuse(fmt::format("writes place {} of {}", at[k], from[k]));
    targets.push_back(flat_index(at, from));
  }
  scatter_known(call, targets);
}

void import_scatter_nd(const OnnxCall& call) {
  require_plain(call);
  const Dimensions from = call.shape(0), shape = call.shape(1);
  const Integers indices = call.known_integers(1);
  if (shape.empty() || shape.back() > std::ssize(from)) call.refuse("has more indices than its input has axes");
  const auto count = static_cast<std::size_t>(shape.back());
  const std::size_t behind = elements_of({from.begin() + static_cast<std::ptrdiff_t>(count), from.end()});
  std::vector<std::size_t> targets;
  for (std::size_t row = 0; row * count < indices.size(); ++row) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t stated = indices[row * count + i], own = stated < 0 ? stated + from[i] : stated;
      if (own < 0 || own >= from[i]) call.refuse(fmt::format("writes place {} of {}", stated, from[i]));
      place = place * static_cast<std::size_t>(from[i]) + static_cast<std::size_t>(own);
    }
    for (std::size_t k = 0; k < behind; ++k) targets.push_back(place * behind + k);
  }
  scatter_known(call, targets);
}

/// The second of two values where an index is the place along a new axis, else the first.
void import_one_hot(const OnnxCall& call) {
  const double stated = call.known_reals(1).at(0);
  if (!(stated >= 1 && stated <= (1 << 20))) call.refuse(fmt::format("makes an axis of {}", stated));
  const auto depth = static_cast<std::int64_t>(stated);
  Dimensions shape = call.shape(0), places(shape.size() + 1, 1);
  const std::size_t axis = call.axis(call.integer("axis", -1), shape.size() + 1);
  if (call.is_folding()) call.refuse("makes rows of constants, which Nacre does not fold");
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  places[axis] = depth;
  Integers numbers(static_cast<std::size_t>(depth));
  std::iota(numbers.begin(), numbers.end(), 0);
  ValueId indices = reshaped_to(call, as_type(call, call.value(0), DataType::int32), shape);
  const ValueId is_negative = apply(call, F::greater, {int_constant(call, {}, {0}), indices});
  indices = apply(call, F::add, {indices, apply(call, F::multiply, is_negative, static_cast<double>(depth))});
  const ValueId is_there = apply(call, F::equal, {indices, int_constant(call, places, numbers)});
  const ValueId values = call.value(2);
  const ValueId off = reshaped_to(call, sliced(call, values, 0, 0, 1), {});
  const ValueId on = reshaped_to(call, sliced(call, values, 0, 1, 1), {});
  call.define(choose(call, is_there, on, off), call.type(2));
}

/// The upper or lower triangle of matrices; 0 elsewhere.
void import_trilu(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  if (shape.size() < 2) call.refuse("needs a matrix");
  const std::int64_t diagonal = call.has_input(1) ? call.known_integers(1).at(0) : 0;
  const bool is_upper = call.flag("upper", true);
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
  Integers stays;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column)
      stays.push_back(is_upper ? column >= row + diagonal : column <= row + diagonal);
  const ValueId x = call.value();
  const DataType type = call.graph().type(x).type;
  const ValueId mask = real_constant(call, {rows, columns}, {stays.begin(), stays.end()}, type);
  call.define(apply(call, F::where, {mask, x, scalar(call, 0, type)}));
}

/// y[i] = x[0] + … + x[i] along an axis, or without x[i]; from the other end where it is reversed. In each step what
/// has been added up is added once more as far away as it reaches, so that few steps do.
void import_cumulative(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const std::size_t axis = call.axis(call.known_integers(1).at(0), shape.size());
  const bool is_exclusive = call.flag("exclusive"), is_reversed = call.flag("reverse");
  const auto function = static_cast<F>(call.row().function);
  const std::int64_t length = shape[axis];
  if (!is_real(call.type()) && call.type() != OnnxType::int32 && !call.is_folding())
    call.refuse("adds numbers of " + onnx_type_name(call.type()), "cast to int32 or float32 before");
  ValueId y = is_reversed ? sliced(call, call.value(), axis, length - 1, length, -1) : call.value();
  const DataType type = call.graph().type(y).type;
  const auto shifted = [&](ValueId x, std::int64_t by) {
    Dimensions own = shape;
    own[axis] = by;
    const std::vector<double> start(elements_of(own), function == F::multiply ? 1 : 0);
    return concatenated(call, {real_constant(call, own, start, type), sliced(call, x, axis, 0, length - by)}, axis);
  };
  if (is_exclusive && length == 1) {
    y = real_constant(call, shape, std::vector<double>(elements_of(shape), function == F::multiply ? 1 : 0), type);
  } else if (is_exclusive) {
    y = shifted(y, 1);
  }
  for (std::int64_t by = 1; by < length; by *= 2) y = apply(call, function, {y, shifted(y, by)});
  call.define(is_reversed ? sliced(call, y, axis, length - 1, length, -1) : y);
}

/// What a known condition leaves of an axis, or of all elements.
void import_compress(const OnnxCall& call) {
  const bool has_axis = call.has_attribute("axis");
  const std::size_t axis = has_axis ? call.axis(call.integer("axis", 0), call.shape(0).size()) : 0;
  ValueId x = call.value();
  if (!has_axis) x = reshaped_to(call, x, {static_cast<std::int64_t>(elements_of(call.shape(0)))});
  Integers places;
  const Integers condition = call.known_integers(1);
  for (std::size_t i = 0; i < condition.size(); ++i)
    if (condition[i] != 0) places.push_back(static_cast<std::int64_t>(i));
  if (places.empty() || places.back() >= call.graph().shape(x)[axis])
    call.refuse("leaves nothing, or more than there is");
  const auto behind = static_cast<std::uint8_t>(call.graph().shape(x).size() - 1 - axis);
  call.define(call.graph().add(parameters::Gather{.behind = behind},
                               {x, int_constant(call, {std::ssize(places)}, places)}, call.name()));
}

}  // namespace

std::vector<OnnxOperator> onnx_index_operators() {
  return {
      {"Gather", 7, import_gather, fold_gather},
      {"GatherElements", 11, import_gather_elements},
      {"GatherND", 11, import_gather_nd},
      {"Scatter", 9, import_scatter_elements},
      {"ScatterElements", 11, import_scatter_elements},
      {"ScatterND", 11, import_scatter_nd},
      {"OneHot", 9, import_one_hot},
      {"Trilu", 14, import_trilu},
      {"CumSum", 11, import_cumulative, nullptr, static_cast<std::uint16_t>(MapFunction::add)},
      {"CumProd", 26, import_cumulative, nullptr, static_cast<std::uint16_t>(MapFunction::multiply)},
      {"Compress", 9, import_compress},
  };
}

}  // namespace nacre::tools
