#pragma once

#include <span>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Who makes and who reads each value of a graph, found in one walk over its nodes. It describes the nodes as they were
/// then: a pass builds one before it looks around, and another after nodes have moved. The graph must outlive it.
class GraphIndex {
 public:
  explicit GraphIndex(const Graph& graph);

  /// The node that makes a value; null for inputs and constants.
  const Node* producer(ValueId value) const { return value < producers_.size() ? producers_[value] : nullptr; }

  /// The nodes whose first input is the value, in execution order.
  std::span<const Node* const> first_readers(ValueId value) const;

  /// Whether a value is labels of a classifier, as they are or moved: numbers that are equal or not.
  bool is_label(ValueId value) const;

  /// How often the value is read: by nodes, and by the graph's outputs.
  unsigned reads(ValueId value) const { return value < reads_.size() ? reads_[value] : 0; }

 private:
  const Graph& graph_;
  std::vector<const Node*> producers_;
  std::vector<unsigned> reads_;
  std::vector<std::size_t> first_;     // by value: where its readers begin in readers_; one more at the end
  std::vector<const Node*> readers_;
};

}  // namespace nacre::tools
