// Recurrent layers that are scans of cells: SimpleRNN, GRU, and RNN of any cells.

#include <algorithm>

#include "tools/keras/classes.hpp"
#include "tools/keras/layer.hpp"
#include "tools/operators/scan.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Json = nlohmann::json;

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

/// A cell on its way into the body of a scan, which is the layer's graph.
class Cell {
 public:
  explicit Cell(const KerasLayer& layer) : layer_(layer) {}

  Graph& graph() const { return layer_.graph; }
  const KerasLayer& layer() const { return layer_; }
  std::int64_t units() const { return layer_.weight(1, 2).shape()[0]; }

  /// x . weights + bias for gate `gate`, with rows of weights `i`; without a bias where none is given.
  ValueId product(ValueId x, std::size_t i, std::int64_t gate, const std::optional<Array>& bias) const {
    const Array& all = layer_.weight(i, 2);
    if (all.shape()[1] % units() != 0 || (gate + 1) * units() > all.shape()[1])
      layer_.refuse("has weights of other sizes than its units", "save the model again");
    const ValueId offsets = bias ? layer_.constant(*bias)
                                 : graph().add_constant({units()}, std::vector<double>(
                                       static_cast<std::size_t>(units()), 0.0));
    return graph().add(parameters::FullyConnected{},
                       {x, layer_.constant(columns(all, gate * units(), units())), offsets},
                       layer_.name + (i == 0 ? ".input" : ".recurrent"));
  }

  ValueId combined(BinaryFunction function, ValueId a, ValueId b) const {
    parameters::Binary table;
    table.function = function;
    return graph().add(table, {a, b}, layer_.name + ".step");
  }
  ValueId sum(ValueId a, ValueId b) const { return combined(BinaryFunction::add, a, b); }

  /// The activation that the configuration names under `key`; `otherwise` where it has no such key.
  ValueId activated(ValueId x, const char* key, const char* otherwise) const {
    return layer_.config.contains(key) ? layer_.activated(x, key) : layer_.apply(x, otherwise, 1);
  }
  ValueId gate(ValueId x) const {
    return activated(x, "recurrent_activation", layer_.keras_version >= 2 ? "sigmoid" : "hard_sigmoid");
  }

 private:
  const KerasLayer& layer_;
};

/// h' = activation(x . W + b + h . U)
Ids step_of_simple_rnn(const Cell& cell, ValueId x, const Ids& states) {
  std::optional<Array> bias;
  if (cell.layer().flag("use_bias", true)) bias = cell.layer().weight(2, 1);
  const ValueId sum = cell.sum(cell.product(x, 0, 0, bias), cell.product(states[0], 1, 0, std::nullopt));
  return {cell.activated(sum, "activation", "tanh")};
}

/// h' = z * h + (1 - z) * candidate. The reset gate acts before the recurrent product, or, with reset_after, behind it.
Ids step_of_gru(const Cell& cell, ValueId x, const Ids& states) {
  enum : std::int64_t { update, reset, candidate };
  const ValueId h = states[0];
  const std::int64_t units = cell.units();
  const bool resets_after = cell.layer().flag("reset_after", false);
  const auto bias = [&](std::int64_t gate, bool is_recurrent) -> std::optional<Array> {
    if (!cell.layer().flag("use_bias", true) || (is_recurrent && !resets_after)) return std::nullopt;
    const Array& all = cell.layer().weight(2, resets_after ? 2 : 1);
    const std::int64_t rows = resets_after ? 2 : 1;
    if (all.shape().back() != 3 * units || (resets_after && all.shape()[0] != rows))
      cell.layer().refuse("has a bias of another shape than its class needs", "save the model again");
    const Array own = columns(all, gate * units, units);
    return resets_after ? columns(own.reshaped({rows * units}), is_recurrent ? units : 0, units) : own;
  };
  const auto both = [&](std::int64_t gate) {
    return cell.sum(cell.product(x, 0, gate, bias(gate, false)), cell.product(h, 1, gate, bias(gate, true)));
  };
  const ValueId z = cell.gate(both(update)), r = cell.gate(both(reset));
  const ValueId recurrent =
      resets_after
          ? cell.combined(BinaryFunction::multiply, r, cell.product(h, 1, candidate, bias(candidate, true)))
          : cell.product(cell.combined(BinaryFunction::multiply, r, h), 1, candidate, std::nullopt);
  const ValueId proposed = cell.activated(cell.sum(cell.product(x, 0, candidate, bias(candidate, false)), recurrent),
                                          "activation", "tanh");
  const ValueId change =
      cell.combined(BinaryFunction::multiply, z, cell.combined(BinaryFunction::subtract, h, proposed));
  return {cell.sum(proposed, change)};
}

/// h' = o * activation(c'), c' = f * c + i * candidate; states h, c.
Ids step_of_lstm(const Cell& cell, ValueId x, const Ids& states) {
  enum : std::int64_t { input, forget, candidate, output };
  const std::int64_t units = cell.units();
  const auto both = [&](std::int64_t gate) {
    std::optional<Array> bias;
    if (cell.layer().flag("use_bias", true)) bias = columns(cell.layer().weight(2, 1), gate * units, units);
    return cell.sum(cell.product(x, 0, gate, bias), cell.product(states[0], 1, gate, std::nullopt));
  };
  const auto multiplied = [&](ValueId a, ValueId b) { return cell.combined(BinaryFunction::multiply, a, b); };
  const auto activated = [&](ValueId v) { return cell.activated(v, "activation", "tanh"); };
  const ValueId kept = multiplied(cell.gate(both(forget)), states[1]);
  const ValueId c = cell.sum(kept, multiplied(cell.gate(both(input)), activated(both(candidate))));
  return {multiplied(cell.gate(both(output)), activated(c)), c};
}

/// What Keras calls a cell, and a layer of one such cell.
struct KnownCell {
  const char *cell, *layer;
  std::size_t states;
  Ids (*step)(const Cell& cell, ValueId x, const Ids& states);
};

constexpr KnownCell kCells[] = {{"SimpleRNNCell", "SimpleRNN", 1, step_of_simple_rnn},
                                {"GRUCell", "GRU", 1, step_of_gru},
                                {"LSTMCell", "LSTM", 2, step_of_lstm}};

const KnownCell& known_cell(const KerasLayer& layer, const std::string& name) {
  const auto found = std::find_if(std::begin(kCells), std::end(kCells), [&](const KnownCell& one) {
    return name == (layer.class_name == "RNN" ? one.cell : one.layer);
  });
  if (found == std::end(kCells))
    layer.refuse("has a cell of class " + name + ", which Nacre does not read",
                 "build and train the model with LSTMCell, GRUCell or SimpleRNNCell, stacked or not");
  return *found;
}

/// The cells that a layer runs one after the other in each step: itself, or those of an RNN.
std::vector<const Json*> cells_of(const KerasLayer& layer) {
  if (layer.class_name != "RNN") return {nullptr};
  const auto cell = layer.config.find("cell");
  const auto is_cell = [](const Json& object) {
    return object.is_object() && object.contains("class_name") && object["class_name"].is_string() &&
           object.contains("config") && object["config"].is_object();
  };
  if (cell == layer.config.end() || !is_cell(*cell)) layer.refuse("lacks its cell");
  if ((*cell)["class_name"] != "StackedRNNCells") return {&*cell};
  const Json& own = (*cell)["config"];
  if (!own.contains("cells") || !own["cells"].is_array() || own["cells"].empty()) layer.refuse("lacks its cells");
  std::vector<const Json*> cells;
  for (const Json& one : own["cells"]) {
    if (!is_cell(one)) layer.refuse("lacks one of its cells");
    cells.push_back(&one);
  }
  return cells;
}

/// The layers that stand for the cells, each with its configuration and its share of the weights.
std::vector<KerasLayer> split(const KerasLayer& layer, Graph& body) {
  const std::vector<const Json*> cells = cells_of(layer);
  std::vector<KerasLayer> result;
  auto weights = layer.weights.begin();
  for (const Json* cell : cells) {
    const Json& config = cell == nullptr ? layer.config : (*cell)["config"];
    KerasLayer one{body, cell == nullptr ? layer.class_name : (*cell)["class_name"].get<std::string>(), layer.name,
                   config, {}, layer.keras_version};
    const std::size_t count = one.flag("use_bias", true) ? 3 : 2;
    for (std::size_t i = 0; i < count && weights != layer.weights.end(); ++i) one.weights.push_back(*weights++);
    result.push_back(std::move(one));
  }
  return result;
}

}  // namespace

namespace {

/// Refuses an activation that Nacre lacks.
void check_activation(const KerasLayer& layer, const char* key) {
  const auto found = layer.config.find(key);
  if (found == layer.config.end() || !found->is_string()) return;
  const std::string word = found->get<std::string>();
  if (word != "linear" && word != "softmax" && !keras_activation(word, layer.keras_version, 1))
    layer.refuse_activation(word);
}

/// The types of the states of all cells.
std::vector<TensorType> states_of(const KerasLayer& layer, std::int64_t batch) {
  Graph none;
  std::vector<TensorType> states;
  for (const KerasLayer& one : split(layer, none))
    states.insert(states.end(), known_cell(layer, one.class_name).states,
                  {DataType::float32, {batch, Cell(one).units()}});
  return states;
}

/// Adds the cells to a body that has its inputs, one after the other: their states after the step.
Ids add_cells(const KerasLayer& layer, Graph& body) {
  ValueId x = body.inputs[0].value;
  std::size_t before = 1;
  Ids next;
  for (const KerasLayer& one : split(layer, body)) {
    const KnownCell& known = known_cell(layer, one.class_name);
    Ids own;
    for (std::size_t i = 0; i < known.states; ++i) own.push_back(body.inputs[before++].value);
    const Ids made = known.step(Cell(one), x, own);
    next.insert(next.end(), made.begin(), made.end());
    x = made[0];
  }
  return next;
}

/// What the layer gives and, where asked, its states after the last step.
Ids import_scan(const KerasLayer& layer, const Ids& inputs, bool with_states) {
  layer.require_rank(inputs[0], 3);
  const std::vector<TensorType> states = states_of(layer, layer.graph.shape(inputs[0])[0]);
  if (inputs.size() != 1 && inputs.size() != 1 + states.size())
    layer.refuse("gets another number of initial states than it has", "check the layers before it");
  Graph body = scan_body(layer.graph, {inputs[0]}, states);
  const Ids next = add_cells(layer, body);
  // What a cell gives is its first state: that of the last cell is the layer's.
  const std::size_t last = next.size() - known_cell(layer, split(layer, body).back().class_name).states;
  for (const ValueId value : next) body.add_output("next", value);
  body.add_output("y", next[last]);
  for (std::size_t i = 0; with_states && i < next.size(); ++i) body.add_output("state", next[i]);
  parameters::Scan table;
  table.whole = layer.flag("return_sequences", false) ? 1 : 0;
  table.go_backwards = layer.flag("go_backwards", false);
  table.stateful = layer.remembers && layer.flag("stateful", false);
  return add_scan(layer.graph, table, inputs, std::move(body), layer.name);
}

}  // namespace

void check_cells(const KerasLayer& layer) {
  check_time_major(layer);
  if (layer.class_name == "RNN")
    for (const Json* cell : cells_of(layer))  // those of unknown classes are refused for themselves
      if (const std::string name = (*cell)["class_name"].get<std::string>(); find_keras_class(name) != nullptr)
        (void)known_cell(layer, name);
  for (const char* key : {"activation", "recurrent_activation"}) check_activation(layer, key);
}

ValueId import_cell_alone(const KerasLayer& layer, const Ids&) {
  layer.refuse("is a cell outside of an RNN", "build and train the model with an RNN of the cell");
}

ValueId import_cells(const KerasLayer& layer, const Ids& inputs) { return import_scan(layer, inputs, false)[0]; }

Ids import_cells_and_states(const KerasLayer& layer, const Ids& inputs) {
  return import_scan(layer, inputs, layer.flag("return_state", false));
}

}  // namespace nacre::tools
