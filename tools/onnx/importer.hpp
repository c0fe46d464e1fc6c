#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/common/buffer.hpp"
#include "tools/common/refusal.hpp"
#include "tools/graph/graph.hpp"
#include "tools/onnx/proto.hpp"
#include "tools/onnx/tensors.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools {

struct OnnxOperator;  // a row of the table of operators: tools/onnx/operators.hpp

/// A tensor of an ONNX graph: known now, or computed by the device.
struct OnnxTensor {
  OnnxType type = OnnxType::none;
  Dimensions shape;
  std::optional<Array> known;
  std::optional<ValueId> value;  ///< of a known tensor: the constant that stands for it, once it has been asked for
};

/// The names that nodes of a graph see: their own, and those of the graph around it.
struct OnnxScope {
  const OnnxScope* outer = nullptr;
  std::map<std::string, std::int64_t, std::less<>> opsets;  ///< versions by domain, "" for ONNX's own
  const OnnxNodeProto* call = nullptr;      ///< of a function: the node that calls it
  const OnnxFunction* function = nullptr;
  std::map<std::string, OnnxTensor, std::less<>> tensors = {};
  std::map<std::string, std::string, std::less<>> missing = {};  ///< what nothing computes, and why
  int depth = 0;
};

/// A graph that is an attribute of a node, with its constants: however often it runs, these are there once.
struct OnnxBody {
  const OnnxGraphProto& graph;
  OnnxScope scope = {};
};

class OnnxImporter;

/// The node in hand, for the functions of tools/onnx/operators_*.cpp. Every attribute and input that the node has must
/// be asked for: what is not is refused.
class OnnxCall {
 public:
  OnnxCall(OnnxImporter& importer, const OnnxNodeProto& node, const OnnxOperator& row, OnnxScope& scope,
           std::int64_t opset, std::string name);

  const std::string& name() const { return name_; }
  std::string_view op() const { return node_.op; }
  std::int64_t opset() const { return opset_; }
  const OnnxOperator& row() const { return row_; }
  Graph& graph() const;

  std::size_t inputs() const { return node_.inputs.size(); }
  std::size_t outputs() const { return node_.outputs.size(); }
  bool has_input(std::size_t i) const;
  bool has_output(std::size_t i) const { return i < node_.outputs.size() && !node_.outputs[i].empty(); }
  OnnxType type(std::size_t i = 0) const { return input(i).type; }
  const Dimensions& shape(std::size_t i = 0) const { return input(i).shape; }
  /// The value that computes an input; a constant becomes one.
  ValueId value(std::size_t i = 0) const;
  bool is_known(std::size_t i) const { return input(i).known.has_value(); }
  /// The elements of an input that is known; refuses one that is computed.
  const Array& known(std::size_t i) const;
  std::vector<std::int64_t> known_integers(std::size_t i) const;
  std::vector<double> known_reals(std::size_t i) const { return known(i).to<double>(); }

  const OnnxAttribute* attribute(std::string_view name, OnnxAttribute::Kind kind) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  bool flag(std::string_view name, bool otherwise = false) const { return integer(name, otherwise ? 1 : 0) != 0; }
  float real(std::string_view name, float otherwise) const;
  std::string text(std::string_view name, const std::string& otherwise) const;
  std::optional<std::vector<std::int64_t>> integers(std::string_view name) const;
  std::optional<std::vector<float>> reals(std::string_view name) const;
  std::optional<std::vector<std::string>> texts(std::string_view name) const;
  std::optional<Array> tensor(std::string_view name) const;
  bool has_attribute(std::string_view name) const;

  /// Position of an axis that may count from the end; refuses one that a tensor of `rank` lacks.
  std::size_t axis(std::int64_t axis, std::size_t rank) const;

  /// Output `i` is this value, of the type of input 0 or another.
  void define(ValueId value, std::size_t i = 0) const { define(value, type(0), i); }
  void define(ValueId value, OnnxType type, std::size_t i = 0) const;
  /// Output `i` is known now.
  void define_known(Array array, OnnxType type, std::size_t i = 0) const;
  void define_integers(const std::vector<std::int64_t>& numbers, std::size_t i = 0) const;
  /// Output `i` is an input as it is, under another shape.
  void define_reshaped(const Dimensions& shape, std::size_t i = 0) const;
  /// An input as it is: known, or computed.
  const OnnxTensor& tensor_of(std::size_t i) const { return input(i); }
  /// A graph that is an attribute; refuses a node that lacks it.
  OnnxBody body(std::string_view attribute) const;
  /// Adds what a body computes of these inputs. Returns its outputs.
  std::vector<OnnxTensor> run(const OnnxBody& body, const std::vector<OnnxTensor>& inputs) const;
  /// The value that computes what a body gave.
  ValueId value_of(OnnxTensor tensor) const;
  void define_tensor(OnnxTensor tensor, std::size_t i) const;

  /// How the device computes with elements of a type.
  DataType device_type(OnnxType type) const;
  bool is_folding() const;

  [[noreturn]] void refuse(const std::string& what) const;
  [[noreturn]] void refuse(const std::string& what, const std::string& advice) const;
  /// Refuses attributes and inputs that have not been asked for.
  void require_all_read() const;

 private:
  friend class OnnxImporter;
  OnnxTensor& input(std::size_t i) const;

  OnnxImporter& importer_;
  const OnnxNodeProto& node_;
  const OnnxOperator& row_;
  OnnxScope& scope_;
  std::int64_t opset_;
  std::string name_;
  mutable std::set<std::string, std::less<>> asked_;  ///< attributes
  mutable std::set<std::size_t> taken_;       ///< inputs
};

/// One ONNX model on its way to a graph.
class OnnxImporter {
 public:
  /// `batch`: the length of first dimensions that inputs leave open.
  OnnxImporter(const Buffer& file, const OnnxModel& model, std::string folder, std::deque<InputShape>& shapes,
               std::int64_t batch = 1);

  Graph run();
  /// Whether an input leaves its first dimension open.
  bool has_open_batch() const { return has_open_batch_; }

 private:
  friend class OnnxCall;

  void add_initializers(const OnnxGraphProto& graph, OnnxScope& scope, Obstacles& obstacles);
  void add_input(const OnnxPort& port, OnnxScope& scope);
  std::optional<std::int64_t> width_of(std::string name) const;
  void add_output(const OnnxPort& port, OnnxScope& scope);
  void import_nodes(const std::vector<OnnxNodeProto>& nodes, OnnxScope& scope, Obstacles& obstacles);
  void import_node(const OnnxNodeProto& node, OnnxScope& scope, std::size_t index, Obstacles& obstacles);
  void import_function(const OnnxFunction& function, const OnnxNodeProto& node, OnnxScope& scope,
                       Obstacles& obstacles);
  void import_operator(const OnnxCall& call);
  bool fold(const OnnxCall& call);
  const OnnxFunction* find_function(const OnnxNodeProto& node) const;
  ValueId value_of(OnnxTensor& tensor, const std::string& name);
  void count_node();
  DataType device_type(OnnxType type) const;
  static OnnxTensor* find(OnnxScope& scope, std::string_view name);

  Buffer file_;
  const OnnxModel& model_;
  std::string folder_;
  std::deque<InputShape>& shapes_;
  std::int64_t batch_;
  bool has_open_batch_ = false;
  Graph graph_;
  bool folding_ = false;  ///< the graph in hand holds constants alone, and is evaluated when it is done
  std::size_t nodes_ = 0;  ///< that were imported, those of functions and bodies as often as they run; and such runs
};

}  // namespace nacre::tools
