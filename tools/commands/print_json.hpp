#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// Prints a report for a machine. Names that are no UTF-8 are mended: JSON has no other.
inline void print_json(const nlohmann::ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// A refusal for a machine: the first obstacle, then all of them.
inline nlohmann::ordered_json refusal_json(const Refusal& refusal) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Obstacle& obstacle : refusal.obstacles())
    all.push_back(
        {{"file", obstacle.file}, {"places", obstacle.places}, {"what", obstacle.what}, {"advice", obstacle.advice}});
  return {{"file", refusal.file()},
          {"where", refusal.where()},
          {"what", refusal.obstacle()},
          {"advice", refusal.advice()},
          {"obstacles", all}};
}

}  // namespace nacre::tools
