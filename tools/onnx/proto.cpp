#include "tools/onnx/proto.hpp"

#include <fmt/format.h>

#include <protozero/pbf_reader.hpp>

#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"

namespace nacre::tools {
namespace {

constexpr int kDeepestGraph = 32;  // graphs in attributes of nodes of graphs
constexpr std::size_t kMostItems = 1 << 20;  // of a list of messages: nodes of a graph, attributes of a node

using protozero::pbf_wire_type;
using Text = std::string_view;

[[noreturn]] void refuse_message(const std::string& where, const std::string& what) {
  throw Refusal(where, what, "the file is damaged: copy it again in full, or export the model again");
}

/// One message on its way, with the place that errors name.
class MessageReader {
 public:
  MessageReader(Text bytes, std::string where, int depth = 0)
      : reader_(bytes.data(), bytes.size()), where_(std::move(where)), depth_(depth) {
    if (depth > kDeepestGraph) refuse_message(where_, fmt::format("nests graphs more than {} deep", kDeepestGraph));
  }

  bool next() { return reader_.next(); }
  std::uint32_t tag() const { return reader_.tag(); }
  const std::string& where() const { return where_; }
  int depth() const { return depth_; }
  void skip() { reader_.skip(); }

  Text bytes() {
    require(pbf_wire_type::length_delimited);
    const protozero::data_view view = reader_.get_view();
    return {view.data(), view.size()};
  }
  Text text() {
    const Text text = bytes();
    if (!is_utf8(text)) refuse_message(where_, fmt::format("has a text in field {} that is not UTF-8", tag()));
    return text;
  }
  std::int64_t integer() {
    require(pbf_wire_type::varint);
    return reader_.get_int64();
  }
  float real() {
    require(pbf_wire_type::fixed32);
    return reader_.get_float();
  }
  /// Appends what a repeated field has here: one number, or several packed.
  template <typename T>
  void integers(std::vector<T>& to) {
    if (reader_.wire_type() != pbf_wire_type::length_delimited) return to.push_back(static_cast<T>(integer()));
    for (const std::int64_t one : reader_.get_packed_int64()) to.push_back(static_cast<T>(one));
  }
  template <typename T>
  void reals(std::vector<T>& to) {
    if (reader_.wire_type() != pbf_wire_type::length_delimited) return to.push_back(real());
    for (const float one : reader_.get_packed_float()) to.push_back(one);
  }
  void doubles(std::vector<double>& to) {
    if (reader_.wire_type() == pbf_wire_type::fixed64) return to.push_back(reader_.get_double());
    require(pbf_wire_type::length_delimited);
    for (const double one : reader_.get_packed_double()) to.push_back(one);
  }
  /// A message inside, which `read` reads.
  template <typename Read>
  auto message(const char* what, std::size_t index, Read read) {
    if (index >= kMostItems) refuse_message(where_, fmt::format("has more than {} of {}", kMostItems, what));
    MessageReader inside(bytes(), fmt::format("{}{}{} {}", where_, where_.empty() ? "" : ", ", what, index),
                         depth_ + 1);
    return read(inside);
  }

 private:
  void require(pbf_wire_type type) const {
    if (reader_.wire_type() != type) refuse_message(where_, fmt::format("has field {} in another form", tag()));
  }

  protozero::pbf_reader reader_;
  std::string where_;
  int depth_;
};

OnnxTensorProto read_tensor(MessageReader& in) {
  OnnxTensorProto tensor;
  while (in.next()) switch (in.tag()) {
      case 1: in.integers(tensor.dims); break;
      case 2: tensor.type = static_cast<OnnxType>(in.integer()); break;
      case 3: tensor.is_segment = true, in.skip(); break;
      case 4: in.reals(tensor.reals); break;
      case 5: case 7: case 11: in.integers(tensor.integers); break;
      case 6: tensor.texts.push_back(in.bytes()); break;
      case 8: tensor.name = in.text(); break;
      case 9: tensor.raw = in.bytes(), tensor.has_raw = true; break;
      case 10: in.doubles(tensor.reals); break;
      case 13:
        tensor.external.push_back(in.message("entry", tensor.external.size(), [](MessageReader& entry) {
          std::pair<Text, Text> pair;
          while (entry.next()) {
            if (entry.tag() == 1) pair.first = entry.text();
            else if (entry.tag() == 2) pair.second = entry.text();
            else entry.skip();
          }
          return pair;
        }));
        break;
      case 14: tensor.is_external = in.integer() == 1; break;
      default: in.skip();
    }
  return tensor;
}

OnnxGraphProto read_graph(MessageReader& in);

OnnxAttribute read_attribute(MessageReader& in) {
  using Kind = OnnxAttribute::Kind;
  OnnxAttribute attribute;
  Kind seen = Kind::none;  // of files that leave the type out, as ONNX's first versions did
  while (in.next()) switch (in.tag()) {
      case 1: attribute.name = in.text(); break;
      case 2: attribute.real = in.real(), seen = Kind::real; break;
      case 3: attribute.integer = in.integer(), seen = Kind::integer; break;
      case 4: attribute.text = in.bytes(), seen = Kind::text; break;
      case 5: attribute.tensors.push_back(in.message("tensor", 0, read_tensor)), seen = Kind::tensor; break;
      case 6: attribute.graphs.push_back(in.message("graph", 0, read_graph)), seen = Kind::graph; break;
      case 7: in.reals(attribute.reals), seen = Kind::reals; break;
      case 8: in.integers(attribute.integers), seen = Kind::integers; break;
      case 9: attribute.texts.push_back(in.bytes()), seen = Kind::texts; break;
      case 10:
        attribute.tensors.push_back(in.message("tensor", attribute.tensors.size(), read_tensor)), seen = Kind::tensors;
        break;
      case 11:
        attribute.graphs.push_back(in.message("graph", attribute.graphs.size(), read_graph)), seen = Kind::graphs;
        break;
      case 20: attribute.kind = static_cast<Kind>(in.integer() & 0xff); break;
      case 21: attribute.reference = in.text(); break;
      default: in.skip();
    }
  if (attribute.kind == Kind::none) attribute.kind = seen;
  if ((attribute.kind == Kind::tensor && attribute.tensors.size() != 1 && attribute.reference.empty()) ||
      (attribute.kind == Kind::graph && attribute.graphs.size() != 1 && attribute.reference.empty()))
    refuse_message(in.where(), "has an attribute without its value");
  return attribute;
}

OnnxNodeProto read_node(MessageReader& in) {
  OnnxNodeProto node;
  while (in.next()) switch (in.tag()) {
      case 1: node.inputs.push_back(in.text()); break;
      case 2: node.outputs.push_back(in.text()); break;
      case 3: node.name = in.text(); break;
      case 4: node.op = in.text(); break;
      case 5: node.attributes.push_back(in.message("attribute", node.attributes.size(), read_attribute)); break;
      case 7: node.domain = in.text(); break;
      case 8: node.overload = in.text(); break;
      default: in.skip();
    }
  return node;
}

OnnxDimension read_dimension(MessageReader& in) {
  OnnxDimension dimension;
  while (in.next()) {
    if (in.tag() == 1) dimension.length = in.integer();
    else if (in.tag() == 2) dimension.name = in.text();
    else in.skip();
  }
  return dimension;
}

std::vector<OnnxDimension> read_shape(MessageReader& in) {
  std::vector<OnnxDimension> shape;
  while (in.next()) {
    if (in.tag() == 1) shape.push_back(in.message("dimension", shape.size(), read_dimension));
    else in.skip();
  }
  return shape;
}

OnnxPort read_port(MessageReader& in) {
  OnnxPort port;
  const auto read_tensor_type = [&](MessageReader& type) {
    port.is_tensor = true;
    while (type.next()) {
      if (type.tag() == 1) port.type = static_cast<OnnxType>(type.integer());
      else if (type.tag() == 2) port.shape = type.message("shape", 0, read_shape);
      else type.skip();
    }
    return true;
  };
  while (in.next()) {
    if (in.tag() == 1) port.name = in.text();
    else if (in.tag() != 2) in.skip();
    else
      in.message("type", 0, [&](MessageReader& type) {
        while (type.next()) {
          if (type.tag() == 1) type.message("tensor", 0, read_tensor_type);
          else type.skip();
        }
        return true;
      });
  }
  return port;
}

OnnxGraphProto read_graph(MessageReader& in) {
  OnnxGraphProto graph;
  while (in.next()) switch (in.tag()) {
      case 1: graph.nodes.push_back(in.message("node", graph.nodes.size(), read_node)); break;
      case 2: graph.name = in.text(); break;
      case 5: graph.initializers.push_back(in.message("initializer", graph.initializers.size(), read_tensor)); break;
      case 11: graph.inputs.push_back(in.message("input", graph.inputs.size(), read_port)); break;
      case 12: graph.outputs.push_back(in.message("output", graph.outputs.size(), read_port)); break;
      case 15: graph.has_sparse_initializers = true, in.skip(); break;
      default: in.skip();
    }
  return graph;
}

OnnxOpset read_opset(MessageReader& in) {
  OnnxOpset opset;
  while (in.next()) {
    if (in.tag() == 1) opset.domain = in.text();
    else if (in.tag() == 2) opset.version = in.integer();
    else in.skip();
  }
  return opset;
}

OnnxFunction read_function(MessageReader& in) {
  OnnxFunction function;
  while (in.next()) switch (in.tag()) {
      case 1: function.name = in.text(); break;
      case 4: function.inputs.push_back(in.text()); break;
      case 5: function.outputs.push_back(in.text()); break;
      case 7: function.nodes.push_back(in.message("node", function.nodes.size(), read_node)); break;
      case 9: function.opsets.push_back(in.message("operator set", function.opsets.size(), read_opset)); break;
      case 10: function.domain = in.text(); break;
      case 11:
        function.defaults.push_back(in.message("attribute", function.defaults.size(), read_attribute));
        break;
      case 13: function.overload = in.text(); break;
      default: in.skip();
    }
  return function;
}

}  // namespace

std::string onnx_type_name(OnnxType type) {
  switch (type) {
    case OnnxType::float32: return "float32";
    case OnnxType::uint8: return "uint8";
    case OnnxType::int8: return "int8";
    case OnnxType::uint16: return "uint16";
    case OnnxType::int16: return "int16";
    case OnnxType::int32: return "int32";
    case OnnxType::int64: return "int64";
    case OnnxType::string: return "string";
    case OnnxType::boolean: return "bool";
    case OnnxType::float16: return "float16";
    case OnnxType::float64: return "float64";
    case OnnxType::uint32: return "uint32";
    case OnnxType::uint64: return "uint64";
    case OnnxType::bfloat16: return "bfloat16";
    case OnnxType::uint4: return "uint4";
    case OnnxType::int4: return "int4";
    default: return fmt::format("type {}", static_cast<std::int32_t>(type));
  }
}

OnnxModel parse_onnx(Text file) try {
  OnnxModel model;
  MessageReader in(file, "");
  while (in.next()) switch (in.tag()) {
      case 1: model.ir_version = in.integer(); break;
      case 2: model.producer = in.text(); break;
      case 3: model.producer_version = in.text(); break;
      case 7: model.graph = in.message("graph", 0, read_graph); break;
      case 8: model.opsets.push_back(in.message("operator set", model.opsets.size(), read_opset)); break;
      case 20: model.is_trained = true, in.skip(); break;
      case 25: model.functions.push_back(in.message("function", model.functions.size(), read_function)); break;
      default: in.skip();
    }
  return model;
} catch (const protozero::exception& error) {
  throw Refusal("", fmt::format("this is not a whole ONNX file: it is damaged or cut short ({})", error.what()),
                "download or copy it again in full, or export the model again");
}

}  // namespace nacre::tools
