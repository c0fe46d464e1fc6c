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

/// What a layer gives of a step that its mask skips.
enum class Skipped : std::uint8_t {
  state,     ///< its state, which the step leaves as it is
  previous,  ///< what it gave of the step before, at first 0
  zero,
};

/// Before TensorFlow 1.13, releases gave the first of all states, and one of them 0 at first.
Skipped skipped_result(const KerasLayer& layer, bool has_first_states, std::size_t result) {
  const auto refuse = [&](const std::string& what) {
    layer.refuse(what + " and skips steps by a mask, which Nacre does not read together",
                 "build the model without a mask, or without that");
  };
  if (layer.graph.shape(*layer.skipped).size() != 2) refuse("has a mask of more than batch and time");
  if (layer.remembers && layer.flag("stateful", false)) refuse("keeps its states (stateful=True)");
  const bool is_old = !layer.version.is_tensorflows || !layer.version.is_since(2, 2, 4);
  if (is_old && (has_first_states || result != 0))
    refuse("has initial states or stacked cells, in a release before TensorFlow 1.13,");
  if (!is_old && layer.flag("zero_output_for_mask", false)) {
    if (layer.flag("unroll", false) && layer.flag("go_backwards", false)) refuse("is unrolled and goes backwards");
    return Skipped::zero;
  }
  return has_first_states ? Skipped::previous : Skipped::state;
}

/// where(skipped, a, b), or where(skipped, 0, b).
ValueId chosen(Graph& graph, ValueId skipped, std::optional<ValueId> a, ValueId b, const std::string& name) {
  Program program;
  const Operand first = a ? Operand{Operand::Kind::input, 2} : program.literal(0, DataType::float32);
  program.then(MapFunction::where, DataType::float32,
               {{Operand::Kind::input, 0}, first, {Operand::Kind::input, 1}});
  std::vector<ValueId> inputs{skipped, b};
  if (a) inputs.push_back(*a);
  return graph.add_map(program, inputs, name);
}

/// A recurrence on its way into a scan.
class Scanned {
 public:
  Scanned(const KerasLayer& layer, const Recurrence& recurrence, const Ids& inputs)
      : layer_(layer), recurrence_(recurrence), has_first_states_(inputs.size() > 1), types_(recurrence.states) {
    if (inputs.size() != 1 && inputs.size() != 1 + types_.size())
      layer.refuse("gets another number of initial states than it has", "check the layers before it");
    sequences_ = {inputs[0]};
    first_.assign(inputs.begin() + 1, inputs.end());
    if (layer.skipped) add_mask();
  }

  Ids add() {
    Graph body = scan_body(layer_.graph, sequences_, types_);
    const auto input = [&](std::size_t i) { return body.inputs[i].value; };
    Ids states;
    for (std::size_t i = 0; i < recurrence_.states.size(); ++i) states.push_back(input(sequences_.size() + i));
    Ids next = recurrence_.step(body, input(0), states);
    ValueId y = next.at(recurrence_.result);
    if (layer_.skipped) {
      const auto where = [&](std::optional<ValueId> a, ValueId b) {
        return chosen(body, input(1), a, b, layer_.name + ".mask");
      };
      if (rule_ == Skipped::zero) y = where(std::nullopt, y);
      if (rule_ == Skipped::previous) y = where(body.inputs.back().value, y);
      for (std::size_t i = 0; i < next.size(); ++i) next[i] = where(states[i], next[i]);
      if (rule_ == Skipped::state) y = next[recurrence_.result];
    }
    for (const ValueId value : next) body.add_output("next", value);
    if (types_.size() > next.size()) body.add_output("next", y);
    body.add_output("y", y);
    const std::size_t read = layer_.flag("return_state", false) ? static_cast<std::size_t>(layer_.outputs_read) : 1;
    for (std::size_t i = 0; i + 1 < std::min(read, next.size() + 1); ++i) body.add_output("state", next[i]);
    return add_scan(layer_.graph, table(), all_inputs(), std::move(body), layer_.name);
  }

 private:
  /// The mask is a second sequence, whose steps broadcast to the states.
  void add_mask() {
    rule_ = skipped_result(layer_, has_first_states_, recurrence_.result);
    const TensorType& result = types_.at(recurrence_.result);
    Dimensions shape(result.shape.size(), 1);
    shape[0] = layer_.graph.shape(sequences_[0])[1];
    sequences_.push_back(add_reshape(layer_.graph, *layer_.skipped, shape, ""));
    if (rule_ != Skipped::previous) return;
    first_.push_back(layer_.graph.add_constant(
        result.shape, std::vector<double>(static_cast<std::size_t>(result.size()), 0.0)));
    types_.push_back(result);
  }

  Ids all_inputs() const {
    Ids all = sequences_;
    all.insert(all.end(), first_.begin(), first_.end());
    return all;
  }

  parameters::Scan table() const {
    parameters::Scan table;
    table.sequences = static_cast<std::uint8_t>(sequences_.size());
    table.whole = layer_.flag("return_sequences", false) ? 1 : 0;
    table.go_backwards = layer_.flag("go_backwards", false);
    table.stateful = is_stateful(layer_, has_first_states_);
    return table;
  }

  const KerasLayer& layer_;
  const Recurrence& recurrence_;
  bool has_first_states_;
  std::vector<TensorType> types_;  ///< of the states, the last of which may be what the layer gave
  Ids sequences_, first_;
  Skipped rule_ = Skipped::state;
};

}  // namespace

Ids add_recurrence(const KerasLayer& layer, const Ids& inputs, const Recurrence& recurrence) {
  return Scanned(layer, recurrence, inputs).add();
}

}  // namespace nacre::tools
