#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::tools {

// The messages of an ONNX file. Texts and bytes are views into the file, which must outlive them.

/// Types of elements, by the numbers of TensorProto.DataType; those that no kernel knows are kept as their number.
enum class OnnxType : std::int32_t {
  none = 0, float32 = 1, uint8 = 2, int8 = 3, uint16 = 4, int16 = 5, int32 = 6, int64 = 7, string = 8, boolean = 9,
  float16 = 10, float64 = 11, uint32 = 12, uint64 = 13, bfloat16 = 16, uint4 = 21, int4 = 22,
};
/// "float32"; "type 17" of one that this reader does not know.
std::string onnx_type_name(OnnxType type);

struct OnnxTensorProto {
  std::string_view name;
  std::vector<std::int64_t> dims;
  OnnxType type = OnnxType::none;
  std::string_view raw;
  bool has_raw = false;
  std::vector<double> reals;            ///< of float_data and double_data
  std::vector<std::int64_t> integers;   ///< of int32_data, int64_data and uint64_data
  std::vector<std::string_view> texts;  ///< of string_data
  bool is_external = false;
  std::vector<std::pair<std::string_view, std::string_view>> external;  ///< location, offset, length
  bool is_segment = false;
};

struct OnnxGraphProto;

struct OnnxAttribute {
  enum class Kind : std::uint8_t {
    none = 0, real = 1, integer = 2, text = 3, tensor = 4, graph = 5, reals = 6, integers = 7, texts = 8, tensors = 9,
    graphs = 10, sparse_tensor = 11, sparse_tensors = 12, type = 13, types = 14,
  };
  std::string_view name;
  std::string_view reference;  ///< of an attribute of the function around it; empty: it has a value of its own
  Kind kind = Kind::none;
  float real = 0;
  std::int64_t integer = 0;
  std::string_view text;
  std::vector<OnnxTensorProto> tensors;  ///< one, of kind tensor
  std::vector<OnnxGraphProto> graphs;    ///< one, of kind graph
  std::vector<float> reals;
  std::vector<std::int64_t> integers;
  std::vector<std::string_view> texts;
};

struct OnnxNodeProto {
  std::string_view name, op, domain, overload;
  std::vector<std::string_view> inputs, outputs;  ///< an empty name: there is none
  std::vector<OnnxAttribute> attributes;
};

/// A length of an axis, or the name of one that is open.
struct OnnxDimension {
  std::optional<std::int64_t> length;
  std::string_view name;
};

/// A name with a type. Only tensors have a shape.
struct OnnxPort {
  std::string_view name;
  bool is_tensor = false;
  OnnxType type = OnnxType::none;
  std::optional<std::vector<OnnxDimension>> shape;  ///< nothing: of an unknown rank
};

struct OnnxGraphProto {
  std::string_view name;
  std::vector<OnnxNodeProto> nodes;
  std::vector<OnnxTensorProto> initializers;
  std::vector<OnnxPort> inputs, outputs;
  bool has_sparse_initializers = false;
};

struct OnnxOpset {
  std::string_view domain;
  std::int64_t version = 0;
};

struct OnnxFunction {
  std::string_view name, domain, overload;
  std::vector<std::string_view> inputs, outputs;
  std::vector<OnnxAttribute> defaults;  ///< of its attributes
  std::vector<OnnxNodeProto> nodes;
  std::vector<OnnxOpset> opsets;
};

struct OnnxModel {
  std::int64_t ir_version = 0;
  std::string_view producer, producer_version;
  std::vector<OnnxOpset> opsets;
  OnnxGraphProto graph;
  std::vector<OnnxFunction> functions;
  bool is_trained = false;  ///< it says how to train it
};

/// The messages of a file. Throws Refusal with the place of what is malformed.
OnnxModel parse_onnx(std::string_view file);

}  // namespace nacre::tools
