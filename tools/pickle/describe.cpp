#include "tools/pickle/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/pickle/value.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMaxLines = 400, kMaxChildren = 40, kMaxShownDepth = 6;

/// A text in quotes. Latin-1 and UTF-8 look alike here: what is not ASCII is escaped.
std::string shown_text(const Value& value) { return escaped(value.document().text(value.node())); }

std::string line_of(const Value& value) {
  switch (value.kind()) {
    case Kind::none: return "None";
    case Kind::boolean: return value.as_bool() ? "True" : "False";
    case Kind::integer: return fmt::format("{}", value.as_int());
    case Kind::real: return fmt::format("{}", value.as_double());
    case Kind::string: return shown_text(value);
    case Kind::array:
      return fmt::format("ndarray of {} [{}]", value.numpy().type->name(), fmt::join(value.numpy().shape, ", "));
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
    case Kind::set: return fmt::format("{} of {}", value.class_name(), value.size());
    default: {
      const std::string name = escaped(value.class_name());
      return name.substr(1, name.size() - 2);
    }
  }
}

struct Item {
  std::string label;
  Value value;
  std::size_t depth;
};

/// What is shown below a value: attributes of an object, items of a container. The first ones: a container
/// of millions may be met at every line.
std::vector<Item> children_of(const Item& item) {
  const Document& document = item.value.document();
  const NodeIndex node = item.value.is_object() ? document.object(item.value.node()).state : item.value.node();
  const Value inside(document, node);
  const std::size_t shown =
      inside.kind() == Kind::dict || inside.is_sequence() ? std::min(inside.size(), kMaxChildren) : 0;
  std::vector<Item> children;
  for (std::size_t i = 0; i < shown; ++i) {
    if (inside.kind() != Kind::dict) {
      children.push_back({std::to_string(i), inside.at(i), item.depth + 1});
      continue;
    }
    const auto slots = document.slots(node);
    const Value key(document, slots[2 * i]), value(document, slots[2 * i + 1]);
    children.push_back({key.is_string() ? shown_text(key) : line_of(key), value, item.depth + 1});
  }
  return children;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, 60)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') result += {'\\', c};
    else if (byte >= ' ' && byte < 0x7f) result += c;
    else result += fmt::format("\\x{:02x}", byte);
  }
  return result + (text.size() > 60 ? "…\"" : "\"");
}

std::string describe(const Document& document) {
  std::string text;
  std::vector<Item> stack{{"", document.root(), 0}};
  for (std::size_t lines = 0; !stack.empty(); ++lines) {
    if (lines == kMaxLines) return text + "…\n";
    const Item item = stack.back();
    stack.pop_back();
    text += fmt::format("{:{}}{}{}{}\n", "", 2 * item.depth, item.label, item.label.empty() ? "" : ": ",
                        line_of(item.value));
    if (item.depth >= kMaxShownDepth) continue;
    std::vector<Item> children = children_of(item);
    stack.insert(stack.end(), children.rbegin(), children.rend());
  }
  return text;
}

}  // namespace nacre::tools
