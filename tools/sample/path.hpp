#pragma once

#include <vector>

#include "tools/graph/graph_index.hpp"

namespace nacre::tools {

/// What decides the domain of an input: the layers that read it, one after the other, up to the first
/// that computes. Where several read it, each row follows another.
struct SamplePath {
  const Node* imputer = nullptr;
  const Node* scaler = nullptr;
  const Node* last = nullptr;  ///< tree_ensemble, quantize, label_encode or another
  std::vector<const Node*> affines;   ///< all in a row, the scaler first, where a projection is last
  std::vector<std::int64_t> columns;  ///< of the input, those that a selection passes on; empty: all
  std::size_t width = 1;              ///< columns of the input, where some are selected

  SamplePath(const Graph& graph, const GraphIndex& index, ValueId value, unsigned row);

  /// The element of an input that element i behind the selection is, and, of an input of `size` elements, how many of
  /// those there are.
  std::size_t element(std::size_t i) const;
  std::size_t elements(std::size_t size) const;

  bool ends_in(Operator op) const { return last != nullptr && last->op() == op; }
  /// A matrix over whole rows whose columns are directions at right angles, along which the training rows spread as
  /// far as the saved model says: a PCA.
  bool ends_in_projection(const Graph& graph) const;
};

}  // namespace nacre::tools
