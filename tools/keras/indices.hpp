#pragma once

#include <map>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// Which inputs of a model are looked up: Keras says float32 for them too, the runtime looks up integers. An
/// input may be looked up by one layer and be a number for another.
class KerasIndices {
 public:
  explicit KerasIndices(Graph& graph) : graph_(graph) {}

  /// x as integers, for a layer that looks it up in a table of `rows` rows. Throws Refusal unless x is an input of
  /// the model, or elements of inputs that were only moved.
  ValueId of(const KerasLayer& layer, ValueId x, std::int64_t rows);

  /// Makes integers of the inputs that are looked up. Where one is a number too, it is looked up for that in a
  /// table that holds each index as a number.
  void settle();

 private:
  ValueId integers(const KerasLayer& layer, ValueId x);
  void note_rows(ValueId x, std::int64_t rows);
  void note_rows_of_moved();
  const Node* producer(ValueId x);
  void convert(ValueId number);

  Graph& graph_;
  std::map<ValueId, ValueId> integers_;   ///< by the value that is a number
  std::map<ValueId, std::size_t> producers_;  ///< the nodes of the graph, as far as they are known
  std::size_t known_nodes_ = 0;
  std::map<ValueId, std::int64_t> rows_;  ///< of what is looked up: the smallest table
};

}  // namespace nacre::tools
