// A recurrent layer that gives every step to a slice that takes the last: it needs to give that one alone.

#include "tools/graph/moves.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

/// Whether `slice` takes the last of the steps in x [batch, time, units], and all else.
bool takes_last_step(const parameters::Slice& slice, const Dimensions& x) {
  const auto steps = static_cast<std::int32_t>(x[1]);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool is_time = axis == 1;
    if (slice.begin[axis] != (is_time ? steps - 1 : 0)) return false;
    if (slice.size[axis] != (is_time ? 1 : x[axis])) return false;
    if (!is_time && slice.stride[axis] != 1) return false;
  }
  return true;
}

/// Whether a recurrent layer gives every step; null for other layers.
bool* returns_sequences(Node& node) {
  switch (node.op()) {
    case Operator::lstm: return &node.as<parameters::LSTM>().return_sequences;
    case Operator::quantized_lstm: return &node.as<parameters::QuantizedLSTM>().return_sequences;
    default: return nullptr;
  }
}

/// The layer gives [batch, units]; what was the slice puts the axis of one step back.
void narrow(Graph& graph, Node& before, Node& node) {
  bool* sequences = returns_sequences(before);
  if (sequences == nullptr || !*sequences || node.op() != Operator::slice) return;
  Dimensions& shape = graph.values[before.outputs[0]].type.shape;
  if (!takes_last_step(node.as<parameters::Slice>(), shape)) return;
  *sequences = false;
  shape = {shape[0], shape[2]};
  node.parameters.Set(reshape_to(graph.shape(node.outputs[0]), node.name));
}

}  // namespace

void take_last_step(Graph& graph) { for_each_pair(graph, narrow); }

}  // namespace nacre::tools
