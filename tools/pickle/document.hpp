#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tools/common/buffer.hpp"
#include "tools/pickle/numpy_array.hpp"
#include "tools/pickle/symbols.hpp"

namespace nacre::tools {

class Value;

/// What a node is. `object` is anything that a class or function would have made: it stays inert.
enum class Kind : std::uint8_t {
  none, boolean, integer, big_integer, real, string, bytes, list, tuple, dict, set, global, object, array,
};

/// Position of a node in its document.
using NodeIndex = std::uint32_t;

/// `None` is shared, and stands for every absent part of an object.
inline constexpr NodeIndex kNone = 0;

/// A name that a pickle mentions. Nothing is ever looked up or called by it.
struct Global {
  std::string_view module;
  std::string_view name;
  Symbol symbol;
};

/// What a pickle says about an object: call `callee` with `arguments` and `keywords`, then give it
/// `state`, append `items` and set `entries`.
struct ObjectParts {
  NodeIndex callee = kNone;
  NodeIndex arguments = kNone;
  NodeIndex keywords = kNone;
  NodeIndex state = kNone;
  NodeIndex items = kNone;    ///< list
  NodeIndex entries = kNone;  ///< dict
  static constexpr std::size_t kCount = 6;
};

/// The objects of a pickle, as data. Nodes lie in an arena and refer to each other by index, so that
/// shared nodes are never copied, and cycles and a nesting of any depth do no harm: destruction does
/// not recurse. Texts are views into the file. Movable; `Value` handles point to it.
class Document {
 public:
  explicit Document(Buffer source);
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// The object that the pickle holds.
  Value root() const;
  void set_root(NodeIndex root) { root_ = root; }

  std::size_t node_count() const { return nodes_.size(); }
  /// Bytes of the file, decompressed.
  std::size_t source_size() const { return buffers_.front().size(); }
  Kind kind(NodeIndex node) const { return nodes_[node].kind; }
  bool boolean(NodeIndex node) const { return nodes_[node].integer != 0; }
  std::int64_t integer(NodeIndex node) const { return nodes_[node].integer; }
  double real(NodeIndex node) const { return nodes_[node].real; }
  /// The stored bytes of a string, bytes or big integer.
  std::string_view text(NodeIndex node) const { return {nodes_[node].text.data, nodes_[node].text.size}; }
  /// Whether `text` of a string is Latin-1 (written by Python 2) instead of UTF-8.
  bool is_latin1(NodeIndex node) const { return nodes_[node].latin1; }
  /// The bytes of `text`, sharing their owner.
  Buffer buffer(NodeIndex node) const;
  /// Items of a list, tuple or set; keys and values in turn of a dict; of any other node, none. Invalidated
  /// by `append`.
  std::span<const NodeIndex> slots(NodeIndex node) const {
    const Kind kind = nodes_[node].kind;
    if (kind < Kind::list || kind > Kind::set) return {};
    return {slots_.data() + nodes_[node].slots.begin, nodes_[node].slots.count};
  }
  const Global& global(NodeIndex node) const { return globals_[nodes_[node].link]; }
  const ObjectParts& object(NodeIndex node) const { return objects_[nodes_[node].link]; }
  const NumpyArray& array(NodeIndex node) const { return arrays_[nodes_[node].link]; }
  /// The symbol of a global; `other` for every other node.
  Symbol symbol(NodeIndex node) const {
    return kind(node) == Kind::global ? global(node).symbol : Symbol::other;
  }

  /// Counts a step from a value to another. Objects that hold objects twice, level upon level, have more
  /// paths than any machine can follow: beyond what a model's size allows, refuses.
  void count_step() const;

  /// Children of any kind of node, for walks that need not know the kind.
  std::size_t child_count(NodeIndex node) const;
  NodeIndex child(NodeIndex node, std::size_t i) const;

  // Building. Each function returns the new node.
  static NodeIndex add_boolean(bool value) { return value ? kTrue : kFalse; }
  NodeIndex add_integer(std::int64_t value);
  NodeIndex add_real(double value);
  /// A text that lies inside the source.
  NodeIndex add_text(Kind kind, std::string_view text, bool latin1 = false);
  /// A text that the document keeps.
  NodeIndex add_owned(Kind kind, std::string text);
  NodeIndex add_owned(Kind kind, Buffer bytes);
  NodeIndex add_sequence(Kind kind, std::span<const NodeIndex> slots);
  NodeIndex add_global(std::string_view module, std::string_view name);
  NodeIndex add_object(const ObjectParts& parts);
  NodeIndex add_array(NumpyArray array);

  /// Counts bytes that are copied from nodes that exist already. A few bytes of a pickle can ask for a copy
  /// of all before them, again and again: beyond what any pickler writes, refuses.
  void charge_copy(std::size_t bytes);
  /// Appends to a list, set or dict (keys and values in turn). `more` lies outside the document.
  void append(NodeIndex node, std::span<const NodeIndex> more);
  ObjectParts& edit_object(NodeIndex node) { return objects_[nodes_[node].link]; }
  /// Turns an object into the array that it describes, for all who refer to it.
  void become_array(NodeIndex node, NumpyArray array);

  /// The element type that a pickled numpy.dtype describes. Throws `Refusal`.
  std::shared_ptr<const NumpyType> numpy_type(NodeIndex dtype);

 private:
  struct Node {
    explicit Node(Kind kind = Kind::none, bool latin1 = false, std::uint32_t link = 0)
        : kind(kind), latin1(latin1), link(link) {}

    Kind kind;
    bool latin1;
    std::uint32_t link;  ///< index of the buffer that owns `text`, or into a table below
    union {
      std::int64_t integer = 0;
      double real;
      struct {
        const char* data;
        std::uint64_t size;
      } text;
      struct {
        std::uint64_t begin;
        std::uint32_t count;
        std::uint32_t capacity;
      } slots;
    };
  };

  static constexpr NodeIndex kFalse = 1;
  static constexpr NodeIndex kTrue = 2;
  static constexpr NodeIndex kFirstSmall = 3;   ///< the integers 0 to 255 are shared
  static constexpr std::int64_t kSmallCount = 256;

  NodeIndex add(Node node);

  std::vector<Node> nodes_;
  std::vector<NodeIndex> slots_;
  std::vector<Buffer> buffers_;
  std::vector<Global> globals_;
  std::vector<ObjectParts> objects_;
  std::deque<NumpyArray> arrays_;
  std::unordered_map<NodeIndex, std::shared_ptr<const NumpyType>> numpy_types_;
  std::size_t copied_ = 0;  ///< bytes
  mutable std::size_t steps_ = 0;
  NodeIndex root_ = kNone;
};

}  // namespace nacre::tools
