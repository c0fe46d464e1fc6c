#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "tools/operators/definition.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// Labels that are the class with the largest mean of what several members give it, as in a soft vote or a bag. Where
/// members are sure of different classes, means are equal but for the last bit of float64, which differs between
/// processors.
class Averages {
 public:
  /// `graph` must outlive this. Values are those of its nodes.
  explicit Averages(const Graph& graph);

  bool any() const { return !means_.empty(); }

  /// Whether two classes may tie in what `network` has just answered: else there is no need to look further.
  static bool may_tie(const Network& network);

  /// The two classes that tie in `values`, which evaluate() gave; none where the label is certain.
  std::optional<std::pair<std::size_t, std::size_t>> find(const std::vector<Tensor64>& values) const;

 private:
  const Graph& graph_;
  std::vector<const Node*> means_;
};

}  // namespace nacre::tools
