#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tools/common/refusal.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

using KerasJson = nlohmann::ordered_json;

/// A weight of a layer, as Keras names it.
struct KerasWeight {
  std::string name;
  Dimensions shape;
  std::vector<double> values;
};

/// A layer of a functional model.
struct KerasExportedLayer {
  std::string class_name, name;
  KerasJson config;                 ///< without its name
  std::vector<std::string> inbound; ///< layers that it takes its inputs from
  std::vector<KerasWeight> weights = {};
  std::string inside = {};          ///< the part that holds the weights in an archive: the cell of a recurrent layer
};

/// Writes the layers of a graph as layers of Keras.
class KerasExporter {
 public:
  /// `graph` must outlive this.
  explicit KerasExporter(const Graph& graph);

  const Graph& graph() const { return graph_; }
  const TensorType& type(ValueId value) const { return graph_.type(value); }
  const Dimensions& shape(ValueId value) const { return graph_.shape(value); }
  bool is_constant(ValueId value) const { return graph_.values[value].constant.has_value(); }
  /// The numbers of a constant. Throws Refusal where it is computed.
  std::vector<double> numbers(const Node& node, ValueId value) const;
  /// How many layers, and outputs of the model, read a value.
  std::size_t uses(ValueId value) const { return uses_[value]; }

  /// The layer that gives a value. Throws Refusal where none does.
  std::string layer_of(const Node& node, ValueId value) const;
  /// Adds a layer called after `node`, or after it with a number, and returns its name.
  std::string add(const Node& node, const std::string& class_name, KerasJson config,
                  const std::vector<std::string>& inbound, std::vector<KerasWeight> weights = {});
  /// The same of a layer that does something for the one that is called after `node`: importers join them, and then
  /// keep that name.
  std::string add_before(const Node& node, const std::string& class_name, KerasJson config,
                         const std::vector<std::string>& inbound);
  /// Makes an activation that Keras has a name for part of the layer `name`, where that has none yet, and nobody else
  /// reads what it gives without one; false where it must be a layer of its own.
  bool join_activation(const std::string& name, ValueId before, const std::string& activation);
  KerasExportedLayer& layer(const std::string& name);

  void define(ValueId value, std::string layer) { names_[value] = std::move(layer); }
  const std::vector<KerasExportedLayer>& layers() const { return layers_; }

  /// Adds the inputs of the graph, called as `names` say. One that keeps a state takes a batch of 1.
  void add_inputs(const std::vector<std::string>& names, bool keeps_state);
  /// The layers of the outputs, renamed after them.
  std::vector<std::string> finish(const std::vector<std::string>& output_names);

  [[noreturn]] void refuse(const Node& node, const std::string& what, const std::string& advice = "") const;

 private:
  void rename(const std::string& from, const std::string& to);
  std::string free_name(const std::string& wish) const;

  const Graph& graph_;
  std::vector<std::size_t> uses_;
  std::map<ValueId, std::string> names_;
  std::vector<KerasExportedLayer> layers_;
  std::set<std::string> taken_;
};

/// How an operator is written. Rows stand at the end of the file that has the function.
struct KerasExportRow {
  Operator op;
  void (*write)(KerasExporter&, const Node&);
};
std::vector<KerasExportRow> keras_export_elementwise();
std::vector<KerasExportRow> keras_export_moves();
std::vector<KerasExportRow> keras_export_weighted();
std::vector<KerasExportRow> keras_export_windows();

/// Writes all layers of a graph. Obstacles are collected: what a refused layer gives counts as written.
void write_layers(KerasExporter& to, Obstacles& obstacles);

}  // namespace nacre::tools
