#include "tools/pickle/numpy_construct.hpp"

#include "tools/common/utf8.hpp"
#include "tools/pickle/malformed.hpp"

namespace nacre::tools {
namespace {

constexpr int kMaxNesting = 8;         // structures inside structures
constexpr unsigned kMaxFields = 4096;  // of all of them together

std::string_view text_of(const Document& document, NodeIndex node, const char* what) {
  require(document.kind(node) == Kind::string || document.kind(node) == Kind::bytes, what);
  return document.text(node);
}

std::span<const NodeIndex> tuple_of(const Document& document, NodeIndex node, std::size_t least, const char* what) {
  require(document.kind(node) == Kind::tuple && document.slots(node).size() >= least, what);
  return document.slots(node);
}

std::size_t size_of(const Document& document, NodeIndex node, const char* what) {
  require(document.kind(node) == Kind::integer && document.integer(node) >= 0 &&
              document.integer(node) < (std::int64_t{1} << 31), what);
  return static_cast<std::size_t>(document.integer(node));
}

/// A dtype in hand: how deep it is nested, and how many fields it may still have.
struct Nesting {
  int depth;
  unsigned& fields_left;
};

NumpyType read_type(Document& document, NodeIndex node, Nesting nesting);

/// Fields of a structure: state[3] names them in order, state[4] maps each to (dtype, offset).
void read_fields(Document& document, NodeIndex names, NodeIndex fields, NumpyType& type, Nesting nesting) {
  require(document.kind(fields) == Kind::dict, "the fields of a dtype are no dictionary");
  require(document.slots(fields).size() <= 2 * kMaxFields, "a dtype has too many fields");
  for (const NodeIndex name : tuple_of(document, names, 0, "the names of a dtype are no tuple")) {
    require(nesting.fields_left-- > 0, "a dtype has too many fields");
    const std::string_view wanted = text_of(document, name, "the name of a field is no text");
    const auto entries = document.slots(fields);
    std::size_t at = 0;
    while (at < entries.size() && (document.kind(entries[at]) != Kind::string || document.text(entries[at]) != wanted))
      at += 2;
    require(at < entries.size(), "a dtype lacks a field that it names");
    const auto parts = tuple_of(document, entries[at + 1], 2, "the field of a dtype is no pair");
    NumpyType::Field field;
    field.name = std::string(wanted);
    field.offset = size_of(document, parts[1], "the offset of a field is no size");
    field.type =
        std::make_shared<const NumpyType>(read_type(document, parts[0], {nesting.depth + 1, nesting.fields_left}));
    require(field.offset <= type.item_size && field.type->item_size <= type.item_size - field.offset,
            "a field of a dtype lies outside its item");
    type.fields.push_back(std::move(field));
  }
}

NumpyType read_type(Document& document, NodeIndex node, Nesting nesting) {
  require(nesting.depth <= kMaxNesting, "a dtype is nested too deeply");
  if (document.kind(node) == Kind::string) return parse_numpy_type(document.text(node));
  require(document.kind(node) == Kind::object, "a dtype is no object");
  const ObjectParts parts = document.object(node);
  if (document.symbol(parts.callee) == Symbol::string_dtype)
    return parse_numpy_type("O");  // its elements are pickled as a list of text
  require(document.symbol(parts.callee) == Symbol::dtype, "a dtype is made by something else");
  const auto arguments = tuple_of(document, parts.arguments, 1, "a dtype has no name");
  NumpyType type = parse_numpy_type(text_of(document, arguments[0], "the name of a dtype is no text"));
  if (parts.state == kNone) return type;
  const auto state = tuple_of(document, parts.state, 8, "the state of a dtype is no tuple");
  const std::string_view order = text_of(document, state[1], "the byte order of a dtype is no text");
  type.big_endian = order == ">";
  if (document.kind(state[3]) == Kind::none || document.slots(state[3]).empty()) {
    require(document.kind(state[2]) == Kind::none, "an array of sub-arrays");
    return type;
  }
  type.kind = NumpyType::Kind::structure;
  type.item_size = size_of(document, state[5], "the item size of a dtype is no size");
  read_fields(document, state[3], state[4], type, nesting);
  return type;
}

/// The bytes of a string or bytes node; Python 2 wrote them as text, protocol 0 to 2 as Latin-1.
Buffer raw_bytes(Document& document, NodeIndex node) {
  if (document.kind(node) == Kind::bytes || (document.kind(node) == Kind::string && document.is_latin1(node)))
    return document.buffer(node);
  require(document.kind(node) == Kind::string, "the data of an array are no bytes");
  return latin1_bytes(document, node);
}

NumpyArray make_array(std::shared_ptr<const NumpyType> type, std::vector<std::int64_t> shape, bool fortran,
                      Buffer data) {
  require(data.size() == byte_count(shape, type->item_size), "an array has other bytes than its shape needs");
  return {std::move(type), std::move(shape), fortran, std::move(data), {}};
}

}  // namespace

std::shared_ptr<const NumpyType> read_numpy_type(Document& document, NodeIndex dtype) {
  unsigned fields_left = kMaxFields;
  return std::make_shared<const NumpyType>(read_type(document, dtype, {0, fields_left}));
}

Buffer latin1_bytes(Document& document, NodeIndex text) {
  document.charge_copy(document.text(text).size());
  auto bytes = utf8_to_latin1(document.text(text));
  require(bytes.has_value(), "encoded bytes are text beyond Latin-1");
  return Buffer::from(std::move(*bytes));
}

std::vector<std::int64_t> read_shape(const Document& document, NodeIndex shape) {
  if (document.kind(shape) == Kind::integer) return {document.integer(shape)};
  std::vector<std::int64_t> result;
  for (const NodeIndex dimension : tuple_of(document, shape, 0, "the shape of an array is no tuple")) {
    require(document.kind(dimension) == Kind::integer, "a dimension of an array is no integer");
    result.push_back(document.integer(dimension));
  }
  return result;
}

NumpyArray read_array_state(Document& document, NodeIndex state) {
  const auto parts = tuple_of(document, state, 5, "the state of an array is no tuple");
  const NodeIndex dtype = parts[2], fortran = parts[3], data = parts[4];
  std::vector<std::int64_t> shape = read_shape(document, parts[1]);
  auto type = document.numpy_type(dtype);
  const bool is_fortran = (document.kind(fortran) == Kind::boolean || document.kind(fortran) == Kind::integer) &&
                          document.boolean(fortran);
  if (type->kind != NumpyType::Kind::object)
    return make_array(type, std::move(shape), is_fortran, raw_bytes(document, data));
  require(document.kind(data) == Kind::list, "the data of an object array are no list");
  const auto elements = document.slots(data);
  require(byte_count(shape, 1) == elements.size(), "an object array has other elements than its shape needs");
  document.charge_copy(elements.size() * sizeof(NodeIndex));
  return {type, std::move(shape), false, {}, {elements.begin(), elements.end()}};
}

NumpyArray read_array_from_buffer(Document& document, NodeIndex arguments) {
  const auto parts = tuple_of(document, arguments, 4, "_frombuffer lacks arguments");
  const NodeIndex data = parts[0], dtype = parts[1], order = parts[3];
  std::vector<std::int64_t> shape = read_shape(document, parts[2]);
  const bool fortran = text_of(document, order, "the order of an array is no text") == "F";
  return make_array(document.numpy_type(dtype), std::move(shape), fortran, raw_bytes(document, data));
}

NodeIndex read_scalar(Document& document, NodeIndex arguments) {
  const auto parts = tuple_of(document, arguments, 2, "a scalar lacks its value");
  const NodeIndex dtype = parts[0], data = parts[1];
  const auto type = document.numpy_type(dtype);
  if (type->kind == NumpyType::Kind::object) return data;
  Buffer bytes = raw_bytes(document, data);
  if (type->item_size == 0 && bytes.size() == 0)
    return document.add_owned(Kind::string, "");  // numpy.str_(""), of dtype U0
  const Array array = make_array(type, {}, false, std::move(bytes)).to_array();
  switch (type->kind) {
    case NumpyType::Kind::boolean: return Document::add_boolean(array.to<std::int64_t>()[0] != 0);
    case NumpyType::Kind::signed_integer:
    case NumpyType::Kind::unsigned_integer: {
      const std::int64_t value = array.to<std::int64_t>()[0];
      if (type->kind == NumpyType::Kind::unsigned_integer && value < 0)
        return document.add_owned(Kind::big_integer, raw_bytes(document, data));
      return document.add_integer(value);
    }
    case NumpyType::Kind::real: return document.add_real(array.to<double>()[0]);
    default: return document.add_owned(Kind::string, array.strings().at(0));
  }
}

}  // namespace nacre::tools
