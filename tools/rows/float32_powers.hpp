#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Layers that raise numbers to a power. Of float32 rows scikit-learn rounds a power to float32 before it scales it: a
/// column far from zero, as years are, loses its digits there.
class Float32Powers {
 public:
  /// `graph` must outlive this. Values are those of its nodes.
  explicit Float32Powers(const Graph& graph);

  bool any() const { return !powers_.empty(); }

  /// Whether that rounding may lead to other answers than `values`, which evaluate() gave.
  bool decide(const std::vector<Tensor64>& values) const;

 private:
  const Graph& graph_;
  std::vector<const Node*> powers_;
};

}  // namespace nacre::tools
