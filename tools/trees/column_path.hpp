#pragma once

#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/trees/movers.hpp"

namespace nacre::tools {

/// What a library makes of one number of a table on its way to a tree: scalers, powers, imputers and selected columns
/// between them, as far up as they treat each number for itself and keep its order.
struct ColumnPath {
  enum class Kind : std::uint8_t { step, fill, indicate, box_cox, yeo_johnson };
  struct Operation {
    Kind kind;
    ScalerStep::Kind step = ScalerStep::Kind::add;
    double operand = 0;  ///< of a step, the power, or what a missing value becomes
    bool narrows = false;
  };

  ValueId source;       ///< where the number comes from,
  std::size_t element;  ///< and which element of it
  std::vector<Operation> operations = {};

  /// The number that the tree gets: of float64 data, before it rounds to float32 itself, and of float32 data.
  double of(double x) const;
  float of_float32(float x) const;
  /// The largest (way 1) and the smallest (-1) that a library may make of x: each mathematical library rounds powers in
  /// its own way, of float32 data some in float32.
  double bound(double x, int way) const;
  float bound_float32(float x, int way) const;
  /// Whether there is anything to doubt.
  bool has_powers() const;
};

/// Finds paths in one graph, whose nodes must stay as they are meanwhile; each constant on the way is widened once.
class ColumnPaths {
 public:
  ColumnPaths(const Graph& graph, const GraphIndex& index) : graph_(graph), index_(index), movers_(graph) {}

  /// The paths to all elements of `value`, each from where it starts. `through_joins`: up through concatenations too.
  std::vector<ColumnPath> to(ValueId value, bool through_joins);

 private:
  ColumnPath trace(Element from, bool through_joins);
  bool climb(const Node& node, ColumnPath& path, bool through_joins);
  bool climb_affine(const Node& node, ColumnPath& path);
  bool climb_impute(const Node& node, ColumnPath& path);
  bool climb_indicator(const Node& node, ColumnPath& path);

  const Graph& graph_;
  const GraphIndex& index_;
  Movers movers_;
};

}  // namespace nacre::tools
