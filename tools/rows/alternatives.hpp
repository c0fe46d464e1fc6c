#pragma once

#include <cstddef>
#include <vector>

#include "tools/graph/choice.hpp"
#include "tools/operators/neighbors.hpp"

namespace nacre::tools {

/// How far two distances near `distance` may be apart and yet change places in the library.
double rounding_near(const Choice& choice, const std::vector<double>& distances, double distance);

/// A search for the k nearest of a row.
struct Search {
  const Choice& choice;
  const std::vector<double>& distances;   ///< of all places
  const std::vector<std::size_t>& found;  ///< the places that the layer found, the nearest first
  std::vector<std::size_t> kinds;         ///< by place: places of one kind lead to one answer
  NeighborSort sort;
  bool beside_many;  ///< the row is one of more rows than the search has places, or of 1,024
};

/// What else the library may find, as lists of places. Where that is too much, the lists in which one kind comes first
/// and another one last.
std::vector<std::vector<std::size_t>> other_places(const Search& search);

/// What else the distances of those that were found may be, of each kind once nearer than those of the others: weights
/// that are equal but for rounding, and rows that lie at no distance but for rounding.
std::vector<std::vector<double>> other_distances(const Search& search);

}  // namespace nacre::tools
