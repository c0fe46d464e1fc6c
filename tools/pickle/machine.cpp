#include "tools/pickle/machine.hpp"

#include <array>
#include <charconv>
#include <initializer_list>

#include "tools/pickle/opcodes.hpp"

namespace nacre::tools {

/// Which handler reads each opcode; null: no such opcode.
struct Machine::Table {
  std::array<Handler, 256> handlers{};

  constexpr Table() {
    set(&Machine::constant, {NONE, NEWTRUE, NEWFALSE});
    set(&Machine::decimal, {INT, LONG, FLOAT});
    set(&Machine::binary_number, {BININT, BININT1, BININT2, BINFLOAT});
    set(&Machine::long_number, {LONG1, LONG4});
    set(&Machine::text_line, {STRING, UNICODE});
    set(&Machine::counted_text, {BINSTRING, SHORT_BINSTRING, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8,
                                 BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8});
    set(&Machine::stack_operation, {MARK, POP, POP_MARK, DUP});
    set(&Machine::get, {GET, BINGET, LONG_BINGET});
    set(&Machine::put, {PUT, BINPUT, LONG_BINPUT, MEMOIZE});
    set(&Machine::new_container, {EMPTY_LIST, EMPTY_TUPLE, EMPTY_DICT, EMPTY_SET, LIST, TUPLE, DICT, FROZENSET});
    set(&Machine::new_tuple, {TUPLE1, TUPLE2, TUPLE3});
    set(&Machine::extend, {APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS});
    set(&Machine::global, {GLOBAL, STACK_GLOBAL});
    set(&Machine::reduce, {REDUCE, NEWOBJ, NEWOBJ_EX});
    set(&Machine::instance, {INST, OBJ});
    set(&Machine::build, {BUILD});
    set(&Machine::protocol, {PROTO});
    set(&Machine::frame, {FRAME});
    set(&Machine::refused, {PERSID, BINPERSID, EXT1, EXT2, EXT4, NEXT_BUFFER, READONLY_BUFFER});
  }
  constexpr void set(Handler handler, std::initializer_list<std::uint8_t> opcodes) {
    for (const std::uint8_t opcode : opcodes) handlers[opcode] = handler;
  }
};

NodeIndex Machine::run() {
  static constexpr Table kTable;
  for (;;) {
    const std::size_t place = in_.position();
    try {
      const std::uint8_t opcode = in_.opcode();
      if (opcode == STOP) return pop();
      const Handler handler = kTable.handlers[opcode];
      require(handler != nullptr, "there is no such opcode");
      (this->*handler)(opcode);
    } catch (const Refusal& refusal) {
      if (!refusal.where().empty()) throw;
      throw Refusal("byte " + std::to_string(place), refusal.obstacle(), refusal.advice());
    }
  }
}

NodeIndex Machine::pop() {
  require(stack_.size() > (marks_.empty() ? 0 : marks_.back()), "an opcode takes more than the stack holds");
  const NodeIndex node = stack_.back();
  stack_.pop_back();
  return node;
}

NodeIndex Machine::top() const {
  require(stack_.size() > (marks_.empty() ? 0 : marks_.back()), "an opcode needs an object on the stack");
  return stack_.back();
}

std::vector<NodeIndex> Machine::pop_to_mark() {
  require(!marks_.empty(), "an opcode needs a mark on the stack");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<NodeIndex> nodes(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return nodes;
}

void Machine::stack_operation(std::uint8_t opcode) {
  switch (opcode) {
    case MARK: marks_.push_back(stack_.size()); break;
    case DUP: push(top()); break;
    case POP_MARK: pop_to_mark(); break;
    default:  // POP takes a mark where one is on top
      if (!marks_.empty() && marks_.back() == stack_.size()) marks_.pop_back();
      else pop();
  }
}

void Machine::get(std::uint8_t opcode) {
  std::uint64_t index = 0;
  if (opcode == BINGET) index = in_.number<std::uint8_t>();
  if (opcode == LONG_BINGET) index = in_.number<std::uint32_t>();
  if (opcode == GET) {
    const std::string_view line = in_.line();
    const auto result = std::from_chars(line.data(), line.data() + line.size(), index);
    require(result.ec == std::errc{}, "a memo index is no number");
  }
  require(index < memo_.size() && memo_[index] != kNone, "an object is fetched before it is stored");
  push(memo_[index]);
}

void Machine::put(std::uint8_t opcode) {
  std::uint64_t index = 0;
  switch (opcode) {
    case BINPUT: index = in_.number<std::uint8_t>(); break;
    case LONG_BINPUT: index = in_.number<std::uint32_t>(); break;
    case MEMOIZE: index = puts_; break;
    default: {
      const std::string_view line = in_.line();
      const auto result = std::from_chars(line.data(), line.data() + line.size(), index);
      require(result.ec == std::errc{}, "a memo index is no number");
    }
  }
  store(index, top());
}

void Machine::store(std::uint64_t index, NodeIndex node) {
  constexpr std::size_t kSlack = 1 << 16;  // picklers number their memo without large gaps
  require(index <= puts_ + kSlack, "a memo index is far beyond the number of objects");
  ++puts_;
  if (index >= memo_.size()) memo_.resize(index + 1 + index / 2, kNone);
  memo_[index] = node;
}

void Machine::protocol(std::uint8_t) {
  const auto version = in_.number<std::uint8_t>();
  require(version <= 5, "its protocol is newer than 5");
}

void Machine::frame(std::uint8_t) { in_.begin_frame(in_.number<std::uint64_t>()); }

void Machine::refused(std::uint8_t opcode) {
  const bool buffer = opcode == NEXT_BUFFER || opcode == READONLY_BUFFER;
  const bool extension = opcode == EXT1 || opcode == EXT2 || opcode == EXT4;
  throw Refusal("", buffer ? "refers to a buffer that is not in the file"
                    : extension ? "refers to Python's extension registry"
                                : "refers to an object outside the file (a persistent id)",
                "save the model with pickle.dump or joblib.dump alone");
}

}  // namespace nacre::tools
