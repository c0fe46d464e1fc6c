#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "tools/graph/parameters.hpp"

namespace nacre::tools {

/// An element of a row, and where it stands.
struct Neighbor {
  double distance = std::numeric_limits<double>::infinity();
  std::size_t place = 0;
};

/// The k smallest of several parts of a row, in the order in which a search of scikit-learn finds them: each part goes
/// through a heap of its own, and where `merges` is set, these go one after the other through another heap.
std::vector<Neighbor> find_smallest(const std::vector<std::vector<Neighbor>>& parts, std::size_t k, bool merges,
                                    NeighborSort sort);

}  // namespace nacre::tools
