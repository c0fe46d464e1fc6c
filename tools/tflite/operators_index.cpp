// Operators that take parts of a tensor, or places in it.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// `size` elements of x along `axis`, from `begin` on.
ValueId part(const Call& call, ValueId x, std::size_t axis, std::int64_t begin, std::int64_t size) {
  parameters::Slice table = slice_of_all(call.graph().shape(x));
  table.begin[axis] = static_cast<std::int32_t>(begin);
  table.size[axis] = static_cast<std::int32_t>(size);
  return call.graph().add(table, {x}, fmt::format("{}_{}", call.name, begin));
}

/// Rows of an int8 table: found as float32, which holds its integers exactly, and stored as int8 again.
ValueId int8_rows(const Call& call) {
  const Quantization &table = call.quantization(0), &y = call.output_quantization();
  if (table.scale != y.scale || table.zero_point != y.zero_point) call.refuse("changes the scale of its table");
  Graph& graph = call.graph();
  const ValueId stored = graph.add_constant(
      Array::of(ElementType::float32, call.type(0).shape, call.importer.integer_constant(call.input(0))));
  parameters::Quantize as_it_is;
  as_it_is.scale = 1;
  return graph.add(as_it_is, {graph.add(parameters::Embedding{}, {call.value(1), stored})}, call.name);
}

}  // namespace

std::size_t axis_of(const Call& call, std::int64_t axis, std::size_t rank) {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis >= count) call.refuse(fmt::format("has the axis {}, which its input lacks", axis));
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

parameters::Slice slice_of(const Call& call) {
  const Dimensions shape = call.type(0).shape;
  const auto begins = call.importer.integer_constant(call.input(1)),
             sizes = call.importer.integer_constant(call.input(2));
  if (begins.size() != shape.size() || sizes.size() != shape.size())
    call.refuse("slices another number of axes than its input has");
  parameters::Slice table = slice_of_all(shape);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const std::int64_t size = sizes[axis] == -1 ? shape[axis] - begins[axis] : sizes[axis];  // -1: the rest
    if (begins[axis] < 0 || begins[axis] > shape[axis] || size < 0 || size > shape[axis] - begins[axis])
      call.refuse(fmt::format("takes {} elements from {} on, of {}", size, begins[axis], shape[axis]));
    table.begin[axis] = static_cast<std::int32_t>(begins[axis]);
    table.size[axis] = static_cast<std::int32_t>(size);
  }
  return table;
}

namespace {

void import_slice(const Call& call) { call.define(call.graph().add(slice_of(call), {call.value(0)}, call.name)); }

void import_reverse(const Call& call) {
  const Dimensions shape = call.type(0).shape;
  parameters::Slice table = slice_of_all(shape);
  for (const std::int64_t stated : call.importer.integer_constant(call.input(1))) {
    const std::size_t axis = axis_of(call, stated, shape.size());
    table.begin[axis] = static_cast<std::int32_t>(shape[axis] - 1), table.stride[axis] = -1;
  }
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

void import_split(const Call& call) {
  const ValueId x = call.value(1);
  const Dimensions shape = call.graph().shape(x);
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(0)).at(0), shape.size());
  const std::int64_t count = call.outputs();
  if (count == 0 || shape[axis] % count != 0) call.refuse("splits an axis into parts of different lengths");
  for (std::int64_t i = 0; i < count; ++i)
    call.define(part(call, x, axis, i * (shape[axis] / count), shape[axis] / count), static_cast<unsigned>(i));
}

/// A part may be empty: nothing then reads it.
void import_split_v(const Call& call) {
  const ValueId x = call.value(0);
  const Dimensions shape = call.graph().shape(x);
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(2)).at(0), shape.size());
  std::vector<std::int64_t> sizes = call.importer.integer_constant(call.input(1));
  std::int64_t rest = shape[axis];
  for (const std::int64_t size : sizes) rest -= size == -1 ? 0 : size;
  for (std::int64_t& size : sizes)
    if (size == -1) size = std::exchange(rest, 0);
  if (sizes.size() != call.outputs() || rest != 0 || *std::min_element(sizes.begin(), sizes.end()) < 0)
    call.refuse("splits an axis into parts that are not as long as it");
  std::int64_t begin = 0;
  for (unsigned i = 0; i < call.outputs(); ++i) {
    if (sizes[i] > 0) call.define(part(call, x, axis, begin, sizes[i]), i);
    begin += sizes[i];
  }
}

void import_unpack(const Call& call) {
  const ValueId x = call.value(0);
  const Dimensions shape = call.graph().shape(x);
  const std::size_t axis = axis_of(call, call.options<tflite::UnpackOptions>().axis(), shape.size());
  if (call.outputs() != shape[axis]) call.refuse("unpacks another number of parts than its axis has");
  Dimensions left = shape;
  left.erase(left.begin() + static_cast<std::ptrdiff_t>(axis));
  for (unsigned i = 0; i < call.outputs(); ++i) call.define(reshaped(call.graph(), part(call, x, axis, i, 1), left), i);
}

void import_gather(const Call& call) {
  const auto& options = call.options<tflite::GatherOptions>();
  const Dimensions shape = call.type(0).shape;
  const std::size_t axis = axis_of(call, options.axis(), shape.size());
  if (options.batch_dims() != 0) call.refuse("gathers row by row");
  if (call.importer.is_constant(call.input(0))) {
    if (axis != 0 || shape.size() != 2 || (call.type(0).type != DataType::float32 && !call.is_int8()))
      call.refuse("gathers from a constant that is no table of rows");
    return call.define(call.is_int8()
                           ? int8_rows(call)
                           : call.graph().add(parameters::Embedding{}, {call.value(1), call.value(0)}, call.name));
  }
  const std::vector<std::int64_t> places = call.importer.integer_constant(call.input(1));
  for (const std::int64_t place : places)
    if (place < 0 || place >= shape[axis]) call.refuse(fmt::format("gathers place {} of {}", place, shape[axis]));
  const std::size_t last = shape.size() - 1;
  const auto count = static_cast<std::int64_t>(places.size());
  const ValueId indices = call.graph().add_constant(Array::of(ElementType::int32, {count}, places), DataType::int32);
  const ValueId found =
      call.graph().add(parameters::Select{}, {move_axis(call.graph(), call.value(0), axis, last), indices}, call.name);
  Dimensions gathered(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis));
  const Dimensions of_places = call.type(1).shape;
  gathered.insert(gathered.end(), of_places.begin(), of_places.end());
  gathered.insert(gathered.end(), shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
  call.define(reshaped(call.graph(), move_axis(call.graph(), found, last, axis), gathered));
}

void import_arg_max(const Call& call) {
  const std::size_t rank = call.type(0).shape.size();
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(1)).at(0), rank);
  const std::int64_t count = call.type(0).shape[axis];
  const ValueId x = move_axis(call.graph(), call.value(0), axis, rank - 1);
  ValueId y = call.graph().add(parameters::ArgMax{}, {x}, call.name);
  if (call.importer.tensor(call.output()).type() == tflite::TensorType::INT64) {
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < count; ++i) labels.push_back(i);
    y = call.graph().add(
        parameters::LabelDecode{},
        {y, call.graph().add_constant(Array::of(ElementType::int64, {count}, labels), DataType::int64)},
        call.name + "_int64");
  }
  call.define(y);
}

}  // namespace

std::vector<TfliteOperator> index_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::ARG_MAX, import_arg_max, nullptr, {O::arg_max}},
      {B::SLICE, import_slice, sliced_integers, {O::slice}},
      {B::REVERSE_V2, import_reverse, nullptr, {O::slice}},
      {B::SPLIT, import_split, split_integers, {O::slice}, 0, 1},
      {B::SPLIT_V, import_split_v, split_integers, {O::slice}},
      {B::UNPACK, import_unpack, split_integers, {O::slice}},
      {B::GATHER, import_gather, gathered_integers, {O::select}},
  };
}

}  // namespace nacre::tools
