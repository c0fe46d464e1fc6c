#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/common/refusal.hpp"
#include "tools/export/onnx_graph.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Writes the layers of a graph as nodes of ONNX, for any number N of rows. A value of shape [d0, d1…] is a tensor
/// [N d0, d1…] there, N runs one behind the other; a constant has its own shape. What looks across a row asks for the
/// rows: [N, d0, d1…].
class OnnxExporter {
 public:
  /// Both must outlive this.
  OnnxExporter(const Graph& graph, OnnxGraph& out) : graph_(graph), out_(out) {}

  const Graph& graph() const { return graph_; }
  OnnxGraph& out() { return out_; }

  const TensorType& type(ValueId value) const { return graph_.type(value); }
  const Dimensions& shape(ValueId value) const { return graph_.shape(value); }
  bool is_constant(ValueId value) const { return graph_.values[value].constant.has_value(); }
  /// The numbers of a constant. Throws Refusal where it is computed.
  std::vector<double> numbers(const Node& node, ValueId value) const;
  /// The texts that offsets and bytes stand for.
  std::vector<std::string> texts(const Node& node, ValueId offsets, ValueId bytes) const;

  /// The tensor [N d0, d1…] of a value; of a constant, itself.
  std::string flat(ValueId value);
  /// [N, 1…, d0, d1…], with so many axes behind N as `rank` says, its own where it is 0; of a constant, itself.
  std::string rows(ValueId value, std::size_t rank = 0);
  /// N, one element.
  std::string row_count();
  /// The same of a constant too, once for each row.
  std::string all_rows(ValueId value);
  /// [N d0, d1…], of a constant too.
  std::string all_flat(ValueId value);
  /// Says what a value is: a tensor [N d0, d1…],
  void define(ValueId value, std::string name) { names_[value] = std::move(name); }
  /// or one of N rows of as many elements.
  void define_rows(ValueId value, const std::string& name) { define(value, reshape(name, flat_shape(value))); }

  // Nodes of one output.
  std::string add(std::string_view op, const std::vector<std::string>& inputs, const OnnxAttributes& attributes = {},
                  std::string_view domain = "") {
    return out_.add(op, inputs, attributes, domain);
  }
  std::string reshape(const std::string& x, const Dimensions& shape) {
    return add("Reshape", {x, out_.integers(shape)});
  }
  std::string transpose(const std::string& x, const std::vector<std::int64_t>& axes) {
    return add("Transpose", {x}, OnnxAttributes().integers("perm", axes));
  }
  std::string cast(const std::string& x, OnnxType type) {
    return add("Cast", {x}, OnnxAttributes().integer("to", static_cast<std::int64_t>(type)));
  }
  std::string gather(const std::string& x, const std::string& indices, std::int64_t axis) {
    return add("Gather", {x, indices}, OnnxAttributes().integer("axis", axis));
  }
  /// A number without axes.
  std::string number(OnnxType type, double value);
  /// Numbers of a type.
  std::string constant(OnnxType type, const Dimensions& shape, const std::vector<double>& values);
  /// min(max(x, minimum), maximum), where these bound anything.
  std::string clamped(std::string x, OnnxType type, double minimum, double maximum);

  /// [-1, d1…].
  Dimensions flat_shape(ValueId value) const;

  /// Refuses a layer: `what` reads "layer NAME: …".
  [[noreturn]] void refuse(const Node& node, const std::string& what, const std::string& advice = "") const;

 private:
  const Graph& graph_;
  OnnxGraph& out_;
  std::map<ValueId, std::string> names_;
  std::map<ValueId, std::string> constants_;
};

/// The type of ONNX for elements of the device.
OnnxType onnx_type(DataType type);

/// How an operator is written. Rows stand at the end of the file that has the function.
struct OnnxExportRow {
  Operator op;
  void (*write)(OnnxExporter&, const Node&);
};
std::vector<OnnxExportRow> onnx_export_elementwise();
std::vector<OnnxExportRow> onnx_export_moves();
std::vector<OnnxExportRow> onnx_export_matrices();
std::vector<OnnxExportRow> onnx_export_windows();
std::vector<OnnxExportRow> onnx_export_rows();
std::vector<OnnxExportRow> onnx_export_trees();
std::vector<OnnxExportRow> onnx_export_labels();
std::vector<OnnxExportRow> onnx_export_recurrent();
std::vector<OnnxExportRow> onnx_export_quantized();

/// Writes all layers of a graph. Obstacles are collected: of a layer that is refused, what it gives counts as written.
void write_layers(OnnxExporter& to, Obstacles& obstacles);

}  // namespace nacre::tools
