#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Numbers that a graph computes before trees: the library computes them too, and the last bits of the two may differ.
/// Quantiles of training rows are thresholds of bins and of histogram boosting, so that such rows lie on them.
class Edges {
 public:
  /// `graph` must outlive this. Values are those of its nodes.
  explicit Edges(const Graph& graph);

  /// Whether any tree asks about such a number.
  bool any() const { return !computed_.empty(); }

  /// Whether other last bits of what trees ask about lead to other answers than `values`, which evaluate() gave.
  bool are_near(const std::vector<Tensor64>& values) const;

 private:
  struct Computed {
    ValueId value;                      ///< what trees read
    std::vector<std::size_t> elements;  ///< of one row, those that are computed
  };
  const Graph& graph_;
  std::vector<Computed> computed_;
};

}  // namespace nacre::tools
