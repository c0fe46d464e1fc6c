#include "tools/keras/recurrence.hpp"

#include <algorithm>

#include "tools/operators/scan.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// Whether the states survive between runs. Those that other layers give come first in Keras 3, where nothing of the
/// run before is left then.
bool is_stateful(const KerasLayer& layer, bool has_first_states) {
  const bool stated = layer.remembers && layer.flag("stateful", false);
  if (stated && has_first_states && layer.version.major < 3)
    layer.refuse("keeps its states (stateful=True) and gets initial states, whose order of precedence differs between "
                 "releases of Keras 2",
                 "build the model with stateful=False and give it these weights");
  return stated && !has_first_states;
}

}  // namespace

Ids add_recurrence(const KerasLayer& layer, const Ids& inputs, const Recurrence& recurrence) {
  const std::size_t count = recurrence.states.size();
  if (inputs.size() != 1 && inputs.size() != 1 + count)
    layer.refuse("gets another number of initial states than it has", "check the layers before it");
  Graph body = scan_body(layer.graph, {inputs[0]}, recurrence.states);
  Ids states;
  for (std::size_t i = 0; i < count; ++i) states.push_back(body.inputs[1 + i].value);
  const Ids next = recurrence.step(body, body.inputs[0].value, states);
  for (const ValueId value : next) body.add_output("next", value);
  body.add_output("y", next.at(recurrence.result));
  const std::size_t read = layer.flag("return_state", false) ? static_cast<std::size_t>(layer.outputs_read) : 1;
  for (std::size_t i = 0; i + 1 < std::min(read, count + 1); ++i) body.add_output("state", next[i]);
  parameters::Scan table;
  table.whole = layer.flag("return_sequences", false) ? 1 : 0;
  table.go_backwards = layer.flag("go_backwards", false);
  table.stateful = is_stateful(layer, inputs.size() > 1);
  return add_scan(layer.graph, table, inputs, std::move(body), layer.name);
}

}  // namespace nacre::tools
