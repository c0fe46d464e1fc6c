// Operators that take parts of a tensor, or places in it.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

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

/// Constant indices, of which each must be a place of x; computed ones as they are.
ValueId places_in(const Call& call, std::int64_t length) {
  if (!call.importer.is_known(call.input(1))) return call.value(1);
  const std::vector<std::int64_t> places = call.importer.integer_constant(call.input(1));
  for (const std::int64_t place : places)
    if (place < 0 || place >= length) call.refuse(fmt::format("gathers place {} of {}", place, length));
  return call.graph().add_constant(Array::of(ElementType::int32, call.type(1).shape, places), DataType::int32);
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

/// So many elements of x along `axis`, from a computed place on, which the device checks.
ValueId computed_part(const Call& call, ValueId x, std::size_t axis, ValueId begin, std::int64_t size) {
  Graph& graph = call.graph();
  Integers counted;
  for (std::int64_t i = 0; i < size; ++i) counted.push_back(i);
  const ValueId offsets =
      graph.add_constant(Array::of(ElementType::int32, {size}, counted), DataType::int32);
  const ValueId places =
      add_functions(graph, {MapFunction::add}, {reshaped(graph, begin, {1}), offsets}, call.name + "_places");
  const auto behind = static_cast<std::uint8_t>(graph.shape(x).size() - 1 - axis);
  return graph.add(parameters::Gather{.behind = behind}, {x, places}, call.name);
}

/// Element `i` of the call's input `list`, of numbers that are computed or known.
ValueId element_of_list(const Call& call, unsigned list, std::size_t i) {
  return part(call, stored_numbers(call, list), 0, static_cast<std::int64_t>(i), 1);
}

}  // namespace

/// From computed places on; an axis that is taken whole has no place.
void import_slice(const Call& call) {
  const bool has_begins = call.importer.is_known(call.input(1)), has_sizes = call.importer.is_known(call.input(2));
  if (has_begins && has_sizes) return call.define(call.graph().add(slice_of(call), {call.value(0)}, call.name));
  const Dimensions shape = call.type(0).shape, stated = call.output_type().shape;
  if (call.type(1).size() != std::ssize(shape) || call.type(2).size() != std::ssize(shape) ||
      stated.size() != shape.size())
    call.refuse("slices another number of axes than its input has");
  if (has_begins != has_sizes && call.importer.is_open(call.output())) {  // only what joins such parts can read them
    OpenPart part{call.input(0), {}};
    if (!has_sizes) part.place = element_of_list(call, 2, 0);
    call.importer.open_parts_[call.output()] = part;
    return;
  }
  Integers sizes = call.importer.integer_constant(call.input(2));
  ValueId y = call.value(0);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (sizes[axis] == -1) sizes[axis] = stated[axis];  // the rest
    if (sizes[axis] < 1 || sizes[axis] > shape[axis]) call.refuse(fmt::format("takes {} elements", sizes[axis]));
    if (sizes[axis] != shape[axis]) y = computed_part(call, y, axis, element_of_list(call, 1, axis), sizes[axis]);
  }
  call.define(y);
}

namespace {

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

/// Computed indices along an axis of `length`, counted on from `offsets`, which broadcast; one that is no place of the
/// axis becomes -1, which no gather takes.
ValueId counted_on(const Call& call, ValueId indices, std::int64_t length, ValueId offsets) {
  constexpr DataType kType = DataType::int32;
  Graph& graph = call.graph();
  const ValueId places = add_functions(graph, {MapFunction::add}, {indices, offsets}, call.name + "_places");
  Program program;
  program.then(MapFunction::clamp, kType,
               {input_of_program(0), program.literal(0, kType),
                program.literal(static_cast<double>(length - 1), kType)});
  program.then(MapFunction::equal, kType, {kOutputOfProgram, input_of_program(1)});
  program.then(MapFunction::where, kType, {kOutputOfProgram, input_of_program(2), program.literal(-1, kType)});
  return graph.add_map(program, {indices, indices, places}, call.name + "_inside");
}

ValueId integers(const Call& call, const Dimensions& shape, const std::vector<std::int64_t>& numbers) {
  return call.graph().add_constant(Array::of(ElementType::int32, shape, numbers), DataType::int32);
}

/// For each row of the batch its own indices: the axis comes behind the batch, and both become one.
void import_gather_of_batch(const Call& call, std::size_t axis, std::size_t batch_axes) {
  Graph& graph = call.graph();
  const Dimensions x = call.type(0).shape, indices = call.type(1).shape;
  if (batch_axes > axis || batch_axes > indices.size()) call.refuse("has more axes of a batch than its tensors");
  const auto ends = [&](const Dimensions& shape) { return shape.begin() + static_cast<std::ptrdiff_t>(batch_axes); };
  const Dimensions batch(x.begin(), ends(x)), each(ends(indices), indices.end());
  if (!std::equal(batch.begin(), batch.end(), indices.begin())) call.refuse("has tensors of different batches");
  const std::int64_t rows = TensorType{DataType::int32, batch}.size(), length = x[axis],
                     places = TensorType{DataType::int32, each}.size();
  std::vector<std::int64_t> offsets;
  for (std::int64_t row = 0; row < rows; ++row) offsets.push_back(row * length);
  ValueId counted = 0;
  if (call.importer.is_known(call.input(1))) {
    std::vector<std::int64_t> known = call.importer.integer_constant(call.input(1));
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] < 0 || known[i] >= length) call.refuse(fmt::format("gathers place {} of {}", known[i], length));
      known[i] += offsets[i / static_cast<std::size_t>(places)];
    }
    counted = integers(call, {rows * places}, known);
  } else {
    const ValueId own = reshaped(graph, call.value(1), {rows, places});
    counted = reshaped(graph, counted_on(call, own, length, integers(call, {rows, 1}, offsets)), {rows * places});
  }
  const ValueId turned = move_axis(graph, call.value(0), axis, batch_axes);
  Dimensions rest = graph.shape(turned), flat{rows * length};
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(batch_axes) + 1);
  flat.insert(flat.end(), rest.begin(), rest.end());
  const parameters::Gather gather{.behind = static_cast<std::uint8_t>(rest.size())};
  ValueId y = graph.add(gather, {reshaped(graph, turned, flat), counted}, call.name);
  // [rows, places, axes between the batch and the axis…, behind…]: the places go behind those between.
  const auto split = rest.begin() + static_cast<std::ptrdiff_t>(axis - batch_axes);
  const Dimensions between(rest.begin(), split), behind(split, rest.end());
  const auto size = [](const Dimensions& shape) { return TensorType{DataType::int32, shape}.size(); };
  y = reshaped(graph, y, {rows, places, size(between), size(behind)});
  y = move_axis(graph, y, 1, 2);
  Dimensions joined = batch;
  for (const Dimensions* part : {&between, &each, &behind}) joined.insert(joined.end(), part->begin(), part->end());
  call.define(reshaped(graph, y, joined));
}

void import_gather(const Call& call) {
  const auto& options = call.options<tflite::GatherOptions>();
  const Dimensions shape = call.type(0).shape;
  const std::size_t axis = axis_of(call, options.axis(), shape.size());
  const Quantization &table = call.quantization(0), &y = call.output_quantization();
  if (table.scale != y.scale || table.zero_point != y.zero_point) call.refuse("changes the scale of its table");
  if (options.batch_dims() != 0) {
    const auto rank = static_cast<std::int64_t>(call.type(1).shape.size());
    const std::int64_t batch_axes = options.batch_dims() < 0 ? options.batch_dims() + rank : options.batch_dims();
    if (batch_axes < 0 || batch_axes > rank) call.refuse("has more axes of a batch than its indices");
    return import_gather_of_batch(call, axis, static_cast<std::size_t>(batch_axes));
  }
  const parameters::Gather gather{.behind = static_cast<std::uint8_t>(shape.size() - 1 - axis)};
  const ValueId places = places_in(call, shape[axis]);
  const int stored = call.importer.stored_as(call.input(0));
  const auto small = call.importer.type(stored).type;
  if (stored == call.input(0) || small != DataType::int8)
    return call.define(call.graph().add(gather, {call.value(0), places}, call.name));
  // A table of int8 that the file makes float32: what is found in it becomes so, and the flash holds bytes.
  parameters::Dequantize dequantize;
  const Quantization& scale = call.importer.quantization(stored);
  if (scale.scale.size() != 1) return call.define(call.graph().add(gather, {call.value(0), places}, call.name));
  dequantize.scale = scale.scale[0], dequantize.zero_point = scale.zero_point[0];
  const ValueId found = call.graph().add(gather, {call.importer.value(stored), places}, call.name);
  call.define(call.graph().add(dequantize, {found}, call.name + "_float32"));
}

/// Rows of a table, which is input 1.
void import_embedding_lookup(const Call& call) {
  const Dimensions shape = call.type(1).shape;
  if (shape.empty()) call.refuse("looks rows up in no table");
  const auto& ids = call.importer;
  ValueId places = 0;
  if (ids.is_known(call.input(0))) {
    const Integers known = ids.integer_constant(call.input(0));
    for (const std::int64_t place : known)
      if (place < 0 || place >= shape[0]) call.refuse(fmt::format("looks up row {} of {}", place, shape[0]));
    places = call.graph().add_constant(Array::of(ElementType::int32, call.type(0).shape, known), DataType::int32);
  } else {
    places = call.value(0);
  }
  const DataType stored = call.type(1).type, to = call.output_type().type;
  if (stored != to) call.refuse("looks up rows of another type than it gives",
                                "convert without quantisation, or with an int8 table and DEQUANTIZE behind it");
  const parameters::Gather gather{.behind = static_cast<std::uint8_t>(shape.size() - 1)};
  call.define(call.graph().add(gather, {call.value(1), places}, call.name));
}

/// Below 0 where a row that has been counted is, or what has been counted on from it.
ValueId kept_outside(const Call& call, ValueId rows, ValueId places) {
  Program program;
  program.then(MapFunction::greater, DataType::int32, {input_of_program(0), program.literal(-1, DataType::int32)});
  program.then(MapFunction::where, DataType::int32,
               {kOutputOfProgram, input_of_program(1), program.literal(-1, DataType::int32)});
  return call.graph().add_map(program, {rows, places}, call.name + "_kept");
}

/// What ARG_MAX and ARG_MIN look at: integers that have no kernel as float64, which holds them.
ValueId judged(const Call& call) {
  const DataType type = call.type(0).type;
  if (type == DataType::float32 || type == DataType::int8) return call.value(0);
  return cast_to(call.graph(), call.value(0), DataType::float64, call.name + "_wide");
}

/// What ARG_MIN takes the largest of: of stored numbers those that lie in the opposite order.
ValueId opposite(const Call& call) {
  if (!call.is_int8())
    return add_functions(call.graph(), {MapFunction::negative}, {judged(call)}, call.name + "_opposite");
  std::vector<std::int64_t> table;
  for (int stored = -128; stored < 128; ++stored) table.push_back(-1 - stored);
  const ValueId constant = call.graph().add_constant(Array::of(ElementType::int8, {256}, table), DataType::int8);
  return call.graph().add(parameters::LookupTable{}, {call.value(0), constant}, call.name + "_opposite");
}

void import_arg_max(const Call& call) {
  const std::size_t rank = call.type(0).shape.size();
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(1)).at(0), rank);
  const std::int64_t count = call.type(0).shape[axis];
  const bool is_least = call.code() == tflite::BuiltinOperator::ARG_MIN;
  const ValueId x = move_axis(call.graph(), is_least ? opposite(call) : judged(call), axis, rank - 1);
  ValueId y = call.graph().add(parameters::ArgMax{}, {x}, call.name);
  if (gives_int64(call) && call.importer.is_given_alone(call.output())) {
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < count; ++i) labels.push_back(i);
    y = call.graph().add(
        parameters::LabelDecode{},
        {y, call.graph().add_constant(Array::of(ElementType::int64, {count}, labels), DataType::int64)},
        call.name + "_int64");
  }
  call.define(y);
}

/// Several computed indices as one that counts through all of their axes.
ValueId joined_places(const Call& call, const Dimensions& x, std::size_t axes) {
  Graph& graph = call.graph();
  const ValueId all = call.value(1);
  const std::size_t last = graph.shape(all).size() - 1;
  ValueId joined = counted_on(call, part(call, all, last, 0, 1), x[0], integers(call, {1}, {0}));
  for (std::size_t axis = 1; axis < axes; ++axis) {
    const ValueId own = part(call, all, last, static_cast<std::int64_t>(axis), 1);
    Program program;  // what lies outside stays below 0: a product of it, and less than its factor more
    program.then(MapFunction::multiply, DataType::int32,
                 {input_of_program(0), program.literal(static_cast<double>(x[axis]), DataType::int32)});
    joined = graph.add_map(program, {joined}, call.name + "_rows");
    joined = kept_outside(call, joined, counted_on(call, own, x[axis], joined));
  }
  return joined;
}

/// Elements, rows, … of x, each by as many indices as the last axis of `indices` has: by one that counts through all of
/// these axes.
void import_gather_nd(const Call& call) {
  const Dimensions x = call.type(0).shape;
  Dimensions found = call.type(1).shape;
  if (found.empty() || found.back() > std::ssize(x)) call.refuse("has more indices than its input has axes");
  const auto axes = static_cast<std::size_t>(found.back());
  found.pop_back();
  Dimensions flat{1};
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (axis < axes) flat[0] *= x[axis];
    else flat.push_back(x[axis]);
  }
  ValueId places = 0;
  if (call.importer.is_known(call.input(1))) {
    const std::vector<std::int64_t> all = call.importer.integer_constant(call.input(1));
    std::vector<std::int64_t> joined(all.size() / std::max<std::size_t>(axes, 1));
    for (std::size_t i = 0; i < joined.size() * axes; ++i) {
      if (all[i] < 0 || all[i] >= x[i % axes]) call.refuse(fmt::format("gathers place {} of {}", all[i], x[i % axes]));
      joined[i / axes] = joined[i / axes] * x[i % axes] + all[i];
    }
    places = call.graph().add_constant(Array::of(ElementType::int32, found, joined), DataType::int32);
  } else {
    places = reshaped(call.graph(), axes == 1 ? call.value(1) : joined_places(call, x, axes), found);
  }
  const parameters::Gather gather{.behind = static_cast<std::uint8_t>(flat.size() - 1)};
  call.define(call.graph().add(gather, {reshaped(call.graph(), call.value(0), flat), places}, call.name));
}

void import_top_k(const Call& call) {
  const std::vector<std::int64_t> k = call.importer.integer_constant(call.input(1));
  if (k.size() != 1 || k[0] < 1 || k[0] > call.type(0).last())
    call.refuse(fmt::format("takes another number of elements than its {} has", to_string(call.type(0))));
  call.graph().add(parameters::TopK{.k = static_cast<std::int32_t>(k[0])}, {call.value(0)}, call.name);
  const std::vector<ValueId> outputs = call.graph().nodes.back().outputs;
  for (unsigned i = 0; i < call.outputs() && i < outputs.size(); ++i) call.define(outputs[i], i);
}

}  // namespace

void import_computed_strided_slice(const Call& call) {
  const auto& options = call.options<tflite::StridedSliceOptions>();
  Graph& graph = call.graph();
  const Dimensions shape = call.type(0).shape, stated = call.output_type().shape;
  const Integers strides = call.importer.integer_constant(call.input(3));
  if (options.ellipsis_mask() != 0 || options.new_axis_mask() != 0 || options.offset() || strides.size() > shape.size())
    call.refuse("slices from a computed place on, with new axes or an ellipsis");
  ValueId y = call.value(0);
  std::size_t of_output = 0;
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    const auto has = [axis](std::int32_t mask) { return (mask >> axis & 1) != 0; };
    const bool is_one = has(options.shrink_axis_mask());
    if (strides[axis] != 1) call.refuse(fmt::format("has a stride of {} from a computed place on", strides[axis]));
    const std::int64_t size = is_one ? 1 : stated.at(of_output++);
    if (size < 1 || size > shape[axis]) call.refuse(fmt::format("takes {} elements", size));
    if (!is_one && (size == shape[axis] || has(options.begin_mask()))) {
      if (size != shape[axis]) y = part(call, y, axis, 0, size);
      continue;
    }
    const ValueId begin = element_of_list(call, 1, axis);
    Program program;  // a place below 0 counts from the end
    const Operand length = program.literal(static_cast<double>(shape[axis]), DataType::int32);
    program.then(MapFunction::greater, DataType::int32, {program.literal(0, DataType::int32), input_of_program(0)});
    program.then(MapFunction::multiply, DataType::int32, {kOutputOfProgram, length});
    program.then(MapFunction::add, DataType::int32, {kOutputOfProgram, input_of_program(0)});
    y = computed_part(call, y, axis, graph.add_map(program, {begin}, call.name + "_begin"), size);
  }
  call.define(reshaped(graph, y, stated));
}

std::vector<TfliteOperator> index_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  const std::vector<DataType> whole{DataType::int16, DataType::int32, DataType::uint8};
  return {
      {B::ARG_MAX, import_arg_max, nullptr, {O::arg_max}, 0, 0, whole},
      {B::ARG_MIN, import_arg_max, nullptr, {O::arg_max}, 0, 0, whole},
      {B::SLICE, import_slice, sliced_integers, {O::slice}},
      {B::REVERSE_V2, import_reverse, nullptr, {O::slice}},
      {B::SPLIT, import_split, split_integers, {O::slice}, 0, 1},
      {B::SPLIT_V, import_split_v, split_integers, {O::slice}},
      {B::UNPACK, import_unpack, split_integers, {O::slice}},
      {B::GATHER, import_gather, gathered_integers, {O::gather}},
      {B::EMBEDDING_LOOKUP, import_embedding_lookup, nullptr, {O::gather}, 0, 1},
      {B::GATHER_ND, import_gather_nd, nullptr, {O::gather}},
      {B::TOPK_V2, import_top_k, nullptr, {O::top_k}},
  };
}

}  // namespace nacre::tools
