#pragma once

#include <map>
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
  /// `is_float32`: the library computes with float32 rows, and in float32.
  bool are_near(const std::vector<Tensor64>& values, bool is_float32) const;

 private:
  struct Element {
    std::size_t index;       ///< in one row
    bool is_exact_if_whole;  ///< sums and products of whole numbers
    bool is_rounded;         ///< to float32, or computed with what was, where the library computes in float64
  };
  static std::vector<double> moved(const std::vector<double>& numbers, double largest,
                                   const std::vector<Element>& elements, bool is_float32, double way);

  const Graph& graph_;
  std::map<ValueId, std::vector<Element>> computed_;  // by value, those of its elements that trees ask about
  std::map<ValueId, std::vector<ValueId>> terms_;     // of those that are differences, of what
};

}  // namespace nacre::tools
