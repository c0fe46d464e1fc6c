// Operators that take parts of a tensor, or places in it.

#include <fmt/format.h>

#include "tools/graph/move_axis.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

std::size_t axis_of(const Call& call, std::int64_t axis, std::size_t rank) {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis >= count) call.refuse(fmt::format("has the axis {}, which its input lacks", axis));
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

/// `size` elements of x along `axis`, from `begin` on.
ValueId part(const Call& call, ValueId x, std::size_t axis, std::int64_t begin, std::int64_t size) {
  schema::SliceT table;
  const Dimensions& shape = call.graph().shape(x);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    table.begin.push_back(i == axis ? static_cast<std::int32_t>(begin) : 0);
    table.stride.push_back(1);
    table.size.push_back(static_cast<std::int32_t>(i == axis ? size : shape[i]));
  }
  return call.graph().add(std::move(table), {x}, fmt::format("{}_{}", call.name, begin));
}

/// Rows of an int8 table: found as float32, which holds its integers exactly, and stored as int8 again.
ValueId int8_rows(const Call& call) {
  const Quantization &table = call.quantization(0), &y = call.output_quantization();
  if (table.scale != y.scale || table.zero_point != y.zero_point) call.refuse("changes the scale of its table");
  Graph& graph = call.graph();
  const ValueId stored = graph.add_constant(Array::of(ElementType::float32, call.type(0).shape, call.importer.integer_constant(call.input(0))));
  schema::QuantizeT as_it_is;
  as_it_is.scale = 1;
  return graph.add(std::move(as_it_is), {graph.add(schema::EmbeddingT{}, {call.value(1), stored})}, call.name);
}

}  // namespace

void import_slice(const Call& call) {
  const auto begins = call.importer.integer_constant(call.input(1));
  const Dimensions size = call.output_type().shape;
  schema::SliceT table;
  for (const std::int64_t begin : begins) table.begin.push_back(static_cast<std::int32_t>(begin));
  table.stride.assign(begins.size(), 1);
  table.size.assign(size.begin(), size.end());
  call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
}

void import_reverse(const Call& call) {
  const Dimensions shape = call.type(0).shape;
  schema::SliceT table;
  table.begin.assign(shape.size(), 0), table.stride.assign(shape.size(), 1);
  table.size.assign(shape.begin(), shape.end());
  for (const std::int64_t stated : call.importer.integer_constant(call.input(1))) {
    const std::size_t axis = axis_of(call, stated, shape.size());
    table.begin[axis] = static_cast<std::int32_t>(shape[axis] - 1), table.stride[axis] = -1;
  }
  call.define(call.graph().add(std::move(table), {call.value(0)}, call.name));
}

void import_split(const Call& call) {
  const ValueId x = call.value(1);
  const Dimensions shape = call.graph().shape(x);
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(0)).at(0), shape.size());
  const std::int64_t count = call.op.outputs() == nullptr ? 0 : call.op.outputs()->size();
  if (count == 0 || shape[axis] % count != 0) call.refuse("splits an axis into parts of different lengths");
  for (std::int64_t i = 0; i < count; ++i)
    call.define(part(call, x, axis, i * (shape[axis] / count), shape[axis] / count), static_cast<unsigned>(i));
}

/// The parts are as long as the outputs.
void import_split_v(const Call& call) {
  const ValueId x = call.value(0);
  const Dimensions shape = call.graph().shape(x);
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(2)).at(0), shape.size());
  std::int64_t begin = 0;
  for (unsigned i = 0; call.op.outputs() != nullptr && i < call.op.outputs()->size(); ++i) {
    const std::int64_t size = call.importer.type(call.output(i)).shape.at(axis);
    call.define(part(call, x, axis, begin, size), i);
    begin += size;
  }
  if (begin != shape[axis]) call.refuse("splits an axis into parts that are not as long as it");
}

void import_unpack(const Call& call) {
  const ValueId x = call.value(0);
  const Dimensions shape = call.graph().shape(x);
  const std::size_t axis = axis_of(call, call.options<tflite::UnpackOptions>().axis(), shape.size());
  const std::int64_t count = call.op.outputs() == nullptr ? 0 : call.op.outputs()->size();
  if (count != shape[axis]) call.refuse("unpacks another number of parts than its axis has");
  for (std::int64_t i = 0; i < count; ++i) call.define(part(call, x, axis, i, 1), static_cast<unsigned>(i));
}

void import_gather(const Call& call) {
  const auto& options = call.options<tflite::GatherOptions>();
  const Dimensions shape = call.type(0).shape;
  const std::size_t axis = axis_of(call, options.axis(), shape.size());
  if (options.batch_dims() != 0) call.refuse("gathers row by row");
  if (call.importer.is_constant(call.input(0))) {
    if (axis != 0 || shape.size() != 2 || (call.type(0).type != DataType::float32 && !call.is_int8())) call.refuse("gathers from a constant that is no table of rows");
    return call.define(call.is_int8() ? int8_rows(call) : call.graph().add(schema::EmbeddingT{}, {call.value(1), call.value(0)}, call.name));
  }
  const std::vector<std::int64_t> places = call.importer.integer_constant(call.input(1));
  for (const std::int64_t place : places)
    if (place < 0 || place >= shape[axis]) call.refuse(fmt::format("gathers place {} of {}", place, shape[axis]));
  const std::size_t last = shape.size() - 1;
  const auto count = static_cast<std::int64_t>(places.size());
  const ValueId indices = call.graph().add_constant(Array::of(ElementType::int32, {count}, places), DataType::int32);
  const ValueId found = call.graph().add(schema::SelectT{}, {move_axis(call.graph(), call.value(0), axis, last), indices}, call.name);
  call.define(move_axis(call.graph(), found, last, axis));
}

void import_cast(const Call& call) {
  // Keras gives indices as floats, which are cast for the table: the model takes them as integers.
  const int source = call.input(0);
  const ValueId x = call.value(0);
  bool is_input = false;
  for (const Port& port : call.graph().inputs) is_input |= port.value == x;
  if (call.output_type().type == call.graph().type(x).type) return call.define(x);
  if (!is_input || call.output_type().type != DataType::int32 || !call.importer.is_read_once(source))
    call.refuse("changes the type of elements that are no indices");
  call.graph().values[x].type.type = DataType::int32;
  call.define(x);
}

void import_arg_max(const Call& call) {
  const std::size_t rank = call.type(0).shape.size();
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(1)).at(0), rank);
  if (call.type(0).type != DataType::float32 && !call.is_int8()) call.refuse("is supported for float32 and int8 only");
  const std::int64_t count = call.type(0).shape[axis];
  ValueId y = call.graph().add(schema::ArgMaxT{}, {move_axis(call.graph(), call.value(0), axis, rank - 1)}, call.name);
  if (call.output_type().type == DataType::int64) {
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < count; ++i) labels.push_back(i);
    y = call.graph().add(schema::LabelDecodeT{}, {y, call.graph().add_constant(Array::of(ElementType::int64, {count}, labels), DataType::int64)}, call.name + "_int64");
  }
  call.define(y);
}

}  // namespace nacre::tools
