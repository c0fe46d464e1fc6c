#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace nacre::tools {

/// Parses UBJSON as XGBoost writes it: numbers big-endian, keys without their marker, arrays with a count and perhaps
/// one type for all. `where` names it in messages. Bounded as parse_json is. Throws Refusal.
///
/// By hand, because the parser of the JSON library recurses as deep as the file says, and believes its counts before it
/// has seen as many bytes.
nlohmann::json parse_ubjson(std::span<const std::byte> bytes, const std::string& where);

}  // namespace nacre::tools
