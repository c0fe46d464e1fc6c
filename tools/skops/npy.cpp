#include "tools/skops/npy.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "tools/json/json.hpp"
#include "tools/pickle/malformed.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMaxFields = 4096;
constexpr int kMaxNesting = 8;  // structures inside structures

/// The header is a literal of Python: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }. With other
/// brackets, quotes and words, and without the last comma of a list, it is JSON.
std::string as_json(std::string_view literal) {
  std::string json;
  const auto drop_comma = [&json] {
    const auto last = json.find_last_not_of(' ');
    if (last != std::string::npos && json[last] == ',') json.resize(last);
  };
  for (std::size_t i = 0; i < literal.size(); ++i) {
    const char c = literal[i];
    if (c == '\'' || c == '"') {
      const auto end = literal.find(c, i + 1);
      require(end != std::string_view::npos, "the header of an array is no literal of Python");
      json += Json(std::string(literal.substr(i + 1, end - i - 1))).dump(-1, ' ', true, Json::error_handler_t::replace);
      i = end;
    } else if (literal.substr(i).starts_with("True")) {
      json += "true", i += 3;
    } else if (literal.substr(i).starts_with("False")) {
      json += "false", i += 4;
    } else if (c == ')' || c == ']' || c == '}') {
      drop_comma();
      json += c == '}' ? '}' : ']';
    } else {
      json += c == '(' ? '[' : c;
    }
  }
  return json;
}

std::vector<std::int64_t> shape_of(const Json& json) {
  std::vector<std::int64_t> shape;
  require(json.is_array(), "the shape of an array is no tuple");
  for (const Json& length : json) {
    require(length.is_number_integer(), "a dimension of an array is no integer");
    shape.push_back(length.get<std::int64_t>());
  }
  return shape;
}

/// A type as `descr` states it: a text, or a list of fields (name, type) and (name, type, shape), one behind the
/// other. A field without a name fills a gap.
NumpyType type_of(const Json& json, int nesting = 0) {
  if (json.is_string()) return parse_numpy_type(json.get_ref<const std::string&>());
  require(json.is_array() && json.size() <= kMaxFields && nesting < kMaxNesting, "an array has no type that is known");
  NumpyType structure;
  structure.kind = NumpyType::Kind::structure;
  for (const Json& part : json) {
    require(part.is_array() && (part.size() == 2 || part.size() == 3) && part[0].is_string(),
            "a field of an array is no pair of a name and a type");
    NumpyType::Field field;
    field.name = part[0].get<std::string>();
    field.offset = structure.item_size;
    if (part.size() == 3) field.shape = shape_of(part[2]);
    field.type = std::make_shared<const NumpyType>(type_of(part[1], nesting + 1));
    const std::size_t bytes = byte_count(field.shape, field.type->item_size);
    require(bytes <= (std::size_t{1} << 31) - structure.item_size, "an array has items of too many bytes");
    structure.item_size += bytes;
    if (!field.name.empty()) structure.fields.push_back(std::move(field));
  }
  return structure;
}

/// A number of `bytes` bytes at `at`, the lowest first.
std::size_t little(const Buffer& file, std::size_t at, std::size_t bytes) {
  std::size_t number = 0;
  for (std::size_t i = bytes; i-- > 0;) number = number << 8 | std::to_integer<std::size_t>(file.data()[at + i]);
  return number;
}

}  // namespace

NumpyArray read_npy(const Buffer& file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  require(text.starts_with(kMagic) && text.size() >= 12 && text[6] >= 1 && text[6] <= 3, "is no .npy file");
  const std::size_t begin = text[6] == 1 ? 10 : 12, length = little(file, 8, begin - 8);
  require(length <= text.size() - begin, "ends inside the header of an array");
  const Json header = parse_json(as_json(text.substr(begin, length)), "header");
  require(header.is_object() && header.contains("descr") && header.contains("fortran_order") &&
              header.contains("shape") && header["fortran_order"].is_boolean(),
          "the header of an array lacks its type, order or shape");
  NumpyArray array;
  array.type = std::make_shared<const NumpyType>(type_of(header["descr"]));
  require(array.type->kind != NumpyType::Kind::object, "an array holds objects of Python");
  array.shape = shape_of(header["shape"]);
  array.fortran_order = header["fortran_order"].get<bool>();
  array.data = file.slice(begin + length, file.size() - begin - length);
  require(array.data.size() == byte_count(array.shape, array.type->item_size),
          "an array has other bytes than its shape needs");
  return array;
}

}  // namespace nacre::tools
