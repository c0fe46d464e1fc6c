#pragma once

#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Where nothing is left of some numbers, since scikit-learn computes rows of float32 in float32: an angle so large
/// that its cosine or sine is any number, which other rows know as well, and squares that overflow before a Normalizer
/// divides by them.
class Float32Library {
 public:
  /// `graph` must outlive this.
  explicit Float32Library(const Graph& graph);

  bool any() const { return !nodes_.empty(); }
  /// Whether that happens to a row, of float32 or not, of which evaluate() gave `values`.
  bool loses(const std::vector<Tensor64>& values, bool is_float32) const;

 private:
  const Graph& graph_;
  std::vector<const Node*> nodes_;
};

}  // namespace nacre::tools
