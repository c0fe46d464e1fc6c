#pragma once

#include <deque>
#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/onnx/proto.hpp"

namespace nacre::tools {

/// Layers that are written as operators of ONNX, whose importer adds them to a graph: what it composes of the runtime's
/// operators stands in one place. Tensors have names, which the functions return.
class OnnxFragment {
 public:
  using Value = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>>;
  struct Attribute {
    const char* name;
    Value value;
  };

  /// `name` is what people call the layer.
  OnnxFragment(Graph& graph, std::string name) : graph_(graph), name_(std::move(name)) {}

  /// A value of the graph: float32, or int32, which is a condition where it is read as one.
  std::string tensor(ValueId value, bool is_condition = false);
  std::string integers(const std::vector<std::int64_t>& numbers);
  std::string integer(std::int64_t number);
  std::string real(double number);
  std::string reals(const Dimensions& shape, const std::vector<double>& numbers);

  /// Adds an operator and returns its first output; `outputs` makes more, which follow it: NAME:1, NAME:2…
  std::string add(const std::string& op, std::initializer_list<std::string> inputs,
                  std::vector<Attribute> attributes = {}, std::size_t outputs = 1) {
    return add(op, std::vector<std::string>(inputs), std::move(attributes), outputs);
  }
  std::string add(const std::string& op, const std::vector<std::string>& inputs,
                  std::vector<Attribute> attributes = {}, std::size_t outputs = 1);

  /// A condition as int32, 1 or 0, so that other layers may read it.
  std::string condition(const std::string& tensor);

  /// Adds all of it to the graph and returns the values of these tensors. Throws the importer's Refusal.
  std::vector<ValueId> finish(const std::vector<std::string>& outputs);

 private:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  OnnxTensorProto& constant(const std::vector<std::int64_t>& shape, OnnxType type);

  Graph& graph_;
  std::string name_;
  std::deque<std::string> texts_;  // that views of the model see
  OnnxModel model_;
  std::vector<ValueId> values_;  // of the inputs
};

}  // namespace nacre::tools
