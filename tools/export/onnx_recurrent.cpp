// Loops: Scan, and the LSTM.

#include <limits>
#include <optional>

#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

/// x with its axis 1 from the last step to the first.
std::string reversed(OnnxExporter& to, const std::string& x) {
  OnnxGraph& out = to.out();
  return to.add("Slice", {x, out.integers({-1}), out.integers({INT64_MIN + 1}), out.integers({1}), out.integers({-1})});
}

/// Zeros of this type, once for each row.
std::string zeros(OnnxExporter& to, const TensorType& type) {
  std::string rows = to.row_count();
  if (type.shape.front() != 1) rows = to.add("Mul", {rows, to.out().integers({type.shape.front()})});
  if (type.shape.size() > 1)
    rows = to.add("Concat", {rows, to.out().integers({type.shape.begin() + 1, type.shape.end()})},
                  OnnxAttributes().integer("axis", 0));
  const std::vector<std::byte> zero(8);
  const std::size_t width = element_bytes(type.type);
  return to.add("ConstantOfShape", {rows},
                OnnxAttributes().tensor("value", onnx_type(type.type), {1}, std::span(zero).first(width)));
}

std::vector<OnnxAxis> open_shape(const TensorType& type) {
  std::vector<OnnxAxis> shape;
  for (std::size_t i = 0; i < type.shape.size(); ++i)
    shape.push_back(i == 0 ? OnnxAxis{0, "rows_" + std::to_string(type.shape[0])} : OnnxAxis{type.shape[i], {}});
  return shape;
}

/// A scan on its way: its states are those of the body, and a last result for each output that is not whole.
class ScanExport {
 public:
  ScanExport(OnnxExporter& to, const Node& node)
      : to_(to), node_(node), t_(node.as<parameters::Scan>()), body_(*node.body), inside_(node.name + "/") {
    states_ = body_.inputs.size() - t_.sequences;
  }

  void write() {
    if (t_.stateful) to_.refuse(node_, "keeps its state from run to run, which ONNX cannot", kStateless);
    if (t_.counted) to_.refuse(node_, "runs a number of steps that is computed, which ONNX cannot for many rows");
    write_body();
    std::vector<std::string> inputs;
    const bool has_first = node_.inputs.size() > t_.sequences;
    for (std::size_t i = 0; i < states_; ++i)
      inputs.push_back(has_first ? first_state(node_.inputs[t_.sequences + i])
                                 : zeros(to_, type_inside(body_.inputs[t_.sequences + i])));
    for (std::size_t i = t_.whole; i < node_.outputs.size(); ++i)
      inputs.push_back(zeros(to_, type_inside(body_.outputs[states_ + i])));
    for (std::size_t i = 0; i < t_.sequences; ++i) inputs.push_back(to_.all_flat(node_.inputs[i]));
    const Integers ones(t_.sequences, 1), directions(t_.sequences, t_.go_backwards ? 1 : 0), axes(t_.whole, 1);
    OnnxAttributes attributes;
    attributes.integer("num_scan_inputs", t_.sequences)
        .integers("scan_input_axes", ones)
        .integers("scan_input_directions", directions)
        .graph("body", inside_);
    if (!axes.empty()) attributes.integers("scan_output_axes", axes);
    const std::size_t last = node_.outputs.size() - t_.whole;
    const auto made = to_.out().add_many("Scan", inputs, states_ + node_.outputs.size(), attributes);
    to_.out().note_ml(inside_.ml_version());
    for (std::size_t i = 0; i < node_.outputs.size(); ++i)
      to_.define(node_.outputs[i], i < t_.whole ? made[states_ + last + i] : made[states_ + i - t_.whole]);
  }

 private:
  static constexpr const char* kStateless = "make the layer stateless (stateful=False) and export that";

  const TensorType& type_inside(const Port& port) const { return body_.type(port.value); }

  std::string first_state(ValueId value) const {
    return to_.all_flat(value);
  }

  void write_body() {
    OnnxExporter body(body_, inside_);
    const auto name = [&](const char* kind, std::size_t i) { return node_.name + "/" + kind + std::to_string(i); };
    const auto add_input = [&](const std::string& called, const TensorType& type) {
      inside_.input(called, onnx_type(type.type), open_shape(type));
    };
    for (std::size_t i = 0; i < states_; ++i) {
      add_input(name("state", i), type_inside(body_.inputs[t_.sequences + i]));
      body.define(body_.inputs[t_.sequences + i].value, name("state", i));
    }
    for (std::size_t i = t_.whole; i < node_.outputs.size(); ++i)
      add_input(name("last", i), type_inside(body_.outputs[states_ + i]));
    for (std::size_t i = 0; i < t_.sequences; ++i) {
      add_input(name("step", i), type_inside(body_.inputs[i]));
      body.define(body_.inputs[i].value, name("step", i));
    }
    Obstacles obstacles;
    write_layers(body, obstacles);
    obstacles.refuse_if_any();
    const auto add_output = [&](std::size_t i) {
      const TensorType& type = type_inside(body_.outputs[i]);
      inside_.add_named("Identity", {body.all_flat(body_.outputs[i].value)}, name("out", i));
      inside_.output(name("out", i), onnx_type(type.type), open_shape(type));
    };
    for (std::size_t i = 0; i < states_; ++i) add_output(i);
    for (std::size_t i = t_.whole; i < node_.outputs.size(); ++i) add_output(states_ + i);
    for (std::size_t i = 0; i < t_.whole; ++i) add_output(states_ + i);
  }

  OnnxExporter& to_;
  const Node& node_;
  const parameters::Scan& t_;
  const Graph& body_;
  OnnxGraph inside_;
  std::size_t states_ = 0;
};

void write_scan(OnnxExporter& to, const Node& node) { ScanExport(to, node).write(); }

const char* activation_name(ActivationFunction function) {
  switch (function) {
    case ActivationFunction::tanh: return "Tanh";
    case ActivationFunction::sigmoid: return "Sigmoid";
    case ActivationFunction::relu: return "Relu";
    case ActivationFunction::hard_sigmoid: return "HardSigmoid";
    default: return "Affine";
  }
}

/// Columns of gates in the order i, f, g, o as rows in ONNX's: i, o, f, g.
std::vector<double> gate_rows(const std::vector<double>& weights, std::size_t depth, std::size_t units) {
  constexpr std::size_t kOrder[] = {0, 3, 1, 2};
  std::vector<double> rows;
  for (const std::size_t gate : kOrder)
    for (std::size_t u = 0; u < units; ++u)
      for (std::size_t d = 0; d < depth; ++d) rows.push_back(weights[d * 4 * units + gate * units + u]);
  return rows;
}

void write_lstm(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::LSTM>();
  if (t.stateful)
    to.refuse(node, "keeps its state from run to run, which ONNX cannot",
              "make the layer stateless (stateful=False) and export that");
  if (t.cell_clip != std::numeric_limits<float>::infinity())
    to.refuse(node, "limits its cell, where ONNX limits what goes into the gates");
  const auto units = static_cast<std::size_t>(to.shape(node.inputs[2])[0]),
             depth = static_cast<std::size_t>(to.type(node.inputs[0]).last());
  const auto weights = [&](std::size_t input, std::size_t rows) {
    return to.constant(OnnxType::float32, {1, static_cast<std::int64_t>(4 * units), static_cast<std::int64_t>(rows)},
                       gate_rows(to.numbers(node, node.inputs[input]), rows, units));
  };
  std::vector<double> bias = gate_rows(to.numbers(node, node.inputs[3]), 1, units);
  bias.resize(8 * units);
  std::string x = to.flat(node.inputs[0]);
  if (t.go_backwards) x = reversed(to, x);
  const bool is_plain =
      t.activation == ActivationFunction::tanh && t.recurrent_activation == ActivationFunction::sigmoid;
  OnnxAttributes attributes;
  attributes.integer("hidden_size", static_cast<std::int64_t>(units));
  if (!is_plain) {
    const std::string gate = activation_name(t.recurrent_activation), cell = activation_name(t.activation);
    const auto alpha = [&](const std::string& name) { return name == "HardSigmoid" ? t.alpha : 1.0f; };
    const auto beta = [&](const std::string& name) { return name == "HardSigmoid" ? t.beta : 0.0f; };
    attributes.texts("activations", {gate, cell, cell})
        .reals("activation_alpha", {alpha(gate), alpha(cell), alpha(cell)})
        .reals("activation_beta", {beta(gate), beta(cell), beta(cell)});
  }
  const auto made = to.out().add_many(
      "LSTM",
      {to.transpose(x, {1, 0, 2}), weights(1, depth), weights(2, units),
       to.constant(OnnxType::float32, {1, static_cast<std::int64_t>(8 * units)}, bias)},
      2, attributes);
  const std::string y = t.return_sequences
                            ? to.transpose(to.add("Squeeze", {made[0], to.out().integers({1})}), {1, 0, 2})
                            : to.add("Squeeze", {made[1], to.out().integers({0})});
  to.define(node.outputs[0], y);
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_recurrent() {
  return {{Operator::scan, write_scan}, {Operator::lstm, write_lstm}};
}

}  // namespace nacre::tools
