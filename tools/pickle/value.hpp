#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/common/array.hpp"
#include "tools/common/refusal.hpp"
#include "tools/pickle/document.hpp"

namespace nacre::tools {

/// A node of a document, with the path that led to it for messages. The document must outlive it.
/// Every `as_` throws Refusal naming the path when the node is something else.
class Value {
 public:
  Value(const Document& document, NodeIndex node, std::string path = {}, unsigned depth = 0)
      : document_(&document), node_(node), path_(std::move(path)), depth_(depth) {}

  Kind kind() const { return document_->kind(node_); }
  const std::string& path() const { return path_; }
  NodeIndex node() const { return node_; }
  const Document& document() const { return *document_; }

  bool is_none() const { return kind() == Kind::none; }
  bool is_object() const { return kind() == Kind::object; }
  bool is_string() const { return kind() == Kind::string; }
  bool is_number() const { return kind() == Kind::integer || kind() == Kind::real || kind() == Kind::boolean; }
  bool is_array() const { return kind() == Kind::array; }
  bool is_sequence() const;

  /// Dotted name of an object's class or of a global ("sklearn.tree._tree.Tree"); else what the value
  /// is ("list", "ndarray").
  std::string class_name() const;

  /// Attribute of an object (from the state that BUILD gave it), or entry of a dictionary.
  std::optional<Value> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  /// The same, which must exist.
  Value attribute(std::string_view name) const;
  /// The first of several names under which releases saved an attribute.
  Value attribute(std::initializer_list<std::string_view> names) const;

  /// Items of a list, tuple, set or object array.
  std::size_t size() const;
  Value at(std::size_t i) const;
  /// Keys and values of a dictionary.
  std::vector<std::pair<Value, Value>> items() const;
  /// Positional arguments of the call that made an object.
  Value arguments() const;

  /// What `read` gives. An obstacle that does not say where it stands gets this value's path. Parts that contradict
  /// each other, which arrays and graphs notice as a logic_error, are refused: the file made them.
  template <typename Read>
  auto within(Read read) const {
    try {
      return read();
    } catch (const Refusal& refusal) {
      throw refusal.changed([&](Obstacle& obstacle) {
        for (std::string& place : obstacle.places)
          if (place.empty()) place = path_;
      });
    } catch (const std::logic_error& error) {
      refuse(class_name() + " has parts that do not fit each other (" + error.what() + ")");
    }
  }

  std::string as_string() const;
  std::int64_t as_int() const;
  double as_double() const;
  bool as_bool() const;
  /// Numbers or strings of an array, or of a (nested) list or tuple.
  Array as_array() const;
  const NumpyArray& numpy() const;
  std::vector<double> as_doubles() const {
    const Array array = as_array();
    return within([&] { return array.to<double>(); });
  }

  [[noreturn]] void refuse(const std::string& what, const std::string& advice = "save the fitted model again") const;

 private:
  Value child(NodeIndex node, std::string path) const;

  const Document* document_;
  NodeIndex node_;
  std::string path_;
  unsigned depth_;  ///< steps from the root: a model that holds itself has no end of them
};

}  // namespace nacre::tools
