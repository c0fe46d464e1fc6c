// Products of matrices.

#include "tools/export/onnx_exporter.hpp"
#include "tools/export/onnx_fixed_point.hpp"
#include "tools/export/onnx_quantized.hpp"

namespace nacre::tools {
namespace {

void write_fully_connected(OnnxExporter& to, const Node& node) {
  if (to.type(node.inputs[0]).type == DataType::int8) return write_fully_connected_int8(to, node);
  const auto& t = node.as<parameters::FullyConnected>();
  const ValueId x = node.inputs[0], weights = node.inputs[1], y = node.outputs[0];
  const OnnxType type = onnx_type(to.type(x).type);
  if (type != OnnxType::float32 && type != OnnxType::float64)
    to.refuse(node, "multiplies " + to_string(to.type(x)) + ", whose rounding ONNX cannot say");
  if (!to.is_constant(weights)) to.refuse(node, "has computed weights");
  const std::string offsets = to.flat(node.inputs[2]);
  const std::string product = to.shape(x).size() == 2
                                  ? to.add("Gemm", {to.flat(x), to.flat(weights), offsets})
                                  : to.add("Add", {to.add("MatMul", {to.flat(x), to.flat(weights)}), offsets});
  to.define(y, to.clamped(product, type, static_cast<double>(t.minimum), static_cast<double>(t.maximum)));
}

/// a . b of any rows: a constant has the same for all.
void write_matmul(OnnxExporter& to, const Node& node) {
  const ValueId a = node.inputs[0], b = node.inputs[1];
  const std::size_t rank = std::max(to.shape(a).size(), to.shape(b).size());
  const bool is_int8 = to.type(a).type == DataType::int8;
  std::string left = to.rows(a, rank), right = to.rows(b, rank);
  if (node.as<parameters::MatMul>().transposed) {
    const std::size_t axes = to.is_constant(b) ? to.shape(b).size() : rank + 1;
    std::vector<std::int64_t> order;
    for (std::size_t i = 0; i < axes; ++i) order.push_back(static_cast<std::int64_t>(i));
    std::swap(order[axes - 1], order[axes - 2]);
    right = to.transpose(right, order);
  }
  if (is_int8) {
    left = to.cast(left, OnnxType::int32), right = to.cast(right, OnnxType::int32);
    if (node.inputs.size() > 2) {
      Dimensions each{-1};
      for (std::size_t i = 0; i < rank; ++i)
        each.push_back(i < rank - to.shape(a).size() || i + 1 == rank
                           ? 1
                           : to.shape(a)[i - (rank - to.shape(a).size())]);
      left = to.add("Sub", {left, to.reshape(to.flat(node.inputs[2]), each)});
    }
  }
  to.define_rows(node.outputs[0], to.add("MatMul", {left, right}));
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_matrices() {
  return {{Operator::fully_connected, write_fully_connected}, {Operator::matmul, write_matmul}};
}

}  // namespace nacre::tools
