#include "tools/pickle/value.hpp"

#include <fmt/format.h>

#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kKindNames[] = {"None", "bool", "int", "int beyond int64", "float", "str", "bytes", "list",
                                      "tuple", "dict", "set", "class", "object", "ndarray"};
constexpr int kMaxListDepth = 8;
constexpr unsigned kMaxDepth = 128;

/// Collects numbers or strings of nested lists; `shape` is that of the first branch, which all must have.
struct Collector {
  std::vector<double> numbers;
  std::vector<std::int64_t> integers;  ///< the same, while all are: a double holds no integer beyond 2^53
  std::vector<std::string> strings;
  std::vector<std::int64_t> shape;
  std::size_t visited = 0;

  /// Lists may hold one list, or one array, again and again.
  void count(const Value& value, std::size_t items) {
    visited += items;
    if (visited > value.document().source_size()) value.refuse("holds more numbers than the file has bytes");
  }

  void visit(const Value& value, std::size_t depth) {
    if (value.is_sequence() || (value.is_array() && value.numpy().type->kind != NumpyType::Kind::object && depth > 0)) {
      if (depth >= kMaxListDepth) value.refuse("is nested too deeply for an array");
      const auto size = static_cast<std::int64_t>(value.is_array() ? value.numpy().size() : value.size());
      count(value, static_cast<std::size_t>(size));
      if (depth == shape.size()) shape.push_back(size);
      if (shape[depth] != size) value.refuse("is a ragged array");
      if (value.is_array()) {
        for (const double number : value.as_doubles()) numbers.push_back(number);
        return;
      }
      for (std::size_t i = 0; i < value.size(); ++i) visit(value.at(i), depth + 1);
      return;
    }
    if (value.is_string()) {
      strings.push_back(value.as_string());
      return;
    }
    if (value.kind() == Kind::integer && integers.size() == numbers.size()) integers.push_back(value.as_int());
    numbers.push_back(value.is_none() ? __builtin_nan("") : value.as_double());
  }
};

}  // namespace

bool Value::is_sequence() const {
  return kind() == Kind::list || kind() == Kind::tuple || kind() == Kind::set ||
         (kind() == Kind::array && numpy().type->kind == NumpyType::Kind::object);
}

void Value::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal(path_.empty() ? "the pickled object" : path_, what, advice);
}

std::string Value::class_name() const {
  NodeIndex named = node_;
  if (kind() == Kind::object) named = document_->object(node_).callee;
  if (document_->kind(named) == Kind::global) {
    const Global& global = document_->global(named);
    return std::string(global.module) + "." + std::string(global.name);
  }
  return kKindNames[static_cast<int>(kind())];
}

Value Value::child(NodeIndex node, std::string path) const {
  if (depth_ >= kMaxDepth) {
    const std::string outermost = path_.substr(0, 60) + "…";
    Value(*document_, node_, outermost).refuse("is nested too deeply, or holds itself");
  }
  document_->count_step();
  return Value(*document_, node, std::move(path), depth_ + 1);
}

std::optional<Value> Value::find(std::string_view name) const {
  NodeIndex dict = node_;
  if (kind() == Kind::object) {
    dict = document_->object(node_).state;
    // (attributes, slots) where the class has slots.
    if (document_->kind(dict) == Kind::tuple && !document_->slots(dict).empty()) dict = document_->slots(dict)[0];
    if (document_->kind(dict) != Kind::dict) dict = document_->object(node_).entries;
  }
  if (document_->kind(dict) != Kind::dict) return std::nullopt;
  const auto slots = document_->slots(dict);
  for (std::size_t i = slots.size(); i >= 2; i -= 2) {  // the last of equal keys counts
    const NodeIndex key = slots[i - 2];
    if (document_->kind(key) == Kind::string && document_->text(key) == name)
      return child(slots[i - 1], path_.empty() ? std::string(name) : path_ + "." + std::string(name));
  }
  return std::nullopt;
}

Value Value::attribute(std::string_view name) const {
  if (auto found = find(name)) return *found;
  refuse(fmt::format("{} has no attribute {}: it is not fitted, or of a release that Nacre does not know", class_name(),
                     name),
         "save the model after it has been fitted");
}

Value Value::attribute(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    if (auto found = find(name)) return *found;
  return attribute(*names.begin());
}

std::size_t Value::size() const {
  if (kind() == Kind::array) return document_->array(node_).elements.size();
  if (!is_sequence() && kind() != Kind::dict) refuse("is a " + class_name() + " where a list is needed");
  return document_->slots(node_).size() / (kind() == Kind::dict ? 2 : 1);
}

Value Value::at(std::size_t i) const {
  if (i >= size()) refuse(fmt::format("has no element {}", i));
  const NodeIndex node = kind() == Kind::array ? document_->array(node_).elements[i] : document_->slots(node_)[i];
  return child(node, fmt::format("{}[{}]", path_, i));
}

std::vector<std::pair<Value, Value>> Value::items() const {
  NodeIndex dict = kind() == Kind::object ? document_->object(node_).entries : node_;
  if (document_->kind(dict) != Kind::dict) refuse("is a " + class_name() + " where a dictionary is needed");
  std::vector<std::pair<Value, Value>> result;
  const auto slots = document_->slots(dict);
  for (std::size_t i = 0; i + 1 < slots.size(); i += 2) {
    const Value key = child(slots[i], path_ + " key");
    const std::string name = key.is_string() ? key.as_string() : std::to_string(i / 2);
    result.emplace_back(key, child(slots[i + 1], fmt::format("{}[{}]", path_, name)));
  }
  return result;
}

Value Value::arguments() const {
  if (!is_object()) refuse("is a " + class_name() + " where an object is needed");
  return child(document_->object(node_).arguments, path_ + " arguments");
}

std::string Value::as_string() const {
  if (kind() != Kind::string && kind() != Kind::bytes) refuse("is a " + class_name() + " where text is needed");
  return document_->is_latin1(node_) ? latin1_to_utf8(document_->text(node_)) : std::string(document_->text(node_));
}

std::int64_t Value::as_int() const {
  if (kind() == Kind::integer || kind() == Kind::boolean) return document_->integer(node_);
  if (kind() == Kind::real) return as_array().to<std::int64_t>()[0];  // refuses what is no integer of 64 bits
  if (kind() == Kind::array && numpy().size() == 1) return as_array().to<std::int64_t>()[0];
  refuse("is a " + class_name() + " where an integer is needed");
}

double Value::as_double() const {
  if (kind() == Kind::real) return document_->real(node_);
  if (kind() == Kind::integer || kind() == Kind::boolean) return static_cast<double>(document_->integer(node_));
  if (kind() == Kind::array && numpy().size() == 1) return as_array().to<double>()[0];
  refuse("is a " + class_name() + " where a number is needed");
}

bool Value::as_bool() const { return as_double() != 0; }

const NumpyArray& Value::numpy() const {
  if (kind() != Kind::array) refuse("is a " + class_name() + " where an array is needed");
  return document_->array(node_);
}

Array Value::as_array() const {
  if (kind() == Kind::array && numpy().type->kind != NumpyType::Kind::object)
    return within([&] { return numpy().to_array(); });
  if (is_number()) return Array::of(ElementType::float64, {}, std::vector<double>{as_double()});
  if (!is_sequence()) refuse("is a " + class_name() + " where an array is needed");
  Collector collector;
  if (kind() == Kind::array) {
    const NumpyArray& own = numpy();
    for (std::size_t i = 0; i < own.elements.size(); ++i) collector.visit(at(i), 0);
    collector.shape = own.shape;
  } else {
    collector.visit(*this, 0);
  }
  if (collector.strings.empty() && collector.integers.size() == collector.numbers.size())
    return Array::of(ElementType::int64, collector.shape, collector.integers);
  if (collector.strings.empty()) return Array::of(ElementType::float64, collector.shape, collector.numbers);
  if (!collector.numbers.empty()) refuse("mixes text and numbers");
  return Array(collector.shape, std::move(collector.strings));
}

}  // namespace nacre::tools
