// Recurrent layers that are scans of cells: SimpleRNN, GRU, and RNN of any cells.

#include <algorithm>

#include "tools/keras/cells.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/recurrence.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Json = nlohmann::json;

/// A cell with its configuration and its share of the weights, as a layer.
struct OneCell {
  const CellClass& known;
  KerasLayer layer;

  Cell cell() const { return {layer, known.gates}; }
};

const CellClass& known_cell(const KerasLayer& layer, const std::string& name) {
  const CellClass* const found = layer.class_name == "RNN" ? find_cell(name) : find_layers_cell(name);
  if (found == nullptr)
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

std::vector<OneCell> split(const KerasLayer& layer, Graph& body) {
  std::vector<OneCell> result;
  auto weights = layer.weights.begin();
  for (const Json* cell : cells_of(layer)) {
    const Json& config = cell == nullptr ? layer.config : (*cell)["config"];
    const std::string name = cell == nullptr ? layer.class_name : (*cell)["class_name"].get<std::string>();
    KerasLayer one{body, name, layer.name, config, {}, layer.version};
    const std::size_t count = one.flag("use_bias", true) ? 3 : 2;
    for (std::size_t i = 0; i < count && weights != layer.weights.end(); ++i) one.weights.push_back(*weights++);
    result.push_back({known_cell(layer, name), std::move(one)});
  }
  return result;
}

/// Of each cell, the place of its first state among all: before Keras 2.2.3 those of the last cell came first.
std::vector<std::size_t> places_of_states(const KerasLayer& layer, const std::vector<OneCell>& cells) {
  const bool is_reversed = !layer.version.is_tensorflows && !layer.version.is_since(2, 2, 3);
  std::vector<std::size_t> places(cells.size());
  std::size_t place = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t cell = is_reversed ? cells.size() - 1 - i : i;
    places[cell] = place;
    place += cells[cell].known.states;
  }
  return places;
}

/// Appends the cells to a body, one after the other: all states after the step.
Ids add_cells(const KerasLayer& layer, Graph& body, ValueId x, const Ids& states) {
  const std::vector<OneCell> cells = split(layer, body);
  const std::vector<std::size_t> places = places_of_states(layer, cells);
  Ids next(states.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellClass& known = cells[i].known;
    const auto place = static_cast<std::ptrdiff_t>(places[i]);
    const auto own = states.begin() + place;
    const Ids made = known.step(cells[i].cell(), x, {own, own + static_cast<std::ptrdiff_t>(known.states)});
    std::copy(made.begin(), made.end(), next.begin() + place);
    x = made[0];
  }
  return next;
}

/// Refuses an activation that Nacre lacks.
void check_activation(const KerasLayer& layer, const char* key) {
  const auto found = layer.config.find(key);
  if (found == layer.config.end() || !found->is_string()) return;
  const std::string word = found->get<std::string>();
  if (!is_keras_activation(word)) layer.refuse_activation(word);
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

Ids import_cells(const KerasLayer& layer, const Ids& inputs) {
  layer.require_rank(inputs[0], 3);
  Graph none;
  const std::vector<OneCell> cells = split(layer, none);
  const std::vector<std::size_t> places = places_of_states(layer, cells);
  Recurrence recurrence;
  recurrence.result = places.back();
  for (const OneCell& one : cells) recurrence.states.resize(recurrence.states.size() + one.known.states);
  for (std::size_t i = 0; i < cells.size(); ++i)
    std::fill_n(recurrence.states.begin() + static_cast<std::ptrdiff_t>(places[i]), cells[i].known.states,
                TensorType{DataType::float32, {layer.graph.shape(inputs[0])[0], cells[i].cell().units()}});
  recurrence.step = [&](Graph& body, ValueId x, const Ids& states) { return add_cells(layer, body, x, states); };
  return add_recurrence(layer, inputs, recurrence);
}

}  // namespace nacre::tools
