// Embedding, LSTM and their wrapper.

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "tools/graph/moves.hpp"
#include "tools/keras/cells.hpp"
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

/// The two directions of a Bidirectional layer joined as its merge_mode says, or both where it says null.
Ids merged(const KerasLayer& layer, ValueId forward, ValueId backward) {
  const auto found = layer.config.find("merge_mode");
  if (found != layer.config.end() && found->is_null()) return {forward, backward};
  const std::string mode = layer.text("merge_mode", "concat");
  const KerasLayer merge{
      layer.graph, mode == "sum" ? "Add" : mode == "mul" ? "Multiply" : mode == "ave" ? "Average" : "Concatenate",
      layer.name,  layer.config,
      {},          layer.version,
      {}};
  if (mode == "concat") return {import_concatenate(merge, {forward, backward})};
  if (merge.class_name == "Concatenate")
    layer.refuse("has the merge_mode " + mode + ", which Nacre does not support",
                 "build and train the model with concat, sum, mul or ave");
  return {import_merge(merge, {forward, backward})};
}

/// One of the functions that the operator lstm has for gates; sets the slopes of hard_sigmoid. None for others.
std::optional<F> gate_function(const KerasLayer& layer, const char* key, const char* otherwise,
                               parameters::LSTM& table) {
  const auto stated = layer.config.find(key);
  if (stated != layer.config.end() && stated->is_object()) return std::nullopt;
  const std::string name = layer.text(key, otherwise);
  if (name == "linear") return F::linear;
  const auto found = keras_activation(name, layer.version.major, 1);
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
      gate_function(layer, "recurrent_activation", layer.version.major >= 2 ? "sigmoid" : "hard_sigmoid", table);
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

namespace {

/// The layer as the operator lstm, which does not give the state of its cell.
ValueId add_lstm(const KerasLayer& layer, ValueId x, parameters::LSTM table) {
  layer.require_rank(x, 3);
  (void)Cell(layer, 4);
  table.return_sequences = layer.flag("return_sequences", false);
  table.go_backwards = layer.flag("go_backwards", false);
  table.stateful = layer.remembers && layer.flag("stateful", false);
  const Array &kernel = layer.weight(0, 2), &recurrent = layer.weight(1, 2);
  return layer.graph.add(
      table, {x, layer.constant(kernel), layer.constant(recurrent), layer.bias(2, kernel.shape()[1])}, layer.name);
}

/// The last step of a sequence; other values as they are.
ValueId last_step(const KerasLayer& layer, ValueId y) {
  if (layer.graph.shape(y).size() != 3) return y;
  const Dimensions shape = layer.graph.shape(y);
  return add_reshape(layer.graph, steps(layer, y, shape[1] - 1, 1, 1), {shape[2]}, "");
}

}  // namespace

/// Its hidden state is the last of what it gives; for its cell, or with initial states, it is a scan.
Ids import_lstm(const KerasLayer& layer, const Ids& inputs) {
  const std::optional<parameters::LSTM> functions = gate_functions(layer);
  const bool gives_states = layer.flag("return_state", false);
  if (!functions || layer.skipped || inputs.size() != 1 || (gives_states && layer.outputs_read > 2))
    return import_cells(layer, inputs);
  const ValueId y = add_lstm(layer, inputs[0], *functions);
  return gives_states ? Ids{y, last_step(layer, y)} : Ids{y};
}

namespace {

const nlohmann::json* layer_inside(const KerasLayer& layer, const char* key) {
  const auto found = layer.config.find(key);
  return found != layer.config.end() && found->is_object() && found->contains("config") ? &*found : nullptr;
}

/// TensorFlow's Bidirectional sets what its layers give of steps that are skipped.
void zero_skipped(const KerasLayer& layer, nlohmann::json& config) {
  const bool whole = config.value("return_sequences", false);
  const KerasVersion& version = layer.version;
  if (!whole && version.is_tensorflows && version.is_since(2, 2, 4) && !version.is_since(2, 3))
    layer.refuse("skips steps by a mask and gives the last one, which TensorFlow 1.13 and 2.0 compute differently",
                 "save the model again with TensorFlow 2.2 or later");
  config["zero_output_for_mask"] = whole;
}

/// What one direction gives and, where it returns them, its states.
Ids import_direction(const KerasLayer& layer, const nlohmann::json& object, nlohmann::json config,
                     const std::vector<Array>& weights, const std::string& name, const Ids& inputs) {
  if (layer.skipped) zero_skipped(layer, config);
  const KerasLayer one{layer.graph, object.value("class_name", "?"), layer.name + name, config, weights,
                       layer.version, {}, layer.remembers, layer.outputs_read, layer.skipped};
  const KerasClass* const known = find_keras_class(one.class_name);
  if (known == nullptr || !known->is_recurrent) layer.refuse("wraps a layer of class " + one.class_name);
  return known->import_all(one, inputs);
}

}  // namespace

Ids import_bidirectional(const KerasLayer& layer, const Ids& inputs) {
  const nlohmann::json* const forward = layer_inside(layer, "layer");
  const nlohmann::json* const own = layer_inside(layer, "backward_layer");
  if (forward == nullptr) layer.refuse("lacks the layer that it wraps");
  nlohmann::json reversed = (*forward)["config"];
  reversed["go_backwards"] = !reversed.value("go_backwards", false);
  const nlohmann::json& config = own != nullptr ? (*own)["config"] : reversed;
  // The first half of the initial states is for the layer that runs forward.
  const auto half = static_cast<std::ptrdiff_t>(inputs.size() / 2);
  if (inputs.size() % 2 == 0) layer.refuse("gets an odd number of initial states", "check the layers before it");
  Ids back_inputs{inputs[0]};
  back_inputs.insert(back_inputs.end(), inputs.begin() + 1 + half, inputs.end());
  const Ids there = import_direction(layer, *forward, (*forward)["config"], layer.weights, ".forward",
                                     {inputs.begin(), inputs.begin() + 1 + half});
  Ids back = import_direction(layer, own != nullptr ? *own : *forward, config, layer.backward_weights, ".backward",
                              back_inputs);
  const std::int64_t time = layer.graph.shape(inputs[0])[1];
  if (config.value("return_sequences", false)) back[0] = steps(layer, back[0], time - 1, -1, time);
  Ids all = merged(layer, there[0], back[0]);
  all.insert(all.end(), there.begin() + 1, there.end());
  all.insert(all.end(), back.begin() + 1, back.end());
  return all;
}

}  // namespace nacre::tools
