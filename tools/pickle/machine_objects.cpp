#include "tools/pickle/machine.hpp"
#include "tools/pickle/numpy_construct.hpp"
#include "tools/pickle/opcodes.hpp"

namespace nacre::tools {
namespace {

constexpr int kMaxNestedPickles = 8;

bool is_text(const Document& document, NodeIndex node) { return document.kind(node) == Kind::string; }

/// The value of `key` in a dictionary of attributes; None where there is none.
NodeIndex entry(const Document& document, NodeIndex dict, std::string_view key) {
  const auto slots = document.slots(dict);
  for (std::size_t i = 0; i + 1 < slots.size(); i += 2)
    if (is_text(document, slots[i]) && document.text(slots[i]) == key) return slots[i + 1];
  return kNone;
}

}  // namespace

void Machine::new_container(std::uint8_t opcode) {
  const Kind kind = opcode == EMPTY_LIST || opcode == LIST      ? Kind::list
                    : opcode == EMPTY_TUPLE || opcode == TUPLE ? Kind::tuple
                    : opcode == EMPTY_DICT || opcode == DICT   ? Kind::dict
                                                               : Kind::set;
  const bool filled = opcode == LIST || opcode == TUPLE || opcode == DICT || opcode == FROZENSET;
  const std::vector<NodeIndex> items = filled ? pop_to_mark() : std::vector<NodeIndex>{};
  require(kind != Kind::dict || items.size() % 2 == 0, "a dictionary has a key without a value");
  push(document_.add_sequence(kind, items));
}

void Machine::new_tuple(std::uint8_t opcode) {
  NodeIndex items[3];
  const std::size_t count = opcode - TUPLE1 + 1u;
  for (std::size_t i = count; i-- > 0;) items[i] = pop();
  push(document_.add_sequence(Kind::tuple, {items, count}));
}

void Machine::extend(std::uint8_t opcode) {
  std::vector<NodeIndex> more;
  if (opcode == APPEND) more = {pop()};
  else if (opcode == SETITEM) {
    const NodeIndex value = pop();
    more = {pop(), value};
  } else {
    more = pop_to_mark();
  }
  const bool pairs = opcode == SETITEM || opcode == SETITEMS;
  require(!pairs || more.size() % 2 == 0, "a dictionary has a key without a value");
  NodeIndex target = top();
  if (document_.kind(target) == Kind::object) {
    // An object that behaves as a list or dictionary: its items are kept beside its state.
    NodeIndex own = pairs ? document_.object(target).entries : document_.object(target).items;
    if (own == kNone) own = document_.add_sequence(pairs ? Kind::dict : Kind::list, {});
    (pairs ? document_.edit_object(target).entries : document_.edit_object(target).items) = own;
    target = own;
  }
  const Kind wanted = pairs ? Kind::dict : opcode == ADDITEMS ? Kind::set : Kind::list;
  require(document_.kind(target) == wanted, "items are added to something that holds none");
  document_.append(target, more);
}

void Machine::global(std::uint8_t opcode) {
  if (opcode == GLOBAL) {
    const std::string_view module = in_.name_line();
    const std::string_view name = in_.name_line();
    return push(document_.add_global(module, name));
  }
  const NodeIndex name = pop(), module = pop();
  require(is_text(document_, name) && is_text(document_, module), "a name is no text");
  push(document_.add_global(document_.text(module), document_.text(name)));
}

void Machine::reduce(std::uint8_t opcode) {
  ObjectParts parts;
  if (opcode == NEWOBJ_EX) parts.keywords = pop();
  parts.arguments = pop();
  parts.callee = pop();
  require(document_.kind(parts.arguments) == Kind::tuple, "the arguments of a call are no tuple");
  push(opcode == REDUCE ? call(parts.callee, parts.arguments) : document_.add_object(parts));
}

void Machine::instance(std::uint8_t opcode) {
  ObjectParts parts;
  std::vector<NodeIndex> items = pop_to_mark();
  if (opcode == INST) {
    const std::string_view module = in_.name_line();
    const std::string_view name = in_.name_line();
    parts.callee = document_.add_global(module, name);
  } else {
    require(!items.empty(), "an object has no class");
    parts.callee = items.front();
    items.erase(items.begin());
  }
  parts.arguments = document_.add_sequence(Kind::tuple, items);
  push(document_.add_object(parts));
}

/// What a call means as data, where it means any; else an object that remembers the call.
NodeIndex Machine::call(NodeIndex callee, NodeIndex arguments) {
  const std::vector<NodeIndex> given(document_.slots(arguments).begin(), document_.slots(arguments).end());
  const auto object = [&](NodeIndex type, std::size_t skip) {
    const std::vector<NodeIndex> rest(given.begin() + static_cast<std::ptrdiff_t>(skip), given.end());
    ObjectParts parts;
    parts.callee = type;
    parts.arguments = document_.add_sequence(Kind::tuple, rest);
    return document_.add_object(parts);
  };
  switch (document_.symbol(callee)) {
    case Symbol::reconstructor:
      require(given.size() == 3, "copyreg._reconstructor lacks arguments");
      return object(given[0], 3);
    case Symbol::new_object:
      require(!given.empty(), "copyreg.__newobj__ lacks its class");
      return object(given[0], 1);
    case Symbol::encode: {
      require(!given.empty() && is_text(document_, given[0]), "_codecs.encode lacks its text");
      return document_.add_owned(Kind::bytes, latin1_bytes(document_, given[0]));
    }
    case Symbol::bytes:
    case Symbol::bytearray:
      if (given.empty()) return document_.add_owned(Kind::bytes, std::string());
      if (document_.kind(given[0]) == Kind::bytes) return given[0];
      if (given.size() == 2 && is_text(document_, given[0])) {  // bytearray(text, 'latin-1')
        return document_.add_owned(Kind::bytes, latin1_bytes(document_, given[0]));
      }
      return object(callee, 0);
    case Symbol::list: return container_from(Kind::list, arguments);
    case Symbol::tuple: return container_from(Kind::tuple, arguments);
    case Symbol::set:
    case Symbol::frozen_set: return container_from(Kind::set, arguments);
    case Symbol::dict:
    case Symbol::ordered_dict:
    case Symbol::default_dict: return container_from(Kind::dict, arguments);
    case Symbol::array_from_buffer: return document_.add_array(read_array_from_buffer(document_, arguments));
    case Symbol::scalar: return read_scalar(document_, arguments);
    default: return object(callee, 0);
  }
}

NodeIndex Machine::container_from(Kind kind, NodeIndex arguments) {
  const auto given = document_.slots(arguments);
  std::vector<NodeIndex> items;
  if (!given.empty() && (document_.kind(given[0]) == Kind::list || document_.kind(given[0]) == Kind::tuple)) {
    const auto source = document_.slots(given[0]);
    document_.charge_copy(source.size() * sizeof(NodeIndex));
    items.assign(source.begin(), source.end());
  }
  if (kind == Kind::dict) {  // OrderedDict([[key, value], ...])
    std::vector<NodeIndex> flat;
    for (const NodeIndex pair : items) {
      require(document_.slots(pair).size() == 2, "an OrderedDict is made of something else than pairs");
      flat.insert(flat.end(), document_.slots(pair).begin(), document_.slots(pair).end());
    }
    items = std::move(flat);
  }
  return document_.add_sequence(kind, items);
}

void Machine::build(std::uint8_t) {
  const NodeIndex state = pop(), target = top();
  if (document_.kind(target) != Kind::object) {
    // Dictionaries and arrays of a subclass may have attributes of their own: they change no value.
    require(document_.kind(target) != Kind::global, "a class is given a state");
    return;
  }
  switch (document_.symbol(document_.object(target).callee)) {
    case Symbol::array_reconstruct: document_.become_array(target, read_array_state(document_, state)); break;
    case Symbol::array_wrapper: document_.become_array(target, wrapped_array(state)); break;
    default: document_.edit_object(target).state = state;
  }
}

/// The array that joblib wrote after its NumpyArrayWrapper.
NumpyArray Machine::wrapped_array(NodeIndex state) {
  require(document_.kind(state) == Kind::dict, "an array wrapper has no attributes");
  const NodeIndex order = entry(document_, state, "order");
  NumpyArray array;
  array.type = document_.numpy_type(entry(document_, state, "dtype"));
  array.shape = read_shape(document_, entry(document_, state, "shape"));
  array.fortran_order = is_text(document_, order) && document_.text(order) == "F";
  in_.end_frame();
  if (array.type->kind == NumpyType::Kind::object) {
    require(nesting_ < kMaxNestedPickles, "pickles are nested too deeply");
    Machine nested(document_, source_, in_.position(), nesting_ + 1);
    const NodeIndex inner = nested.run();
    in_.take(nested.position() - in_.position());
    require(document_.kind(inner) == Kind::array, "an object array holds something else");
    return document_.array(inner);
  }
  if (entry(document_, state, "numpy_array_alignment_bytes") != kNone) in_.take(in_.number<std::uint8_t>());
  const std::size_t bytes = byte_count(array.shape, array.type->item_size);
  const std::size_t begin = in_.position();
  in_.take(bytes);
  array.data = source_.slice(begin, bytes);
  return array;
}

}  // namespace nacre::tools
