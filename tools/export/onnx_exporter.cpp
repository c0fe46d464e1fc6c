#include "tools/export/onnx_exporter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nacre/kernel.hpp"

namespace nacre::tools {
namespace {

ElementType element_type_of(OnnxType type) {
  switch (type) {
    case OnnxType::float32: return ElementType::float32;
    case OnnxType::float64: return ElementType::float64;
    case OnnxType::int64: return ElementType::int64;
    case OnnxType::int32: return ElementType::int32;
    case OnnxType::int16: return ElementType::int16;
    case OnnxType::int8: return ElementType::int8;
    case OnnxType::uint8: return ElementType::uint8;
    default: return ElementType::boolean;
  }
}

const std::vector<OnnxExportRow>& export_rows() {
  static const std::vector<OnnxExportRow> rows = [] {
    std::vector<OnnxExportRow> all;
    for (const auto& family :
         {onnx_export_elementwise, onnx_export_moves, onnx_export_matrices, onnx_export_windows, onnx_export_rows,
          onnx_export_trees, onnx_export_labels, onnx_export_recurrent, onnx_export_quantized})
      std::ranges::move(family(), std::back_inserter(all));
    return all;
  }();
  return rows;
}

void write_layer(OnnxExporter& to, const Node& node) {
  if (node.choice)
    to.refuse(node, "chooses the nearest, and of those that are equally near ONNX may take another than its library");
  const auto row = std::ranges::find(export_rows(), node.op(), &OnnxExportRow::op);
  if (row == export_rows().end()) to.refuse(node, std::string(name(node.op())) + " has no counterpart in ONNX");
  row->write(to, node);
  const bool is_fixed =
      std::ranges::all_of(node.inputs, [&](ValueId input) { return to.is_constant(input); }) && !node.inputs.empty();
  for (const ValueId output : node.outputs)
    if (is_fixed) to.define_rows(output, to.all_rows(output));  // as many as the rows that others compute
}

}  // namespace

OnnxType onnx_type(DataType type) {
  switch (type) {
    case DataType::float32: return OnnxType::float32;
    case DataType::float64: return OnnxType::float64;
    case DataType::int64: return OnnxType::int64;
    case DataType::int32: return OnnxType::int32;
    case DataType::int16: return OnnxType::int16;
    case DataType::int8: return OnnxType::int8;
    case DataType::uint8: return OnnxType::uint8;
    case DataType::boolean: return OnnxType::boolean;
    case DataType::string: break;
  }
  return OnnxType::string;
}

std::vector<double> OnnxExporter::numbers(const Node& node, ValueId value) const {
  if (!is_constant(value)) refuse(node, "takes computed numbers where ONNX needs constants");
  return graph_.values[value].constant->to<double>();
}

std::vector<std::string> OnnxExporter::texts(const Node& node, ValueId offsets, ValueId bytes) const {
  const std::vector<double> ends = numbers(node, offsets);
  const Array& letters = *graph_.values[bytes].constant;
  const auto* first = reinterpret_cast<const char*>(letters.bytes().data());
  std::vector<std::string> texts;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i)
    texts.emplace_back(first + static_cast<std::size_t>(ends[i]), first + static_cast<std::size_t>(ends[i + 1]));
  return texts;
}

std::string OnnxExporter::flat(ValueId value) {
  if (const auto found = names_.find(value); found != names_.end()) return found->second;
  const auto [found, is_new] = constants_.try_emplace(value);
  if (is_new) {
    const GraphValue& known = graph_.values[value];
    found->second = constant(onnx_type(known.type.type), known.type.shape, known.constant->to<double>());
  }
  return found->second;
}

std::string OnnxExporter::rows(ValueId value, std::size_t rank) {
  if (is_constant(value)) return flat(value);
  Dimensions shape{-1};
  if (const std::size_t own = this->shape(value).size(); own < rank) shape.resize(1 + rank - own, 1);
  for (const std::int64_t dimension : this->shape(value)) shape.push_back(dimension);
  return reshape(flat(value), shape);
}

std::string OnnxExporter::row_count() {
  const ValueId input = graph_.inputs.front().value;
  const std::string count = gather(add("Shape", {flat(input)}), out_.integers({0}), 0);
  return shape(input).front() == 1 ? count : add("Div", {count, out_.integers({shape(input).front()})});
}

std::string OnnxExporter::all_rows(ValueId value) {
  Dimensions once{1};
  once.insert(once.end(), shape(value).begin(), shape(value).end());
  const std::string ones = out_.integers(Dimensions(shape(value).size(), 1));
  return add("Expand", {reshape(flat(value), once),
                        add("Concat", {row_count(), ones}, OnnxAttributes().integer("axis", 0))});
}

std::string OnnxExporter::all_flat(ValueId value) {
  return is_constant(value) ? reshape(all_rows(value), flat_shape(value)) : flat(value);
}

Dimensions OnnxExporter::flat_shape(ValueId value) const {
  Dimensions shape = graph_.shape(value);
  if (shape.empty()) return {-1};
  shape.front() = -1;
  return shape;
}

std::string OnnxExporter::constant(OnnxType type, const Dimensions& shape, const std::vector<double>& values) {
  const Array array = Array::of(element_type_of(type), shape, values);
  return out_.constant(type, shape, array.bytes().bytes());
}

std::string OnnxExporter::number(OnnxType type, double value) { return constant(type, {}, {value}); }

std::string OnnxExporter::clamped(std::string x, OnnxType type, double minimum, double maximum) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (minimum == 0 && maximum == kNone) return add("Relu", {x});
  if (minimum == -kNone && maximum == kNone) return x;
  const std::string low = minimum == -kNone ? "" : number(type, minimum);
  return add("Clip", {x, low, maximum == kNone ? "" : number(type, maximum)});
}

void OnnxExporter::refuse(const Node& node, const std::string& what, const std::string& advice) const {
  throw Refusal("layer " + node.name, what,
                advice.empty() ? "end the model before this layer, or export it from the library that trained it"
                               : advice);
}

void write_layers(OnnxExporter& to, Obstacles& obstacles) {
  for (const Node& node : to.graph().nodes)
    if (!obstacles.attempt([&] { write_layer(to, node); }))
      for (const ValueId output : node.outputs) to.define(output, "refused");
}

}  // namespace nacre::tools
