#pragma once

#include <vector>

#include "tools/pickle/document.hpp"
#include "tools/pickle/stream.hpp"

namespace nacre::tools {

/// The pickle machine (protocols 0 to 5), inert: GLOBAL, REDUCE, NEWOBJ and BUILD make nodes of the
/// document; nothing is ever imported or called. Arrays that joblib wrote between opcodes are taken
/// from the stream as views.
class Machine {
 public:
  /// Reads one pickle of `source` from `position`. `nesting` counts pickles inside pickles.
  Machine(Document& document, const Buffer& source, std::size_t position, int nesting)
      : document_(document), source_(source), in_(source, position), nesting_(nesting) {}

  /// Runs to STOP and returns the object. Throws `Refusal` with the place of the opcode.
  NodeIndex run();

  /// Where the pickle ended.
  std::size_t position() const { return in_.position(); }

 private:
  using Handler = void (Machine::*)(std::uint8_t opcode);
  struct Table;

  // Numbers and constants.
  void constant(std::uint8_t opcode);
  void decimal(std::uint8_t opcode);
  void binary_number(std::uint8_t opcode);
  void long_number(std::uint8_t opcode);
  // Texts.
  void text_line(std::uint8_t opcode);
  void counted_text(std::uint8_t opcode);
  // Stack and memo.
  void stack_operation(std::uint8_t opcode);
  void get(std::uint8_t opcode);
  void put(std::uint8_t opcode);
  // Containers.
  void new_container(std::uint8_t opcode);
  void new_tuple(std::uint8_t opcode);
  void extend(std::uint8_t opcode);
  // Objects.
  void global(std::uint8_t opcode);
  void reduce(std::uint8_t opcode);
  void instance(std::uint8_t opcode);
  void build(std::uint8_t opcode);
  // The rest.
  void protocol(std::uint8_t opcode);
  void frame(std::uint8_t opcode);
  void refused(std::uint8_t opcode);

  void push(NodeIndex node) { stack_.push_back(node); }
  NodeIndex pop();
  NodeIndex top() const;
  /// The nodes above the last mark, which are removed with it.
  std::vector<NodeIndex> pop_to_mark();
  NodeIndex call(NodeIndex callee, NodeIndex arguments);
  NodeIndex container_from(Kind kind, NodeIndex arguments);
  NumpyArray wrapped_array(NodeIndex state);
  void store(std::uint64_t index, NodeIndex node);

  Document& document_;
  const Buffer& source_;
  Stream in_;
  int nesting_;
  std::vector<NodeIndex> stack_;
  std::vector<std::size_t> marks_;
  std::vector<NodeIndex> memo_;
  std::size_t puts_ = 0;
};

}  // namespace nacre::tools
