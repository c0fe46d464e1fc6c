// What looks along rows: reductions, softmax, norms, the largest.

#include <cmath>
#include <limits>

#include "tools/export/onnx_exporter.hpp"
#include "tools/export/onnx_quantized.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

std::string reduced(OnnxExporter& to, const char* op, const std::string& x, const Integers& axes, bool keeps) {
  return to.add(op, {x, to.out().integers(axes)}, OnnxAttributes().integer("keepdims", keeps));
}

void write_softmax(OnnxExporter& to, const Node& node) {
  if (to.type(node.inputs[0]).type == DataType::int8) return write_softmax_int8(to, node);
  to.define(node.outputs[0], to.add("Softmax", {to.flat(node.inputs[0])}, OnnxAttributes().integer("axis", -1)));
}

const char* reduction(ReduceFunction function) {
  switch (function) {
    case ReduceFunction::sum: return "ReduceSum";
    case ReduceFunction::mean: return "ReduceMean";
    case ReduceFunction::maximum: return "ReduceMax";
    case ReduceFunction::minimum: return "ReduceMin";
    case ReduceFunction::product: break;
  }
  return "ReduceProd";
}

void write_reduce(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Reduce>();
  Integers axes;
  for (std::size_t axis = 0; axis < to.shape(node.inputs[0]).size(); ++axis)
    if ((t.axes >> axis & 1) != 0) axes.push_back(static_cast<std::int64_t>(axis) + 1);
  const DataType type = to.type(node.inputs[0]).type;
  std::string x = to.is_constant(node.inputs[0]) ? to.all_rows(node.inputs[0]) : to.rows(node.inputs[0]);
  if (type != DataType::int8)
    return to.define_rows(node.outputs[0], reduced(to, reduction(t.function), x, axes, false));
  if (t.function != ReduceFunction::mean)
    return to.define_rows(node.outputs[0],
                          to.cast(reduced(to, reduction(t.function), to.cast(x, OnnxType::int32), axes, false),
                                  OnnxType::int8));
  x = reduced(to, "ReduceSum", to.cast(x, OnnxType::int64), axes, false);
  const auto count = static_cast<double>(to.type(node.inputs[0]).size() / to.type(node.outputs[0]).size());
  x = to.add("Sub", {x, to.number(OnnxType::int64, count * t.input_zero_point)});
  to.define_rows(node.outputs[0],
                 rescaled_to_int8(to, x, {static_cast<double>(t.multiplier), static_cast<double>(t.shift)},
                                  {static_cast<double>(t.output_zero_point), -128, 127}));
}

/// x / norm, but where the norm is 0, or less than the least one.
void write_normalize(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Normalize>();
  const OnnxType type = onnx_type(to.type(node.inputs[0]).type);
  const std::string x = to.flat(node.inputs[0]);
  const auto norm_of = [&]() -> std::string {
    const Integers last{-1};
    switch (t.norm) {
      case Norm::l1: return reduced(to, "ReduceSum", to.add("Abs", {x}), last, true);
      case Norm::l2: return to.add("Sqrt", {reduced(to, "ReduceSum", to.add("Mul", {x, x}), last, true)});
      case Norm::maximum: return reduced(to, "ReduceMax", to.add("Abs", {x}), last, true);
      case Norm::largest: break;
    }
    return reduced(to, "ReduceMax", x, last, true);
  };
  const std::string norm = norm_of();
  const std::string is_none =
      to.add("Or", {to.add("Equal", {norm, to.number(type, 0)}),
                    to.add("Less", {to.add("Abs", {norm}), to.number(type, static_cast<double>(t.least))})});
  const std::string share = to.add("Div", {x, to.add("Where", {is_none, to.number(type, 1), norm})});
  const std::string otherwise =
      t.uniform ? to.number(type, 1.0 / static_cast<double>(to.type(node.inputs[0]).last())) : x;
  to.define(node.outputs[0], to.add("Where", {is_none, otherwise, share}));
}

void write_arg_max(OnnxExporter& to, const Node& node) {
  const std::string place = to.add("ArgMax", {to.flat(node.inputs[0])},
                                   OnnxAttributes().integer("axis", -1).integer("keepdims", 0));
  to.define_rows(node.outputs[0], to.cast(place, OnnxType::int32));
}

/// Indices are int32 on the device.
void write_top_k(OnnxExporter& to, const Node& node) {
  std::string x = to.flat(node.inputs[0]);
  const OnnxType type = onnx_type(to.type(node.inputs[0]).type);
  if (type == OnnxType::int8) x = to.cast(x, OnnxType::int32);
  const auto found = to.out().add_many("TopK", {x, to.out().integers({node.as<parameters::TopK>().k})}, 2,
                                       OnnxAttributes().integer("axis", -1));
  to.define(node.outputs[0], type == OnnxType::int8 ? to.cast(found[0], type) : found[0]);
  to.define(node.outputs[1], to.cast(found[1], OnnxType::int32));
}

void refuse_neighbors(OnnxExporter& to, const Node& node) {
  to.refuse(node, "searches neighbours, and of those that are equally far scikit-learn takes others than ONNX");
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_rows() {
  return {{Operator::softmax, write_softmax},     {Operator::reduce, write_reduce},
          {Operator::normalize, write_normalize}, {Operator::arg_max, write_arg_max},
          {Operator::top_k, write_top_k},         {Operator::neighbors, refuse_neighbors}};
}

}  // namespace nacre::tools
