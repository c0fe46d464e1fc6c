#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace nacre::tools {

/// Prints a report for a machine. Names that are no UTF-8 are mended: JSON has no other.
inline void print_json(const nlohmann::ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace nacre::tools
