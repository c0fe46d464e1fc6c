#pragma once

#include <algorithm>
#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tools/common/buffer.hpp"

namespace nacre::tools::test {

/// An ONNX file in the making: its fields have the numbers of onnx.proto.
class OnnxFile {
 public:
  /// With an input x and an output y of float32, [1, 3] unless another shape is given; -1 is open.
  explicit OnnxFile(std::vector<std::int64_t> shape = {1, 3}) : shape_(std::move(shape)) {}

  OnnxFile& node(const std::string& op, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                 const std::string& attributes = "", const std::string& domain = "") {
    graph_.add_message(1, node_message(op, inputs, outputs, attributes, domain));
    is_of_ml_ = is_of_ml_ || domain == "ai.onnx.ml";
    return *this;
  }
  /// A tensor of int64 by its numbers.
  OnnxFile& integers(const std::string& name, const std::vector<std::int64_t>& numbers) {
    std::string message;
    protozero::pbf_writer tensor(message);
    tensor.add_int64(1, static_cast<std::int64_t>(numbers.size()));
    tensor.add_int32(2, 7);
    for (const std::int64_t number : numbers) tensor.add_int64(7, number);
    tensor.add_string(8, name);
    graph_.add_message(5, message);
    return *this;
  }
  /// A tensor of float32 [1, 3] whose bytes lie in another file.
  OnnxFile& external(const std::string& name, const std::string& location, const std::string& length = "12") {
    std::string message;
    protozero::pbf_writer tensor(message);
    tensor.add_int64(1, 1), tensor.add_int64(1, 3);
    tensor.add_int32(2, 1);
    tensor.add_string(8, name);
    for (const auto& [key, value] : {std::pair{"location", location}, std::pair{"length", length}}) {
      std::string entry;
      protozero::pbf_writer writer(entry);
      writer.add_string(1, key), writer.add_string(2, value);
      tensor.add_message(13, entry);
    }
    tensor.add_int32(14, 1);
    graph_.add_message(5, message);
    return *this;
  }
  /// A function of the domain "local" with an attribute `alpha`.
  OnnxFile& function(const std::string& name, const std::vector<std::string>& nodes) {
    std::string message;
    protozero::pbf_writer writer(message);
    writer.add_string(1, name), writer.add_string(4, "a"), writer.add_string(5, "b"), writer.add_string(6, "alpha");
    for (const std::string& node : nodes) writer.add_message(7, node);
    writer.add_message(9, opset_message("", 17));
    writer.add_message(9, opset_message("local", 1));
    writer.add_string(10, "local");
    functions_.push_back(message);
    return *this;
  }
  OnnxFile& opset(std::int64_t version) { return opset_ = version, *this; }

  Buffer bytes() {
    graph_.add_message(11, port("x", shape_));
    graph_.add_message(12, port("y", {}));
    std::string file;
    protozero::pbf_writer model(file);
    model.add_int64(1, 8);
    model.add_message(7, graph_bytes_);
    model.add_message(8, opset_message("", opset_));
    model.add_message(8, opset_message("local", 1));
    if (is_of_ml_) model.add_message(8, opset_message("ai.onnx.ml", 3));
    for (const std::string& function : functions_) model.add_message(25, function);
    std::vector<std::byte> bytes(file.size());
    std::transform(file.begin(), file.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return Buffer::from(std::move(bytes));
  }

  static std::string node_message(const std::string& op, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& outputs, const std::string& attributes = "",
                                  const std::string& domain = "") {
    std::string message;
    protozero::pbf_writer writer(message);
    for (const std::string& input : inputs) writer.add_string(1, input);
    for (const std::string& output : outputs) writer.add_string(2, output);
    writer.add_string(4, op);
    if (!domain.empty()) writer.add_string(7, domain);
    return message + attributes;
  }
  /// An attribute of a node: a number, or a reference to one of the function around it.
  static std::string real(const std::string& name, float number) {
    return attribute(name, [&](protozero::pbf_writer& writer) {
      writer.add_float(2, number), writer.add_int32(20, 1);
    });
  }
  static std::string reference(const std::string& name, const std::string& to) {
    return attribute(name, [&](protozero::pbf_writer& writer) { writer.add_string(21, to), writer.add_int32(20, 1); });
  }
  static std::string integer(const std::string& name, std::int64_t number) {
    return attribute(name, [&](protozero::pbf_writer& writer) {
      writer.add_int64(3, number), writer.add_int32(20, 2);
    });
  }
  static std::string text(const std::string& name, const std::string& word) {
    return attribute(name, [&](protozero::pbf_writer& writer) { writer.add_string(4, word), writer.add_int32(20, 3); });
  }
  static std::string reals(const std::string& name, const std::vector<float>& numbers) {
    return attribute(name, [&](protozero::pbf_writer& writer) {
      for (const float number : numbers) writer.add_float(7, number);
      writer.add_int32(20, 6);
    });
  }
  static std::string integer_list(const std::string& name, const std::vector<std::int64_t>& numbers) {
    return attribute(name, [&](protozero::pbf_writer& writer) {
      for (const std::int64_t number : numbers) writer.add_int64(8, number);
      writer.add_int32(20, 7);
    });
  }
  /// A graph that the node runs: its nodes, and the names of its inputs and outputs.
  static std::string body(const std::string& name, const std::vector<std::string>& nodes,
                          const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
    return attribute(name, [&](protozero::pbf_writer& writer) {
      std::string message;
      protozero::pbf_writer graph(message);
      for (const std::string& node : nodes) graph.add_message(1, node);
      for (const std::string& input : inputs) graph.add_message(11, port(input, {}));
      for (const std::string& output : outputs) graph.add_message(12, port(output, {}));
      writer.add_message(6, message), writer.add_int32(20, 5);
    });
  }

 private:
  template <typename Write>
  static std::string attribute(const std::string& name, Write write) {
    std::string message, field;
    protozero::pbf_writer writer(message);
    writer.add_string(1, name);
    write(writer);
    protozero::pbf_writer(field).add_message(5, message);
    return field;
  }
  static std::string opset_message(const std::string& domain, std::int64_t version) {
    std::string message;
    protozero::pbf_writer writer(message);
    writer.add_string(1, domain), writer.add_int64(2, version);
    return message;
  }
  static std::string port(const std::string& name, const std::vector<std::int64_t>& shape) {
    std::string dimensions, tensor, type, message;
    for (const std::int64_t length : shape) {
      std::string dimension;
      if (length >= 0) protozero::pbf_writer(dimension).add_int64(1, length);
      protozero::pbf_writer(dimensions).add_message(1, dimension);
    }
    protozero::pbf_writer tensor_writer(tensor);
    tensor_writer.add_int32(1, 1);
    if (!shape.empty()) tensor_writer.add_message(2, dimensions);
    protozero::pbf_writer(type).add_message(1, tensor);
    protozero::pbf_writer writer(message);
    writer.add_string(1, name), writer.add_message(2, type);
    return message;
  }

  std::vector<std::int64_t> shape_;
  std::int64_t opset_ = 17;
  bool is_of_ml_ = false;
  std::string graph_bytes_;
  protozero::pbf_writer graph_{graph_bytes_};
  std::vector<std::string> functions_;
};

}  // namespace nacre::tools::test
