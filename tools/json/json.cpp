#include "tools/json/json.hpp"

#include "tools/common/refusal.hpp"

namespace nacre::tools {

nlohmann::json parse_json(std::string_view text, const std::string& where) {
  constexpr int kMaxDepth = 64;
  const auto within_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > kMaxDepth) throw Refusal(where, "is nested deeper than 64 levels", "the file is damaged or forged");
    return true;
  };
  try {
    return nlohmann::json::parse(text, within_depth);
  } catch (const nlohmann::json::parse_error& error) {
    throw Refusal(where + ", byte " + std::to_string(error.byte), "is not valid JSON", "save the model again");
  } catch (const nlohmann::json::exception&) {
    throw Refusal(where, "holds a number beyond what a float64 can be", "save the model again");
  }
}

}  // namespace nacre::tools
