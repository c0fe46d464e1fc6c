// Layers with matrices: dense, embedding, LSTM.

#include <limits>

#include "tools/export/keras_exporter.hpp"
#include "tools/export/keras_limits.hpp"

namespace nacre::tools {
namespace {

bool is_zero(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value == 0; });
}

void write_dense(KerasExporter& to, const Node& node) {
  const auto& t = node.as<parameters::FullyConnected>();
  if (to.type(node.inputs[0]).type != DataType::float32) to.refuse(node, "computes with quantised numbers");
  const std::vector<double> weights = to.numbers(node, node.inputs[1]), bias = to.numbers(node, node.inputs[2]);
  const Dimensions& shape = to.shape(node.inputs[1]);
  if (to.shape(node.inputs[0]).front() != 1) to.refuse(node, "takes the rows of an input one by one");
  KerasJson config{{"units", shape[1]}, {"activation", "linear"}, {"use_bias", true}};
  const std::string name = to.add(node, "Dense", config, {to.layer_of(node, node.inputs[0])},
                                  {{"kernel", shape, weights}, {"bias", {shape[1]}, bias}});
  define_limited(to, node, name, t.minimum, t.maximum);
}

void write_embedding(KerasExporter& to, const Node& node) {
  const Dimensions& table = to.shape(node.inputs[0]);
  const bool is_lookup = to.is_constant(node.inputs[0]) && !to.is_constant(node.inputs[1]) && table.size() == 2 &&
                         node.as<parameters::Gather>().behind == 1 && to.type(node.inputs[0]).type == DataType::float32;
  if (!is_lookup) to.refuse(node, "gathers elements, which no layer of Keras does");
  const KerasJson config{{"input_dim", table[0]}, {"output_dim", table[1]}, {"mask_zero", false}};
  to.define(node.outputs[0],
            to.add(node, "Embedding", config, {to.layer_of(node, node.inputs[1])},
                   {{"embeddings", table, to.numbers(node, node.inputs[0])}}));
}

std::string cell_activation(KerasExporter& to, const Node& node, ActivationFunction function) {
  switch (function) {
    case ActivationFunction::tanh: return "tanh";
    case ActivationFunction::sigmoid: return "sigmoid";
    case ActivationFunction::relu: return "relu";
    case ActivationFunction::linear: return "linear";
    default: break;
  }
  to.refuse(node, "has a hard sigmoid, which is another function in Keras 2 than in Keras 3");
}

void write_lstm(KerasExporter& to, const Node& node) {
  const auto& t = node.as<parameters::LSTM>();
  if (t.cell_clip != std::numeric_limits<float>::infinity()) to.refuse(node, "limits its cell");
  if (to.shape(node.inputs[0]).front() != 1) to.refuse(node, "takes the rows of an input one by one");
  const std::int64_t units = to.shape(node.inputs[2])[0];
  const std::vector<double> bias = to.numbers(node, node.inputs[3]);
  const KerasJson config{{"units", units},
                         {"activation", cell_activation(to, node, t.activation)},
                         {"recurrent_activation", cell_activation(to, node, t.recurrent_activation)},
                         {"use_bias", !is_zero(bias)},
                         {"return_sequences", t.return_sequences},
                         {"go_backwards", t.go_backwards},
                         {"stateful", t.stateful}};
  std::vector<KerasWeight> weights{{"kernel", to.shape(node.inputs[1]), to.numbers(node, node.inputs[1])},
                                   {"recurrent_kernel", to.shape(node.inputs[2]), to.numbers(node, node.inputs[2])}};
  if (!is_zero(bias)) weights.push_back({"bias", {4 * units}, bias});
  const std::string name = to.add(node, "LSTM", config, {to.layer_of(node, node.inputs[0])}, std::move(weights));
  to.layer(name).inside = "cell";
  to.define(node.outputs[0], name);
}

}  // namespace

std::vector<KerasExportRow> keras_export_weighted() {
  return {{Operator::fully_connected, write_dense},
          {Operator::gather, write_embedding},
          {Operator::lstm, write_lstm}};
}

}  // namespace nacre::tools
