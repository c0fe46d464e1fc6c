#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/tflite/tflite_generated.h"

namespace nacre::tools {

/// How often a WHILE runs its body.
struct LoopCount {
  std::int64_t steps;  ///< never more
  bool is_exact;       ///< never fewer either
};

/// Follows the integers of a loop that are known: counters and their limits. `first` are the numbers with which each of
/// its tensors begins, none where they are not known. Nothing where nothing bounds the loop.
std::optional<LoopCount> loop_count(const tflite::Model& model, const tflite::SubGraph& condition,
                                    const tflite::SubGraph& body,
                                    std::vector<std::optional<std::vector<std::int64_t>>> first);

}  // namespace nacre::tools
