#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace nacre::tools {

/// Parses JSON of bounded depth. `where` names it in messages. Throws Refusal.
nlohmann::json parse_json(std::string_view text, const std::string& where);

}  // namespace nacre::tools
