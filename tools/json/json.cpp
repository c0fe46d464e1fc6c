#include "tools/json/json.hpp"

#include <algorithm>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

/// The deepest nesting of lists and objects, were the text JSON. The parser's own callback would say it too, but
/// looks through all of a list again whenever an item of it ends.
std::size_t deepest(std::string_view text) {
  std::size_t depth = 0, most = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    else if (in_string) i += c == '\\' ? 1 : 0;
    else if (c == '[' || c == '{') most = std::max(most, ++depth);
    else if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return most;
}

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::string& where) {
  constexpr std::size_t kMaxDepth = 64;
  if (deepest(text) > kMaxDepth)
    throw Refusal(where, "is nested deeper than 64 levels", "the file is damaged or forged");
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw Refusal(where + ", byte " + std::to_string(error.byte), "is not valid JSON", "save the model again");
  } catch (const nlohmann::json::exception&) {
    throw Refusal(where, "holds a number beyond what a float64 can be", "save the model again");
  }
}

}  // namespace nacre::tools
