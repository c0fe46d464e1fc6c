// ConvLSTM1D, 2D and 3D: an LSTM whose products are convolutions.

#include "tools/keras/cells.hpp"
#include "tools/keras/recurrence.hpp"
#include "tools/keras/windows.hpp"
#include "tools/operators/scan.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// The layer inside another graph.
KerasLayer inside(const KerasLayer& layer, Graph& body) {
  return {body, layer.class_name, layer.name, layer.config, layer.weights, layer.version};
}

/// A sequence of images and states with their channels first, as they are with their channels last.
Ids channels_last(const KerasLayer& layer, Ids values) {
  if (!layer.channels_first()) return values;
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = layer.move_axis(values[i], i == 0 ? 2 : 1, layer.last_axis(values[i]));
  return values;
}

/// What the layer gives and its states, as the layer has its channels.
Ids as_stated(const KerasLayer& layer, Ids values) {
  if (!layer.channels_first()) return values;
  const bool gives_sequence = layer.flag("return_sequences", false);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = layer.move_axis(values[i], layer.last_axis(values[i]), i == 0 && gives_sequence ? 2 : 1);
  return values;
}

}  // namespace

void check_conv_lstm(const KerasLayer& layer) {
  if (layer.version.major < 2)
    layer.refuse("is a recurrent convolution of Keras 1, which Nacre does not read",
                 "load the model with Keras 2 and save it again");
  check_cells(layer);
}

Ids import_conv_lstm(const KerasLayer& layer, const Ids& inputs) {
  const std::size_t axes = axes_of(layer);
  layer.require_rank(inputs[0], axes + 3);
  const Ids given = channels_last(layer, inputs);
  Graph scratch = scan_body(layer.graph, {given[0]}, {});
  const KerasLayer probe = inside(layer, scratch);
  const ValueId of_input = Cell(probe, 4, axes).product(scratch.inputs[0].value, 0, 0, std::nullopt);
  Recurrence recurrence;
  recurrence.states.assign(2, scratch.type(of_input));
  recurrence.step = [&](Graph& body, ValueId x, const Ids& states) {
    const KerasLayer one = inside(layer, body);
    return find_layers_cell("LSTM")->step(Cell(one, 4, axes), x, states);
  };
  return as_stated(layer, add_recurrence(layer, given, recurrence));
}

}  // namespace nacre::tools
