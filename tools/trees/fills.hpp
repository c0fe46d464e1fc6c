#pragma once

#include <vector>

#include "tools/graph/graph_index.hpp"

namespace nacre::tools {

/// A question of a tree: in float64, and as the device asks it.
struct Question {
  std::size_t element;  ///< of the value that it is about
  double exact;
  float on_device;
};

/// By value, whether it holds numbers of a table as they are, or what an imputer puts in their place, or whether they
/// are missing.
std::vector<bool> of_table(const Graph& graph);

/// Changes the fill values of imputers on the way to `value`, by a few floats at most, so that each question has the
/// answer that its float64 fill value gives. Throws Refusal where no float does that.
void settle_fills(Graph& graph, const GraphIndex& index, ValueId value, const std::vector<Question>& questions);

}  // namespace nacre::tools
