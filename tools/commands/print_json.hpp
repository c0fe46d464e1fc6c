#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// Prints a report for a machine, an object of the form that docs/schema/nacre-`kind`-1.json states; `schema` names it.
/// Names that are no UTF-8 are mended: JSON has no other.
inline void print_json(const char* kind, const nlohmann::ordered_json& document) {
  nlohmann::ordered_json report{{"schema", fmt::format("nacre-{}-1", kind)}};
  report.update(document);
  fmt::print("{}\n", report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

inline nlohmann::ordered_json obstacles_json(const std::vector<Obstacle>& obstacles) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Obstacle& obstacle : obstacles)
    all.push_back(
        {{"file", obstacle.file}, {"places", obstacle.places}, {"what", obstacle.what}, {"advice", obstacle.advice}});
  return all;
}

/// The parts of a model, each with whether it converts as far as was judged: null where it was not.
inline nlohmann::ordered_json parts_json(const std::vector<ModelPart>& parts) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ModelPart& part : parts) {
    nlohmann::ordered_json converts;
    if (part.is_judged) converts = !part.is_refused();
    all.push_back({{"name", part.name},
                   {"converts", converts},
                   {"obstacles", obstacles_json(part.obstacles)},
                   {"parts", parts_json(part.parts)}});
  }
  return all;
}

/// A refusal for a machine: the first obstacle, then all of them, then by the parts of the model.
inline nlohmann::ordered_json refusal_json(const Refusal& refusal) {
  return {{"file", refusal.file()},
          {"where", refusal.where()},
          {"what", refusal.obstacle()},
          {"advice", refusal.advice()},
          {"obstacles", obstacles_json(refusal.obstacles())},
          {"parts", parts_json(refusal.parts())}};
}

}  // namespace nacre::tools
