#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// A place at which two models are not the same.
struct Difference {
  std::string where;  ///< "layer dense_1, input 1, element 17"; empty: the whole model
  std::string what;   ///< "0.5 against 0.25"
};

struct GraphComparison {
  std::optional<Difference> first;  ///< none: they compute the same
  bool is_structure = false;        ///< the first difference is one of structure: weights behind it were not compared
  std::uint64_t elements = 0;       ///< of weights that were compared
  std::uint64_t differing = 0;      ///< of these, those that differ by more than the tolerance
  double largest = 0;               ///< difference of two weights
};

/// Compares what two graphs take, compute and give, in the order of their layers: inputs and outputs with their names,
/// features and labels, operators, fields and programs, then weights, which may differ by `tolerance`. What only
/// people read, as the names of layers, is not compared; two missing values (NaN) are the same.
GraphComparison compare_graphs(const Graph& a, const Graph& b, double tolerance);

}  // namespace nacre::tools
