#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Layers that raise numbers to a power. The library rounds a power before it scales it, of float32 rows to float32: a
/// column far from zero, as years are, loses its digits there.
class PowerRounding {
 public:
  /// `graph` must outlive this. Values are those of its nodes.
  explicit PowerRounding(const Graph& graph);

  bool any() const { return !powers_.empty() || !doubtful_trees_.empty(); }

  /// Whether that rounding may lead to other answers than `values`, which evaluate() gave. `is_float32`: of such rows.
  bool decides(const std::vector<Tensor64>& values, bool is_float32) const;

 private:
  bool decides_by(const Node& power, const std::vector<Tensor64>& values, bool is_float32) const;
  bool decides_by_questions(const Node& trees, const std::vector<Tensor64>& values, bool is_float32) const;

  const Graph& graph_;
  std::vector<const Node*> powers_;
  bool has_powers_less_one_ = false;
  std::vector<const Node*> doubtful_trees_;  // with powers that were moved into their thresholds
};

}  // namespace nacre::tools
