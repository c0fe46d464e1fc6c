// A schema is a tree of nodes: each names a class, and the loader that would make an object of its content.

#include "tools/skops/read.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "tools/json/json.hpp"
#include "tools/pickle/malformed.hpp"
#include "tools/pickle/numpy_construct.hpp"
#include "tools/skops/npy.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

constexpr int kNewestProtocol = 2;

const Json& member(const Json& node, const char* name) {
  require(node.is_object() && node.contains(name), "a node lacks a part that it must have");
  return node[name];
}

const std::string& text(const Json& node, const char* name) {
  const Json& value = member(node, name);
  require(value.is_string(), "a part of a node is no text");
  return value.get_ref<const std::string&>();
}

class Reader {
 public:
  Reader(const ZipArchive& archive, Document& document) : archive_(archive), document_(document) {}

  NodeIndex read(const Json& node) {
    using Read = NodeIndex (Reader::*)(const Json&);
    static const std::unordered_map<std::string_view, Read> kLoaders = {
        {"JsonNode", &Reader::read_scalar_text}, {"ListNode", &Reader::read_sequence},
        {"TupleNode", &Reader::read_sequence},   {"SetNode", &Reader::read_sequence},
        {"DictNode", &Reader::read_dict},        {"DefaultDictNode", &Reader::read_default_dict},
        {"BytesNode", &Reader::read_bytes},      {"BytearrayNode", &Reader::read_bytes},
        {"FunctionNode", &Reader::read_global},  {"TypeNode", &Reader::read_global},
        {"ObjectNode", &Reader::read_object},    {"NdArrayNode", &Reader::read_array},
        {"TreeNode", &Reader::read_reduced},     {"LossNode", &Reader::read_reduced},
        {"SliceNode", &Reader::read_slice},      {"SparseMatrixNode", &Reader::read_sparse},
        {"ConstructorFromReduceNode", &Reader::read_call},
    };
    const auto found = kLoaders.find(text(node, "__loader__"));
    return found == kLoaders.end() ? read_opaque(node) : (this->*found->second)(node);
  }

 private:
  /// An object whose content no model needs: a generator of random numbers, a method.
  NodeIndex read_opaque(const Json& node) { return add_object(node, kNone, kNone); }

  NodeIndex read_global(const Json& node) {
    return document_.add_global(keep(text(node, "__module__")), keep(text(node, "__class__")));
  }

  NodeIndex read_object(const Json& node) {
    return add_object(node, kNone, node.contains("content") ? read(node["content"]) : kNone);
  }

  NodeIndex read_call(const Json& node) { return add_object(node, read(member(node, "content")), kNone); }

  NodeIndex read_reduced(const Json& node) {
    const NodeIndex arguments = read(member(member(node, "__reduce__"), "args"));
    return add_object(node, arguments, read(member(node, "content")));
  }

  NodeIndex read_sequence(const Json& node) {
    const std::string& loader = text(node, "__loader__");
    const Kind kind = loader == "ListNode" ? Kind::list : loader == "SetNode" ? Kind::set : Kind::tuple;
    return document_.add_sequence(kind, read_all(member(node, "content")));
  }

  /// The keys of a dictionary are texts here; what they were stands in key_types. These go by the order of the file,
  /// which JSON does not keep: so all keys must be of one type.
  NodeIndex read_dict(const Json& node) {
    const Json& content = member(node, "content");
    require(content.is_object(), "the content of a dictionary is none");
    const Json& types = member(member(node, "key_types"), "content");
    require(types.is_array() && types.size() == content.size(), "a dictionary has other keys than types of keys");
    std::vector<NodeIndex> entries;
    for (const auto& entry : content.items()) {
      const std::string& type = text(types[0], "__class__");
      entries.push_back(read_key(entry.key(), type));
      entries.push_back(read(entry.value()));
    }
    for (const Json& type : types)
      if (text(type, "__class__") != text(types[0], "__class__"))
        throw Refusal("schema.json", "holds a dictionary whose keys are of several types",
                      "load it with skops.io.load in Python and save the model with joblib.dump");
    return document_.add_sequence(Kind::dict, entries);
  }

  NodeIndex read_key(const std::string& key, const std::string& type) {
    if (type.starts_with("str")) return document_.add_owned(Kind::string, key);
    if (type.starts_with("bool")) return Document::add_boolean(key == "true" || key == "True");
    return type.starts_with("int") || type.starts_with("uint") || type.starts_with("float") || type == "NoneType"
               ? read_literal(key)
               : document_.add_owned(Kind::string, key);
  }

  NodeIndex read_default_dict(const Json& node) { return read(member(member(node, "content"), "main")); }

  NodeIndex read_bytes(const Json& node) {
    return document_.add_owned(Kind::bytes, archive_.read(text(node, "file")));
  }

  NodeIndex read_slice(const Json& node) {
    const Json& content = member(node, "content");
    std::vector<NodeIndex> arguments;
    for (const char* name : {"start", "stop", "step"}) {
      const Json& bound = member(content, name);
      arguments.push_back(bound.is_object() ? read(bound) : read_value(bound));
    }
    return add_object(node, document_.add_sequence(Kind::tuple, arguments), kNone);
  }

  NodeIndex read_scalar_text(const Json& node) { return read_literal(text(node, "content")); }

  /// What Python's json writes: JSON, with NaN and Infinity.
  NodeIndex read_literal(const std::string& literal) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (literal == "NaN" || literal == "nan") return document_.add_real(std::nan(""));
    if (literal == "Infinity" || literal == "inf") return document_.add_real(kInfinity);
    if (literal == "-Infinity" || literal == "-inf") return document_.add_real(-kInfinity);
    if (literal == "None") return kNone;
    return read_value(parse_json(literal, "a value of schema.json"));
  }

  NodeIndex read_value(const Json& value) {
    if (value.is_null()) return kNone;
    if (value.is_boolean()) return Document::add_boolean(value.get<bool>());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{1} << 62)
      return document_.add_real(value.get<double>());
    if (value.is_number_integer()) return document_.add_integer(value.get<std::int64_t>());
    if (value.is_number()) return document_.add_real(value.get<double>());
    require(value.is_string(), "a value is neither a number nor a text");
    return document_.add_owned(Kind::string, value.get<std::string>());
  }

  NodeIndex read_array(const Json& node) {
    if (text(node, "type") == "json") return read_object_array(node);
    const NodeIndex array = document_.add_array(read_file(archive_, text(node, "file")));
    return text(node, "__class__") == "ndarray" ? array : number_of(array);
  }

  NodeIndex read_object_array(const Json& node) {
    NumpyArray array;
    array.type = std::make_shared<const NumpyType>(parse_numpy_type("O"));
    array.shape = read_shape(document_, read(member(node, "shape")));
    const std::vector<NodeIndex> elements = read_elements(member(node, "content"), array.shape.size());
    array.elements.assign(elements.begin(), elements.end());
    require(byte_count(array.shape, 1) == elements.size(), "an object array has other elements than its shape needs");
    return document_.add_array(std::move(array));
  }

  /// Items of an array of objects: lists in lists, as deep as it has dimensions.
  std::vector<NodeIndex> read_elements(const Json& items, std::size_t rank) {
    require(items.is_array() || rank == 0, "the content of an array is no list");
    if (rank <= 1) return read_all(items);
    std::vector<NodeIndex> elements;
    for (const Json& item : items) {
      const std::vector<NodeIndex> inner = read_elements(member(item, "content"), rank - 1);
      elements.insert(elements.end(), inner.begin(), inner.end());
    }
    return elements;
  }

  /// A scalar of NumPy is saved as an array without dimensions.
  NodeIndex number_of(NodeIndex scalar) {
    const NumpyArray& array = document_.array(scalar);
    const auto type = array.type->element_type();
    if (!array.shape.empty() || !type) return scalar;
    const Array value = array.to_array();
    switch (*type) {
      case ElementType::string: return document_.add_owned(Kind::string, value.strings().front());
      case ElementType::boolean: return Document::add_boolean(value.to<std::int64_t>().front() != 0);
      case ElementType::float16:
      case ElementType::float32:
      case ElementType::float64: return document_.add_real(value.to<double>().front());
      default: return document_.add_integer(value.to<std::int64_t>().front());
    }
  }

  /// SciPy saves the parts of a matrix as arrays in an archive of their own.
  NodeIndex read_sparse(const Json& node) {
    const std::string& name = text(node, "file");
    const ZipArchive parts(archive_.read(name));
    std::vector<NodeIndex> entries;
    for (const char* part : {"data", "indices", "indptr", "shape"}) {
      entries.push_back(document_.add_owned(Kind::string, std::string_view(part) == "shape" ? "_shape" : part));
      entries.push_back(document_.add_array(read_file(parts, std::string(part) + ".npy")));
    }
    return add_object(node, kNone, document_.add_sequence(Kind::dict, entries));
  }

  static NumpyArray read_file(const ZipArchive& archive, const std::string& name) {
    try {
      return read_npy(archive.read(name));
    } catch (const Refusal& refusal) {
      throw refusal.where().empty() ? Refusal(name, refusal.obstacle(), refusal.advice()) : refusal;
    }
  }

  std::vector<NodeIndex> read_all(const Json& items) {
    require(items.is_array(), "the content of a list is none");
    std::vector<NodeIndex> nodes;
    for (const Json& item : items) nodes.push_back(read(item));
    return nodes;
  }

  NodeIndex add_object(const Json& node, NodeIndex arguments, NodeIndex state) {
    ObjectParts parts;
    parts.callee = read_global(node);
    parts.arguments = arguments;
    parts.state = state;
    return document_.add_object(parts);
  }

  /// A text that lives as long as the document.
  std::string_view keep(const std::string& name) {
    const auto [found, is_new] = names_.try_emplace(name, kNone);
    if (is_new) found->second = document_.add_owned(Kind::string, name);
    return document_.text(found->second);
  }

  const ZipArchive& archive_;
  Document& document_;
  std::unordered_map<std::string, NodeIndex> names_;
};

}  // namespace

Document read_skops(const Buffer& file) {
  const Buffer schema = ZipArchive(file).read("schema.json");
  return read_skops(file, {reinterpret_cast<const char*>(schema.data()), schema.size()});
}

Document read_skops(const Buffer& file, std::string_view schema) {
  const ZipArchive archive(file);
  const Json json = parse_json(schema, "schema.json");
  const auto protocol = json.is_object() ? json.find("protocol") : json.end();
  if (protocol != json.end() && (!protocol->is_number_integer() || protocol->get<std::int64_t>() > kNewestProtocol))
    throw Refusal("schema.json", "is of a later protocol of skops than 2",
                  "load it with skops.io.load in Python and save the model with joblib.dump");
  Document document(file);
  document.set_root(Reader(archive, document).read(json));
  return document;
}

}  // namespace nacre::tools
