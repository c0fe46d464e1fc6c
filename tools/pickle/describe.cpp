#include "tools/pickle/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/pickle/value.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMaxLines = 400, kMaxChildren = 40, kMaxDepth = 6;

std::string line_of(const Value& value) {
  switch (value.kind()) {
    case Kind::none: return "None";
    case Kind::boolean: return value.as_bool() ? "True" : "False";
    case Kind::integer: return fmt::format("{}", value.as_int());
    case Kind::real: return fmt::format("{}", value.as_double());
    case Kind::string: return escaped(value.as_string());
    case Kind::array: return fmt::format("ndarray of {} [{}]", value.numpy().type->name(), fmt::join(value.numpy().shape, ", "));
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

/// What is shown below a value: attributes of an object, items of a container.
std::vector<Item> children_of(const Item& item) {
  std::vector<Item> children;
  Value inside = item.value;
  if (item.value.is_object()) inside = Value(item.value.document(), item.value.document().object(item.value.node()).state);
  if (inside.kind() == Kind::dict) {
    for (const auto& [key, value] : inside.items()) children.push_back({key.is_string() ? escaped(key.as_string()) : line_of(key), value, item.depth + 1});
  } else if (inside.is_sequence()) {
    for (std::size_t i = 0; i < inside.size() && i <= kMaxChildren; ++i) children.push_back({std::to_string(i), inside.at(i), item.depth + 1});
  }
  if (children.size() > kMaxChildren) children.erase(children.begin() + kMaxChildren, children.end());
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
    text += fmt::format("{:{}}{}{}{}\n", "", 2 * item.depth, item.label, item.label.empty() ? "" : ": ", line_of(item.value));
    if (item.depth >= kMaxDepth) continue;
    std::vector<Item> children = children_of(item);
    stack.insert(stack.end(), children.rbegin(), children.rend());
  }
  return text;
}

}  // namespace nacre::tools
