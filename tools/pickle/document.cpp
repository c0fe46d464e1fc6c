#include "tools/pickle/document.hpp"

#include <algorithm>
#include <limits>

#include "tools/pickle/malformed.hpp"
#include "tools/pickle/numpy_construct.hpp"
#include "tools/pickle/value.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kSomeNodes = std::size_t{1} << 20, kSomeBytes = std::size_t{64} << 20;
constexpr std::size_t kSomeSteps = std::size_t{1} << 18;

}  // namespace

Document::Document(Buffer source) {
  buffers_.push_back(std::move(source));
  add(Node());
  for (const bool value : {false, true}) {
    Node node(Kind::boolean);
    node.integer = value;
    add(node);
  }
  for (std::int64_t i = 0; i < kSmallCount; ++i) {
    Node node(Kind::integer);
    node.integer = i;
    add(node);
  }
}

Value Document::root() const { return Value(*this, root_); }

Buffer Document::buffer(NodeIndex node) const {
  const Buffer& owner = buffers_[nodes_[node].link];
  const auto* data = reinterpret_cast<const std::byte*>(nodes_[node].text.data);
  return owner.slice(static_cast<std::size_t>(data - owner.data()), nodes_[node].text.size);
}

std::size_t Document::child_count(NodeIndex node) const {
  switch (kind(node)) {
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
    case Kind::set: return slots(node).size();
    case Kind::object: return ObjectParts::kCount;
    case Kind::array: return array(node).elements.size();
    default: return 0;
  }
}

NodeIndex Document::child(NodeIndex node, std::size_t i) const {
  if (kind(node) == Kind::array) return array(node).elements[i];
  if (kind(node) != Kind::object) return slots(node)[i];
  const ObjectParts& parts = object(node);
  const NodeIndex all[ObjectParts::kCount] = {parts.state,  parts.items,    parts.entries,
                                              parts.callee, parts.arguments, parts.keywords};
  return all[i];
}

NodeIndex Document::add(Node node) {
  // A node is larger than the opcodes that make it: where they come in crowds they are no model's.
  const std::size_t limit = kSomeNodes + buffers_.front().size() / 2;
  if (nodes_.size() >= std::min<std::size_t>(limit, std::numeric_limits<NodeIndex>::max()))
    malformed("too many objects");
  nodes_.push_back(node);
  return static_cast<NodeIndex>(nodes_.size() - 1);
}

NodeIndex Document::add_integer(std::int64_t value) {
  if (value >= 0 && value < kSmallCount) return kFirstSmall + static_cast<NodeIndex>(value);
  Node node(Kind::integer);
  node.integer = value;
  return add(node);
}

NodeIndex Document::add_real(double value) {
  Node node(Kind::real);
  node.real = value;
  return add(node);
}

NodeIndex Document::add_text(Kind kind, std::string_view text, bool latin1) {
  Node node(kind, latin1);
  node.text = {text.data(), text.size()};
  return add(node);
}

NodeIndex Document::add_owned(Kind kind, std::string text) {
  const auto owner = std::make_shared<const std::string>(std::move(text));
  return add_owned(kind, Buffer(owner, std::as_bytes(std::span(*owner))));
}

NodeIndex Document::add_owned(Kind kind, Buffer bytes) {
  Node node(kind, false, static_cast<std::uint32_t>(buffers_.size()));
  node.text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  buffers_.push_back(std::move(bytes));
  return add(node);
}

NodeIndex Document::add_sequence(Kind kind, std::span<const NodeIndex> slots) {
  Node node(kind);
  node.slots = {};
  const NodeIndex index = add(node);
  append(index, slots);
  return index;
}

NodeIndex Document::add_global(std::string_view module, std::string_view name) {
  module = present_module(module);
  globals_.push_back({module, name, find_symbol(module, name)});
  return add(Node(Kind::global, false, static_cast<std::uint32_t>(globals_.size() - 1)));
}

NodeIndex Document::add_object(const ObjectParts& parts) {
  objects_.push_back(parts);
  return add(Node(Kind::object, false, static_cast<std::uint32_t>(objects_.size() - 1)));
}

NodeIndex Document::add_array(NumpyArray array) {
  const NodeIndex node = add(Node(Kind::array));
  become_array(node, std::move(array));
  return node;
}

void Document::become_array(NodeIndex node, NumpyArray array) {
  nodes_[node].kind = Kind::array;
  nodes_[node].link = static_cast<std::uint32_t>(arrays_.size());
  arrays_.push_back(std::move(array));
}

void Document::charge_copy(std::size_t bytes) {
  copied_ += bytes;
  if (copied_ > kSomeBytes + 8 * source_size()) malformed("its objects are copied again and again");
}

void Document::count_step() const {
  if (++steps_ > kSomeSteps + 16 * source_size()) malformed("its objects refer to each other in too many ways");
}

void Document::append(NodeIndex index, std::span<const NodeIndex> more) {
  if (more.empty()) return;
  auto& own = nodes_[index].slots;
  const std::uint64_t count = std::uint64_t{own.count} + more.size();
  if (count > std::numeric_limits<std::uint32_t>::max() / 2) malformed("a container is too long");
  if (count > own.capacity) {
    const bool is_last = own.begin + own.capacity == slots_.size();
    if (!is_last) {  // moves to the end, with room to grow: the sum of all moves stays linear
      const std::uint64_t begin = slots_.size();
      slots_.resize(begin + own.count);
      std::copy_n(slots_.begin() + static_cast<std::ptrdiff_t>(own.begin), own.count,
                  slots_.begin() + static_cast<std::ptrdiff_t>(begin));
      own.begin = begin;
    }
    own.capacity = static_cast<std::uint32_t>(own.count == 0 ? count : std::max(count, 2 * std::uint64_t{own.count}));
    slots_.resize(own.begin + own.capacity, kNone);
  }
  std::copy(more.begin(), more.end(),
            slots_.begin() + static_cast<std::ptrdiff_t>(own.begin + own.count));
  own.count = static_cast<std::uint32_t>(count);
}

std::shared_ptr<const NumpyType> Document::numpy_type(NodeIndex dtype) {
  const auto known = numpy_types_.find(dtype);
  if (known != numpy_types_.end()) return known->second;
  auto type = read_numpy_type(*this, dtype);
  numpy_types_.emplace(dtype, type);
  return type;
}

}  // namespace nacre::tools
