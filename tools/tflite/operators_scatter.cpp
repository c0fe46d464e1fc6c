// Operators that put parts into a tensor, or add them up where indices say.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/graph/moves.hpp"
#include "tools/operators/shapes.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using B = tflite::BuiltinOperator;

std::int64_t size_of(const Dimensions& shape) { return TensorType{DataType::int32, shape}.size(); }

ValueId int32_constant(const Call& call, const Dimensions& shape, const Integers& numbers) {
  return call.graph().add_constant(Array::of(ElementType::int32, shape, numbers), DataType::int32);
}

/// The sum of the rows of x [rows, width] whose place it is, for each of `count` places: [count, width].
ValueId summed_rows(const Call& call, ValueId x, ValueId places, std::int64_t count) {
  Graph& graph = call.graph();
  const DataType type = graph.type(x).type;
  const bool is_float = type == DataType::float32;
  const std::int64_t rows = graph.shape(x)[0], width = graph.shape(x)[1];
  const parameters::Permute turned{.permutation = {1, 0}};
  const ValueId values =
      graph.add(turned, {cast_to(graph, x, is_float ? type : DataType::float64, call.name + "_wide")}, call.name);
  const ValueId indices =
      add_broadcast(graph, reshaped(graph, places, {1, rows}), {width, rows}, call.name + "_places");
  const ValueId sums =
      graph.add(parameters::Scatter{.width = static_cast<std::int32_t>(count)}, {values, indices}, call.name + "_sums");
  const ValueId y = graph.add(turned, {sums}, call.name);
  return is_float ? y : within_32_bits(graph, y, call.name);
}

/// Of SCATTER_ND: the place of each update among the rows that its indices count.
ValueId places_of_updates(const Call& call, const Dimensions& indexed, std::int64_t updates) {
  Graph& graph = call.graph();
  const auto axes = static_cast<std::int64_t>(indexed.size());
  if (call.importer.is_known(call.input(0))) {
    const Integers known = call.importer.integer_constant(call.input(0));
    Integers places;
    for (std::int64_t i = 0; i < updates; ++i) {
      std::int64_t place = 0;
      for (std::int64_t axis = 0; axis < axes; ++axis) {
        const std::int64_t own = known.at(static_cast<std::size_t>(i * axes + axis)),
                           length = indexed[static_cast<std::size_t>(axis)];
        if (own < 0 || own >= length) call.refuse(fmt::format("puts something at place {} of {}", own, length));
        place = place * length + own;
      }
      places.push_back(place);
    }
    return int32_constant(call, {updates}, places);
  }
  if (axes != 1) call.refuse("puts updates where several computed indices say", "use indices along one axis");
  return reshaped(graph, call.value(0), {updates});
}

/// Of int8, whose sums would be kept in 8 bits: refuses what may put two updates at one place.
void require_apart(const Call& call, const Dimensions& indexed, std::int64_t updates) {
  if (!call.importer.is_known(call.input(0))) call.refuse("puts int8 updates where computed indices say");
  const Integers known = call.importer.integer_constant(call.input(0));
  std::set<Integers> places;
  const auto axes = std::ssize(indexed);
  for (auto own = known.begin(); std::ssize(places) < updates && own != known.end(); own += axes)
    if (!places.insert(Integers(own, own + axes)).second) call.refuse("puts several int8 updates at one place");
}

void import_scatter_nd(const Call& call) {
  Graph& graph = call.graph();
  const Dimensions of_indices = call.type(0).shape, shape = call.importer.integer_constant(call.input(2));
  if (of_indices.empty() || of_indices.back() < 1 || of_indices.back() > std::ssize(shape))
    call.refuse("has more indices than its output has axes");
  const auto split = shape.begin() + static_cast<std::ptrdiff_t>(of_indices.back());
  const Dimensions indexed(shape.begin(), split), behind(split, shape.end());
  const std::int64_t updates = size_of(of_indices) / of_indices.back();
  const ValueId places = places_of_updates(call, indexed, updates);
  const Dimensions as_rows{updates, size_of(behind)};
  if (call.type(1).type != DataType::int8)
    return call.define(reshaped(
        graph, summed_rows(call, reshaped(graph, call.value(1), as_rows), places, size_of(indexed)), shape));
  require_apart(call, indexed, updates);
  const ValueId rows = reshaped(graph, stored_numbers(call, 1), as_rows);
  const ValueId whole = summed_rows(call, rows, places, size_of(indexed));
  call.define(stored_as(graph, reshaped(graph, whole, shape), DataType::int8, call.name));
}

/// SEGMENT_SUM and UNSORTED_SEGMENT_SUM, of segments that the file states.
void import_segment_sum(const Call& call) {
  Graph& graph = call.graph();
  Integers segments = call.importer.integer_constant(call.input(1));
  Dimensions shape = call.type(0).shape;
  if (shape.empty() || shape[0] != std::ssize(segments) || segments.empty())
    call.refuse("has another number of segments than rows");
  const std::int64_t highest = *std::ranges::max_element(segments) + 1;
  const std::int64_t count =
      call.code() == B::SEGMENT_SUM ? highest : call.importer.integer_constant(call.input(2)).at(0);
  if (highest > count || count < 1) call.refuse(fmt::format("has a segment {} of {}", highest - 1, count));
  ValueId x = reshaped(graph, call.value(0), {shape[0], size_of(shape) / shape[0]});
  for (std::int64_t& segment : segments)
    if (segment < 0) segment = count;  // such a row goes nowhere: into one segment more
  const ValueId sums = summed_rows(call, x, int32_constant(call, {shape[0]}, segments), count + 1);
  parameters::Slice wanted = slice_of_all(graph.shape(sums));
  wanted.size[0] = static_cast<std::int32_t>(count);
  shape[0] = count;
  call.define(reshaped(graph, graph.add(wanted, {sums}, call.name), shape));
}

/// Along an axis of `length`, the places that lie in a part of `size` from `start` on (which may be computed; it is
/// moved so that the part lies inside): whether each does, and which of the part it is.
struct PartPlaces {
  ValueId inside, place;
};
PartPlaces places_in_part(const Call& call, ValueId start, std::int64_t length, std::int64_t size) {
  constexpr DataType kType = DataType::int32;
  Graph& graph = call.graph();
  Integers counted;
  for (std::int64_t i = 0; i < length; ++i) counted.push_back(i);
  Program moved;
  moved.then(MapFunction::clamp, kType,
             {input_of_program(0), moved.literal(0, kType), moved.literal(static_cast<double>(length - size), kType)});
  const ValueId first = graph.add_map(moved, {reshaped(graph, start, {1})}, call.name + "_first");
  const ValueId from =
      add_functions(graph, {MapFunction::subtract}, {int32_constant(call, {length}, counted), first},
                    call.name + "_from");
  Program limited;
  limited.then(MapFunction::clamp, kType,
               {input_of_program(0), limited.literal(0, kType), limited.literal(static_cast<double>(size - 1), kType)});
  const ValueId place = graph.add_map(limited, {from}, call.name + "_place");
  return {add_functions(graph, {MapFunction::equal}, {from, place}, call.name + "_inside"), place};
}

/// x, with `update` in the place of what it has from `starts` on, by axis.
ValueId replaced_part(const Call& call, ValueId x, ValueId update, ValueId starts) {
  Graph& graph = call.graph();
  const Dimensions shape = graph.shape(x), part = graph.shape(update);
  if (shape.size() != part.size()) call.refuse("has an update of another rank than its input");
  std::optional<ValueId> inside;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (part[axis] > shape[axis] || part[axis] < 1) call.refuse("has an update that is larger than its input");
    if (part[axis] == shape[axis]) continue;
    const ValueId start =
        graph.add(parameters::Slice{.begin = {static_cast<std::int32_t>(axis)}, .stride = {1}, .size = {1}}, {starts});
    const PartPlaces places = places_in_part(call, start, shape[axis], part[axis]);
    update = graph.add(parameters::Gather{.behind = static_cast<std::uint8_t>(shape.size() - 1 - axis)},
                       {update, places.place}, call.name + "_spread");
    Dimensions along(shape.size(), 1);
    along[axis] = shape[axis];
    const ValueId own = reshaped(graph, places.inside, along);
    inside = inside ? add_functions(graph, {MapFunction::minimum}, {*inside, own}, call.name + "_inside") : own;
  }
  return inside ? chosen_of(graph, *inside, update, x, call.name) : update;
}

/// Indices may be computed.
void import_dynamic_update_slice(const Call& call) {
  if (call.type(2).size() != std::ssize(call.type(0).shape))
    call.refuse("has an update of another rank than its input");
  call.define(replaced_part(call, call.value(0), call.value(1), stored_numbers(call, 2)));
}

/// 1 on the diagonal of matrices [rows, columns].
ValueId diagonal(const Call& call, std::int64_t rows, std::int64_t columns) {
  Integers numbers(static_cast<std::size_t>(rows * columns), 0);
  for (std::int64_t i = 0; i < std::min(rows, columns); ++i) numbers[static_cast<std::size_t>(i * columns + i)] = 1;
  return int32_constant(call, {rows, columns}, numbers);
}

/// Matrices whose diagonals are the last axis of x, and that are 0 elsewhere.
void import_matrix_diag(const Call& call) {
  Graph& graph = call.graph();
  const ValueId x = call.value(0);
  Dimensions row = graph.shape(x);
  if (row.empty()) call.refuse("makes a matrix of one number");
  const std::int64_t length = row.back();
  row.insert(row.end() - 1, 1);
  const DataType type = graph.type(x).type;
  const bool is_float = type == DataType::float32;
  const ValueId nothing = graph.add_constant(
      Array::of(is_float ? ElementType::float32 : ElementType::int32, {1}, Integers{0}), is_float ? type
          : DataType::int32);
  const ValueId y = chosen_of(graph, diagonal(call, length, length), reshaped(graph, x, row),
                              is_float ? nothing : cast_to(graph, nothing, type, call.name), call.name);
  call.define(y);
}

/// Matrices with other diagonals.
void import_matrix_set_diag(const Call& call) {
  Graph& graph = call.graph();
  const ValueId x = call.value(0);
  const Dimensions shape = graph.shape(x);
  Dimensions row = call.type(1).shape;
  if (shape.size() < 2 || row.size() + 1 != shape.size()) call.refuse("has a diagonal of another shape");
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
  // Along the rows: place i of the diagonal is needed in row i.
  row.push_back(1);
  ValueId own = reshaped(graph, call.value(1), row);
  if (row[row.size() - 2] < rows) {
    Dimensions longer = shape;
    longer.back() = 1;
    Integers places;
    for (std::int64_t i = 0; i < rows; ++i) places.push_back(std::min(i, row[row.size() - 2] - 1));
    own = graph.add(parameters::Gather{.behind = 1}, {own, int32_constant(call, {rows}, places)},
                    call.name + "_longer");
  }
  call.define(chosen_of(graph, diagonal(call, rows, columns), own, x, call.name));
}

/// The first so many steps of each row in the opposite order, the others as they are.
void import_reverse_sequence(const Call& call) {
  Graph& graph = call.graph();
  const auto& options = call.options<tflite::ReverseSequenceOptions>();
  const Dimensions shape = call.type(0).shape;
  const std::size_t steps = axis_of(call, options.seq_dim(), shape.size()),
                    batch = axis_of(call, options.batch_dim(), shape.size());
  const Integers lengths = call.importer.integer_constant(call.input(1));
  if (steps == batch || std::ssize(lengths) != shape[batch]) call.refuse("has another number of lengths than rows");
  ValueId x = move_axis(graph, call.value(0), batch, 0);
  const std::size_t next = steps < batch ? steps + 1 : steps;  // of the steps, once the batch is first
  x = move_axis(graph, x, next, 1);
  Integers places;
  for (std::int64_t row = 0; row < shape[batch]; ++row)
    for (std::int64_t step = 0; step < shape[steps]; ++step) {
      const std::int64_t length = lengths[static_cast<std::size_t>(row)];
      if (length < 0 || length > shape[steps]) call.refuse(fmt::format("turns {} of {} steps", length, shape[steps]));
      places.push_back(row * shape[steps] + (step < length ? length - 1 - step : step));
    }
  const Dimensions turned = graph.shape(x);
  Dimensions flat(turned.begin() + 1, turned.end());
  flat[0] = shape[batch] * shape[steps];
  x = graph.add(parameters::Gather{.behind = static_cast<std::uint8_t>(flat.size() - 1)},
                {reshaped(graph, x, flat), int32_constant(call, {flat[0]}, places)}, call.name);
  x = move_axis(graph, reshaped(graph, x, turned), 1, next);
  call.define(move_axis(graph, x, 0, batch));
}

}  // namespace

/// What TensorFlow writes for a list of which one element is set: what comes before it, the element, and what comes
/// behind it, joined to a tensor like the list. False of another CONCATENATION.
bool import_replaced_part(const Call& call) {
  const auto& parts = call.importer.open_parts_;
  const auto is_open = [&](unsigned i) { return parts.count(call.input(i)) > 0; };
  if (call.inputs() != 3 || !is_open(0) || is_open(1) || !is_open(2)) return false;
  const OpenPart &before = parts.at(call.input(0)), &behind = parts.at(call.input(2));
  if (!before.place || behind.place || before.source != behind.source) return false;
  const ValueId list = call.importer.value(before.source);
  const Dimensions shape = call.graph().shape(list);
  if (call.options<tflite::ConcatenationOptions>().axis() != 0 || shape != call.output_type().shape) return false;
  Integers others(shape.size() - 1, 0);
  const ValueId first = reshaped(call.graph(), *before.place, {1});
  const ValueId starts = others.empty() ? first
                                        : call.graph().add(parameters::Concatenate{},
                                                           {first, int32_constant(call, {std::ssize(others)}, others)});
  call.define(replaced_part(call, list, call.value(1), starts));
  return true;
}

std::vector<TfliteOperator> scatter_operators() {
  using O = Operator;
  return {
      {B::SCATTER_ND, import_scatter_nd, nullptr, {O::scatter}, 0, 1, {DataType::int8, DataType::int32}},
      {B::SEGMENT_SUM, import_segment_sum, nullptr, {O::scatter}, 0, 0, {DataType::int32}},
      {B::UNSORTED_SEGMENT_SUM, import_segment_sum, nullptr, {O::scatter}, 0, 0, {DataType::int32}},
      {B::DYNAMIC_UPDATE_SLICE, import_dynamic_update_slice, nullptr, {O::reshape}},
      {B::MATRIX_DIAG, import_matrix_diag, nullptr, {O::reshape}},
      {B::MATRIX_SET_DIAG, import_matrix_set_diag, nullptr, {O::reshape}},
      {B::REVERSE_SEQUENCE, import_reverse_sequence, nullptr, {O::gather}},
  };
}

}  // namespace nacre::tools
