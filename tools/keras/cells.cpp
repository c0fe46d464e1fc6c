// The cells of recurrent layers.

#include "tools/keras/cells.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// Columns [first, first + count) of a matrix, or elements of a vector.
Array columns(const Array& array, std::int64_t first, std::int64_t count) {
  const std::int64_t width = array.shape().back();
  const std::vector<double> all = array.to<double>();
  std::vector<double> values;
  for (auto row = all.begin(); row != all.end(); row += width)
    values.insert(values.end(), row + first, row + first + count);
  Dimensions shape = array.shape();
  shape.back() = count;
  return Array::of(array.type(), shape, values);
}

}  // namespace

Cell::Cell(const KerasLayer& layer, std::int64_t gates, std::size_t spatial_axes)
    : layer_(layer), gates_(gates), axes_(spatial_axes), units_(layer.weight(1, 2 + axes_).shape()[axes_]) {
  const auto stated =
      layer.config.find(axes_ > 0 ? "filters" : layer.config.contains("units") ? "units" : "output_dim");
  if (stated != layer.config.end() && *stated != units_)
    layer.refuse(fmt::format("has weights for {} units, where its configuration says {}", units_, stated->dump()),
                 "save the model again");
  for (const std::size_t i : {0, 1})
    if (const std::int64_t width = layer.weight(i, 2 + axes_).shape().back(); width != gates * units_)
      layer.refuse(fmt::format("has weights of {} columns, where {} units need {}", width, units_, gates * units_),
                   "save the model again");
}

ValueId Cell::product(ValueId x, std::size_t i, std::int64_t gate, const std::optional<Array>& bias) const {
  const Array own = columns(layer_.weight(i, 2 + axes_), gate * units_, units_);
  if (axes_ > 0) return convolution(x, i, own, bias);
  const ValueId offsets = bias ? layer_.constant(*bias)
                               : graph().add_constant({units_}, std::vector<double>(
                                     static_cast<std::size_t>(units_), 0.0));
  return graph().add(parameters::FullyConnected{}, {x, layer_.constant(own), offsets},
                     layer_.name + (i == 0 ? ".input" : ".recurrent"));
}

/// That of the state keeps its size, whatever the layer does with its input.
ValueId Cell::convolution(ValueId x, std::size_t i, const Array& kernel, const std::optional<Array>& bias) const {
  nlohmann::json config = {{"padding", i == 0 ? layer_.text("padding", "valid") : "same"},
                           {"use_bias", bias.has_value()}};
  for (const char* key : {"strides", "dilation_rate"})
    if (i == 0 && layer_.config.contains(key)) config[key] = layer_.config[key];
  KerasLayer layer{graph(), fmt::format("Conv{}D", axes_), layer_.name + (i == 0 ? ".input" : ".recurrent"), config,
                   {kernel}, layer_.version};
  if (bias) layer.weights.push_back(*bias);
  return axes_ == 3 ? import_conv_3d(layer, {x}) : axes_ == 2 ? import_conv_2d(layer, {x}) : import_conv_1d(layer, {x});
}

std::optional<Array> Cell::bias(std::int64_t gate, bool is_recurrent) const {
  const bool has_both = layer_.flag("reset_after", false);
  if (!layer_.flag("use_bias", true) || (is_recurrent && !has_both)) return std::nullopt;
  const Array& all = layer_.weight(2, has_both ? 2 : 1);
  if (all.shape().back() != gates_ * units_ || (has_both && all.shape()[0] != 2))
    layer_.refuse("has a bias of another shape than its class needs", "save the model again");
  const Array own = columns(all, gate * units_, units_);
  return has_both ? columns(own.reshaped({2 * units_}), is_recurrent ? units_ : 0, units_) : own;
}

ValueId Cell::combined(BinaryFunction function, ValueId a, ValueId b) const {
  parameters::Binary table;
  table.function = function;
  return graph().add(table, {a, b}, layer_.name + ".step");
}

ValueId Cell::activated(ValueId x) const {
  return layer_.config.contains("activation") ? layer_.activated(x) : layer_.apply(x, "tanh", 1);
}

ValueId Cell::gate(ValueId x) const {
  if (layer_.config.contains("recurrent_activation")) return layer_.activated(x, "recurrent_activation");
  return layer_.apply(x, layer_.version.major >= 2 ? "sigmoid" : "hard_sigmoid", 1);
}

namespace {

/// h' = activation(x . W + b + h . U)
Ids step_of_simple_rnn(const Cell& cell, ValueId x, const Ids& states) {
  return {cell.activated(cell.sum(cell.product(x, 0, 0, cell.bias(0)), cell.product(states[0], 1, 0, std::nullopt)))};
}

/// h' = z * h + (1 - z) * candidate. The reset gate acts before the recurrent product, or, with reset_after, behind it.
Ids step_of_gru(const Cell& cell, ValueId x, const Ids& states) {
  enum : std::int64_t { update, reset, candidate };
  const ValueId h = states[0];
  const auto multiplied = [&](ValueId a, ValueId b) { return cell.combined(BinaryFunction::multiply, a, b); };
  const auto of_input = [&](std::int64_t gate) { return cell.product(x, 0, gate, cell.bias(gate)); };
  const auto of_state = [&](ValueId v, std::int64_t gate) { return cell.product(v, 1, gate, cell.bias(gate, true)); };
  const ValueId z = cell.gate(cell.sum(of_input(update), of_state(h, update)));
  const ValueId r = cell.gate(cell.sum(of_input(reset), of_state(h, reset)));
  const ValueId recurrent = cell.layer().flag("reset_after", false) ? multiplied(r, of_state(h, candidate))
                                                                    : of_state(multiplied(r, h), candidate);
  const ValueId proposed = cell.activated(cell.sum(of_input(candidate), recurrent));
  return {cell.sum(proposed, multiplied(z, cell.combined(BinaryFunction::subtract, h, proposed)))};
}

/// h' = o * activation(c'), c' = f * c + i * candidate; states h, c.
Ids step_of_lstm(const Cell& cell, ValueId x, const Ids& states) {
  enum : std::int64_t { input, forget, candidate, output };
  const auto both = [&](std::int64_t gate) {
    return cell.sum(cell.product(x, 0, gate, cell.bias(gate)), cell.product(states[0], 1, gate, std::nullopt));
  };
  const auto multiplied = [&](ValueId a, ValueId b) { return cell.combined(BinaryFunction::multiply, a, b); };
  const ValueId kept = multiplied(cell.gate(both(forget)), states[1]);
  const ValueId c = cell.sum(kept, multiplied(cell.gate(both(input)), cell.activated(both(candidate))));
  return {multiplied(cell.gate(both(output)), cell.activated(c)), c};
}

constexpr CellClass kCells[] = {{"SimpleRNNCell", "SimpleRNN", 1, 1, step_of_simple_rnn},
                                {"GRUCell", "GRU", 3, 1, step_of_gru},
                                {"LSTMCell", "LSTM", 4, 2, step_of_lstm}};

const CellClass* found(const std::string& name, const char* const CellClass::*key) {
  const auto is_it = [&](const CellClass& one) { return name == one.*key; };
  const auto one = std::find_if(std::begin(kCells), std::end(kCells), is_it);
  return one == std::end(kCells) ? nullptr : one;
}

}  // namespace

const CellClass* find_layers_cell(const std::string& layer) { return found(layer, &CellClass::layer); }
const CellClass* find_cell(const std::string& cell) { return found(cell, &CellClass::cell); }

}  // namespace nacre::tools
