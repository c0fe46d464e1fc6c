#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/body_walk.hpp"
#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Whether `whole` has the shape of `part` with an axis of `time` behind the batch.
bool is_sequence_of(const Shape& whole, const Shape& part, std::uint32_t time) {
  bool fits = part.rank() != 0 && whole.rank() == part.rank() + 1u && whole[1] == time && whole[0] == part[0];
  for (unsigned axis = 1; fits && axis < part.rank(); ++axis) fits = whole[axis + 1] == part[axis];
  return fits;
}

/// A counted scan gives its first states: none of all steps.
bool counts_steps(LayerCheck& layer, unsigned states) {
  using parameters::Scan;
  const unsigned count = layer.inputs() - 1u, outputs = layer.outputs();
  const auto& p = layer.parameters<Scan>();
  const bool is_number = layer.has_type(count, DataType::int32) && layer.input(count).size() == 1;
  if (!layer.require_argument(is_number, count) || !layer.require_argument(outputs <= states, count + 1)) return false;
  if (!layer.require_parameter(p.whole == 0 && !p.stateful, offsetof(Scan, counted))) return false;
  for (unsigned i = 0; i < outputs; ++i) {
    const unsigned y = count + 1 + i, state = count + 1 + outputs + i;
    if (!layer.require_argument(layer.is_like(y, layer.record(state).type, state), y)) return false;
  }
  return true;
}

}  // namespace

void scan(LayerCheck& layer) {
  using parameters::Scan;
  const auto& p = layer.parameters<Scan>();
  const unsigned inputs = layer.inputs(), outputs = layer.outputs(), sequences = p.sequences;
  layer.may_have_body(walk_body);
  layer.require_argument(layer.has_body(), inputs + outputs);
  const unsigned count = p.counted ? 1 : 0;
  const bool has_sequences = layer.require_parameter(sequences <= inputs, offsetof(Scan, sequences));
  layer.require_parameter(p.whole <= outputs, offsetof(Scan, whole));
  layer.require_argument(layer.has_type(0, layer.type()), 0);
  if (!has_sequences || !layer.require_argument(layer.input(0).rank() >= 2, 0)) return;
  const unsigned both = layer.temporaries() - sequences - outputs, states = both / 2;
  const bool are_pairs = layer.temporaries() >= sequences + outputs && both % 2 == 0;
  const bool has_first = inputs == sequences + states + count, has_none = inputs == sequences && !p.counted;
  if (!layer.require_argument(are_pairs && (has_first || has_none), inputs + outputs)) return;
  if (p.counted && !counts_steps(layer, states)) return;
  const std::uint32_t batch = layer.input(0)[0], time = layer.input(0)[1];
  const unsigned state = inputs + outputs, step = state + states, next = step + sequences, result = next + states;
  for (unsigned i = 0; i < result + outputs; ++i)
    layer.require_argument(layer.record(i).type != DataType::string, i);
  for (unsigned i = 0; i < sequences; ++i) {
    const Shape x = layer.input(i), part = layer.shape(step + i);
    layer.require_argument(is_sequence_of(x, part, time) && part[0] == batch, i);
    layer.require_argument(layer.has_type(step + i, layer.input_type(i)), step + i);
  }
  for (unsigned i = 0; i < states; ++i) {
    const DataType type = layer.record(state + i).type;
    layer.require_argument(layer.is_like(next + i, type, state + i), next + i);
    if (inputs != sequences)
      layer.require_argument(layer.is_like(sequences + i, type, state + i), sequences + i);
    if (p.stateful) layer.require_argument(layer.is_state(state + i), state + i);
  }
  for (unsigned i = 0; i < outputs; ++i) {
    const DataType type = layer.record(result + i).type;
    const Shape part = layer.shape(result + i);
    layer.require_argument(layer.has_type(inputs + i, type), inputs + i);
    layer.require_argument(!layer.is_state(inputs + i), inputs + i);
    if (i >= p.whole) layer.require_argument(layer.is_like(inputs + i, type, result + i), inputs + i);
    else layer.require_argument(is_sequence_of(layer.output(i), part, time) && part[0] == batch, inputs + i);
  }
  if (p.stateful)
    layer.require_parameter(batch == 1 && inputs == sequences, offsetof(Scan, stateful));
}

}  // namespace nacre::checks
