#include "tools/commands/attributes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <cstring>
#include <string>

#include "tools/graph/fields.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json json_of(Value value) { return value; }
/// The shortest decimal that rounds to the number; JSON has no number for those that are not finite.
template <std::floating_point Value>
Json json_of(Value value) {
  const std::string text = fmt::format("{}", value);
  return std::isfinite(value) ? Json(std::stod(text)) : Json(text);
}

}  // namespace

Json attributes(const OperatorParameters& parameters, std::size_t rank) {
  Json result = Json::object();
  for (const StructField& field : fields()) {
    if (field.op != parameters.op()) continue;
    const std::byte* const at = parameters.bytes().data() + field.offset;
    if (std::memcmp(at, field.initial, field.elements * field.element_bytes) == 0) continue;
    Json elements = Json::array();
    for (std::size_t i = 0; i < field.elements && (field.elements == 1 || i < rank); ++i)
      elements.push_back(
          std::visit([](auto value) { return json_of(value); }, field.read(at + i * field.element_bytes)));
    result[field.name] = field.elements == 1 ? elements[0] : elements;
  }
  return result;
}

}  // namespace nacre::tools
