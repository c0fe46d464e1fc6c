// Embedding, LSTM and their wrapper.

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "tools/graph/moves.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using F = ActivationFunction;

/// x[:, begin::stride] of `size` steps.
ValueId steps(const KerasLayer& layer, ValueId x, std::int64_t begin, std::int64_t stride, std::int64_t size) {
  parameters::Slice table = slice_of_all(layer.graph.shape(x));
  table.begin[1] = static_cast<std::int32_t>(begin);
  table.stride[1] = static_cast<std::int32_t>(stride);
  table.size[1] = static_cast<std::int32_t>(size);
  return layer.graph.add(table, {x});
}

/// The two directions of a Bidirectional layer joined as its merge_mode says.
ValueId merged(const KerasLayer& layer, ValueId forward, ValueId backward) {
  const auto found = layer.config.find("merge_mode");
  if (found != layer.config.end() && found->is_null())
    layer.refuse("keeps its directions apart", "build the model with a merge_mode");
  const std::string mode = layer.text("merge_mode", "concat");
  const KerasLayer merge{
      layer.graph, mode == "sum" ? "Add" : mode == "mul" ? "Multiply" : mode == "ave" ? "Average" : "Concatenate",
      layer.name,  layer.config,
      {},          layer.keras_version,
      {}};
  if (mode == "concat") return import_concatenate(merge, {forward, backward});
  if (merge.class_name == "Concatenate")
    layer.refuse("has the merge_mode " + mode + ", which Nacre does not support",
                 "build and train the model with concat, sum, mul or ave");
  return import_merge(merge, {forward, backward});
}

/// One of the functions that the operator lstm has for gates; sets the slopes of hard_sigmoid. None for others.
std::optional<F> gate_function(const KerasLayer& layer, const char* key, const char* otherwise,
                               parameters::LSTM& table) {
  const auto stated = layer.config.find(key);
  if (stated != layer.config.end() && stated->is_object()) return std::nullopt;
  const std::string name = layer.text(key, otherwise);
  if (name == "linear") return F::linear;
  const auto found = keras_activation(name, layer.keras_version, 1);
  const bool is_plain = found && (found->function != F::relu || (found->alpha == 0 && std::isinf(found->maximum)));
  constexpr F kKnown[] = {F::tanh, F::sigmoid, F::relu, F::hard_sigmoid};
  if (!is_plain || std::find(std::begin(kKnown), std::end(kKnown), found->function) == std::end(kKnown))
    return std::nullopt;
  if (found->function == F::hard_sigmoid) table.alpha = found->alpha, table.beta = found->beta;
  return found->function;
}

/// The parameters of the operator lstm; none where it lacks what the layer needs.
std::optional<parameters::LSTM> gate_functions(const KerasLayer& layer) {
  parameters::LSTM table;
  const auto activation = gate_function(layer, "activation", "tanh", table);
  const auto recurrent =
      gate_function(layer, "recurrent_activation", layer.keras_version >= 2 ? "sigmoid" : "hard_sigmoid", table);
  if (!activation || !recurrent) return std::nullopt;
  table.activation = *activation, table.recurrent_activation = *recurrent;
  return table;
}

}  // namespace

void check_time_major(const KerasLayer& layer) {
  if (layer.flag("time_major", false))
    layer.refuse("has time_major=True, so that its first axis is time and not the batch",
                 "build the model with time_major=False, on transposed data");
}

void check_bidirectional(const KerasLayer& layer) {
  for (const char* key : {"layer", "backward_layer"}) {
    const auto found = layer.config.find(key);
    const std::string wrapped =
        found != layer.config.end() && found->is_object() ? found->value("class_name", "?") : "LSTM";
    const KerasClass* const known = find_keras_class(wrapped);
    if (known == nullptr || !known->is_recurrent)
      layer.refuse("wraps a layer of class " + wrapped + ", which Nacre does not read there",
                   "build and train the model with an LSTM, GRU, SimpleRNN or RNN inside");
  }
}

ValueId import_embedding(const KerasLayer& layer, const Ids& inputs) {
  return add_lookup(layer.graph, layer.constant(layer.weight(0, 2)), inputs[0], layer.name);
}

ValueId import_lstm(const KerasLayer& layer, const Ids& inputs) {
  const std::optional<parameters::LSTM> functions = gate_functions(layer);
  if (!functions || inputs.size() != 1) return import_cells(layer, inputs);
  layer.require_rank(inputs[0], 3);
  parameters::LSTM table = *functions;
  table.return_sequences = layer.flag("return_sequences", false);
  table.go_backwards = layer.flag("go_backwards", false);
  table.stateful = layer.remembers && layer.flag("stateful", false);
  const Array &kernel = layer.weight(0, 2), &recurrent = layer.weight(1, 2);
  return layer.graph.add(
      table,
      {inputs[0], layer.constant(kernel), layer.constant(recurrent), layer.bias(2, kernel.shape()[1])}, layer.name);
}

namespace {

/// The last step of a sequence; other values as they are.
ValueId last_step(const KerasLayer& layer, ValueId y) {
  if (layer.graph.shape(y).size() != 3) return y;
  const Dimensions shape = layer.graph.shape(y);
  return add_reshape(layer.graph, steps(layer, y, shape[1] - 1, 1, 1), {shape[2]}, "");
}

}  // namespace

/// Its hidden state is the last of what it gives; for its cell it is a scan.
Ids import_lstm_and_states(const KerasLayer& layer, const Ids& inputs) {
  if (!layer.flag("return_state", false)) return {import_lstm(layer, inputs)};
  if (layer.outputs_read > 2 || inputs.size() != 1) return import_cells_and_states(layer, inputs);
  const ValueId y = import_lstm(layer, inputs);
  return {y, last_step(layer, y)};
}

ValueId import_bidirectional(const KerasLayer& layer, const Ids& inputs) {
  if (inputs.size() != 1)
    layer.refuse("gets its initial states from other layers", "build the model without initial_state");
  const auto member = [&](const char* key) {
    const auto found = layer.config.find(key);
    return found != layer.config.end() && found->is_object() && found->contains("config") ? &*found : nullptr;
  };
  const nlohmann::json* forward = member("layer");
  if (forward == nullptr) layer.refuse("lacks the layer that it wraps");
  nlohmann::json backward = (*forward)["config"];
  if (const auto* own = member("backward_layer")) backward = (*own)["config"];
  else backward["go_backwards"] = !backward.value("go_backwards", false);
  const KerasLayer one{layer.graph,
                       forward->value("class_name", "?"),
                       layer.name + ".forward",
                       (*forward)["config"],
                       layer.weights,
                       layer.keras_version,
                       {},
                       layer.remembers};
  const KerasLayer other{layer.graph, one.class_name,         layer.name + ".backward",
                         backward,    layer.backward_weights, layer.keras_version,
                         {},          layer.remembers};
  if (one.flag("return_state", false)) layer.refuse("returns its states", "build and train it with return_state=False");
  const auto import = [&](const KerasLayer& direction) {
    return direction.class_name == "LSTM" ? import_lstm(direction, inputs) : import_cells(direction, inputs);
  };
  const ValueId there = import(one);
  ValueId back = import(other);
  const std::int64_t time = layer.graph.shape(inputs[0])[1];
  if (other.flag("return_sequences", false)) back = steps(layer, back, time - 1, -1, time);
  return merged(layer, there, back);
}

}  // namespace nacre::tools
