// Protobuf on the wire is a list of (field number, wire type, value); what a message means stands in its schema alone.
// The schemas of the messages that people save models as differ enough in their field numbers to be told apart.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "tools/format/kinds.hpp"

namespace nacre::tools {
namespace {

using Text = std::string_view;

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  std::uint32_t number;
  Wire wire;
  Text content;         // of bytes; as much as there is, where the file is cut short
  std::uint64_t value;  // of a varint
};

class FieldReader {
 public:
  explicit FieldReader(Text text) : text_(text) {}

  /// The next field; nothing at the end and where the bytes are no field.
  std::optional<Field> next() {
    const auto tag = read_varint();
    if (!tag || *tag >> 3 == 0 || *tag >> 32 != 0) return std::nullopt;
    Field field{static_cast<std::uint32_t>(*tag >> 3), static_cast<Wire>(*tag & 7), {}, 0};
    switch (field.wire) {
      case Wire::varint:
        if (const auto value = read_varint()) return field.value = *value, field;
        return std::nullopt;
      case Wire::fixed64: return take(8, &field);
      case Wire::fixed32: return take(4, &field);
      case Wire::bytes: {
        const auto size = read_varint();
        if (!size) return std::nullopt;
        return take(*size, &field);
      }
      default: return std::nullopt;
    }
  }

 private:
  std::optional<std::uint64_t> read_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !text_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(text_.front());
      text_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::optional<Field> take(std::uint64_t size, Field* field) {
    field->content = text_.substr(0, size);
    text_.remove_prefix(field->content.size());
    return *field;
  }

  Text text_;
};

/// The fields of one message, as many as it takes to know it: graphs repeat one field by the thousand.
class Message {
 public:
  explicit Message(Text text) {
    constexpr std::size_t kEnough = 4096;
    FieldReader reader(text);
    while (fields_.size() < kEnough) {
      const auto field = reader.next();
      if (!field) break;
      fields_.push_back(*field);
    }
  }
  const Field* find(std::uint32_t number, Wire wire) const {
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const Field& f) { return f.number == number && f.wire == wire; });
    return found == fields_.end() ? nullptr : &*found;
  }
  bool has(std::uint32_t number, Wire wire) const { return find(number, wire) != nullptr; }
  Message message(std::uint32_t number) const {
    const Field* field = find(number, Wire::bytes);
    return Message(field == nullptr ? Text{} : field->content);
  }
  /// Whether the field is a name: a short text without control characters.
  bool has_name(std::uint32_t number) const {
    const Field* field = find(number, Wire::bytes);
    return field != nullptr && !field->content.empty() && field->content.size() < 1000 &&
           std::all_of(
               field->content.begin(), field->content.end(),
               [](char c) { return static_cast<unsigned char>(c) >= ' '; });
  }
  bool any(auto holds) const { return std::any_of(fields_.begin(), fields_.end(), holds); }

 private:
  std::vector<Field> fields_;
};

/// GraphDef: nodes with a name and an operator.
bool is_graph_def(const Message& message) {
  const Message node = message.message(1);
  return node.has_name(1) && node.has_name(2) &&
         !message.any([](const Field& f) { return f.number > 5 || (f.number == 1 && f.wire != Wire::bytes); });
}

/// ModelProto: a version of the format, and a graph or the operator sets that it needs.
bool is_onnx(const Message& message) {
  const Field* version = message.find(1, Wire::varint);
  if (version == nullptr || version->value == 0 || version->value > 100) return false;
  const Message graph = message.message(7), operators = message.message(8);
  return graph.has(1, Wire::bytes) || graph.has_name(2) || graph.has(11, Wire::bytes) || operators.has(2, Wire::varint);
}

/// Model of CoreML: a version, a description of inputs and outputs, and one of many kinds of model from number 200.
bool is_coreml(const Message& message) {
  return message.has(1, Wire::varint) && message.has(2, Wire::bytes) &&
         message.any([](const Field& f) { return f.number >= 200 && f.number <= 3000 && f.wire == Wire::bytes; });
}

/// SavedModel: version 1, and graphs of nodes with what surrounds them.
bool is_saved_model(const Message& message) {
  const Field* version = message.find(1, Wire::varint);
  if (version == nullptr || version->value != 1) return false;
  const Message graph = message.message(2);
  return graph.has(1, Wire::bytes) && graph.has(2, Wire::bytes);
}

}  // namespace

Format recognise_protobuf(Text text) {
  if (text.size() < 8 || (text[0] != 0x08 && text[0] != 0x0a)) return Format::unknown;
  const Message message(text);
  if (is_coreml(message)) return Format::coreml;
  if (is_onnx(message)) return Format::onnx;
  if (is_saved_model(message)) return Format::saved_model;
  if (is_graph_def(message)) return Format::graph_def;
  if (message.has(1, Wire::bytes) && is_graph_def(message.message(2))) return Format::meta_graph;
  if (message.has(100, Wire::bytes) && (message.has_name(1) || message.has_name(3))) return Format::caffe;
  if (text.substr(0, 4096).find("_tf_keras_") != Text::npos) return Format::saved_model;  // keras_metadata.pb
  return Format::unknown;
}

}  // namespace nacre::tools
