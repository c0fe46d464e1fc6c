// Programs of functions, each a layer or an activation of the layer before.

#include <algorithm>
#include <cmath>
#include <limits>

#include "nacre/kernel.hpp"
#include "tools/export/keras_limits.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
constexpr float kNone = std::numeric_limits<float>::infinity();

/// Activations that Keras 2.15 and 3 call alike, and mean the same by.
const char* activation_named(F function) {
  switch (function) {
    case F::relu: return "relu";
    case F::sigmoid: return "sigmoid";
    case F::tanh: return "tanh";
    case F::selu: return "selu";
    case F::softplus: return "softplus";
    case F::softsign: return "softsign";
    case F::swish: return "swish";
    case F::gelu: return "gelu";
    case F::exponential: return "exponential";
    case F::mish: return "mish";
    default: return nullptr;
  }
}

const char* merge_named(F function) {
  switch (function) {
    case F::add: return "Add";
    case F::subtract: return "Subtract";
    case F::multiply: return "Multiply";
    case F::maximum: return "Maximum";
    case F::minimum: return "Minimum";
    default: return nullptr;
  }
}

/// A ReLU of Keras: below the threshold a slope, above it a greatest value.
std::string relu_layer(KerasExporter& to, const Node& node, const std::string& from, double slope, double threshold,
                       double most) {
  KerasJson config{{"max_value", nullptr}, {"negative_slope", slope}, {"threshold", threshold}};
  if (most < static_cast<double>(std::numeric_limits<float>::max())) config["max_value"] = most;
  return to.add(node, "ReLU", config, {from});
}

/// A program on its way: what the layers so far give.
class ProgramExport {
 public:
  ProgramExport(KerasExporter& to, const Node& node) : to_(to), node_(node) {}

  void write() {
    for (std::size_t i = write_normalization(); i < node_.program.instructions.size(); ++i) {
      write(node_.program.instructions[i]);
      is_first_ = false;
    }
    to_.define(node_.outputs[0], last_);
  }

 private:
  /// Numbers that an operand is: a literal, or a constant of one for all or one for each element of the last axis.
  std::optional<std::vector<double>> known(const Operand& operand) const {
    if (operand.kind == Operand::Kind::literal) return std::vector{node_.program.literals[operand.index].value};
    if (operand.kind == Operand::Kind::output || !to_.is_constant(node_.inputs[operand.index])) return std::nullopt;
    const ValueId value = node_.inputs[operand.index];
    const std::int64_t size = to_.type(value).size();
    const std::int64_t last = to_.type(value).last();
    if (size != 1 && (size != last || last != to_.type(node_.outputs[0]).last())) return std::nullopt;
    return to_.numbers(node_, value);
  }
  std::optional<double> number(const Operand& operand) const {
    const auto numbers = known(operand);
    if (!numbers || numbers->size() != 1) return std::nullopt;
    return numbers->front();
  }
  std::string layer(const Operand& operand) const {
    if (operand.kind == Operand::Kind::output) return last_;
    if (operand.kind == Operand::Kind::literal) to_.refuse(node_, "computes with a number that stands first");
    return to_.layer_of(node_, node_.inputs[operand.index]);
  }

  void write(const Instruction& instruction) {
    const std::vector<Operand>& operands = instruction.operands;
    if (const char* name = activation_named(instruction.function)) {
      last_ = is_first_ ? activated(to_, node_, layer(operands[0]), node_.inputs[0], name)
                        : to_.add(node_, "Activation", {{"activation", name}}, {last_});
      return;
    }
    if (write_affine(instruction)) return;
    if (const char* name = merge_named(instruction.function)) {
      last_ = to_.add(node_, name, KerasJson::object(), {layer(operands[0]), layer(operands[1])});
      return;
    }
    write_other(instruction);
  }

  /// A normalisation: a centre is subtracted, then scale and offset follow. Returns how many instructions it takes; 0
  /// where the program begins otherwise.
  std::size_t write_normalization() {
    const std::vector<Instruction>& all = node_.program.instructions;
    if (all.size() < 2 || all[0].function != F::subtract || known(all[0].operands[0])) return 0;
    const bool only_adds = all[1].function == F::add;
    if (!only_adds && all[1].function != F::multiply_add) return 0;
    if (all[1].operands[0].kind != Operand::Kind::output) return 0;
    const auto center = known(all[0].operands[1]), second = known(all[1].operands[1]);
    const auto offset = only_adds ? second : known(all[1].operands[2]);
    if (!center || !second || !offset) return 0;
    normalize(layer(all[0].operands[0]), *center, only_adds ? std::vector<double>{1} : *second, *offset);
    is_first_ = false;
    return 2;
  }

  /// Scales and offsets: of one number a Rescaling, of one for each channel a BatchNormalization.
  bool write_affine(const Instruction& instruction) {
    const std::vector<Operand>& operands = instruction.operands;
    const F function = instruction.function;
    const bool is_affine = function == F::add || function == F::subtract || function == F::multiply ||
                           function == F::divide || function == F::multiply_add;
    if (!is_affine) return false;
    std::size_t x = 0;
    if (known(operands[0]) && operands.size() == 2 && function != F::subtract && function != F::divide) x = 1;
    const auto factor = known(operands[1 - x]);
    if (!factor || known(operands[x])) return false;
    std::vector<double> scale{1}, offset{0};
    switch (function) {
      case F::add: offset = *factor; break;
      case F::subtract: offset = *factor; std::ranges::transform(offset, offset.begin(), std::negate<>()); break;
      case F::divide:
        scale = *factor;
        std::ranges::transform(scale, scale.begin(), [](double value) { return 1 / value; });
        break;
      case F::multiply_add: {
        const auto added = known(operands[2]);
        if (!added) return false;
        offset = *added;
        [[fallthrough]];
      }
      default: scale = *factor;
    }
    write_scale_and_offset(layer(operands[x]), std::move(scale), std::move(offset));
    return true;
  }

  void write_scale_and_offset(const std::string& from, std::vector<double> scale, std::vector<double> offset) {
    if (scale.size() == 1 && offset.size() == 1) {
      last_ = to_.add(node_, "Rescaling", {{"scale", scale[0]}, {"offset", offset[0]}}, {from});
      return;
    }
    normalize(from, {0}, std::move(scale), std::move(offset));
  }

  /// (x - center) scale + offset, one of each for all or one for each channel.
  void normalize(const std::string& from, std::vector<double> center, std::vector<double> scale,
                 std::vector<double> offset) {
    const std::int64_t width = to_.type(node_.outputs[0]).last();
    for (auto* values : {&center, &scale, &offset})
      if (values->size() == 1) values->resize(static_cast<std::size_t>(width), values->front());
    const KerasJson config{{"axis", -1}, {"epsilon", 0.0}, {"center", true}, {"scale", true}};
    last_ = to_.add(node_, "BatchNormalization", config, {from},
                    {{"gamma", {width}, scale},
                     {"beta", {width}, offset},
                     {"moving_mean", {width}, center},
                     {"moving_variance", {width}, std::vector<double>(static_cast<std::size_t>(width), 1.0)}});
  }

  void write_other(const Instruction& instruction) {
    const std::vector<Operand>& operands = instruction.operands;
    const auto at = [&](std::size_t i) { return i < operands.size() ? number(operands[i]) : std::nullopt; };
    const auto b = at(1), c = at(2), d = at(3);
    switch (instruction.function) {
      case F::clamp:
        if (b == 0.0 && c) return void(last_ = relu_layer(to_, node_, layer(operands[0]), 0, 0, *c));
        break;
      case F::leaky_relu:
        if (b && c && d) return void(last_ = relu_layer(to_, node_, layer(operands[0]), *b, *c, *d));
        break;
      case F::elu:
        if (b) return void(last_ = to_.add(node_, "ELU", {{"alpha", *b}}, {layer(operands[0])}));
        break;
      case F::negative: return write_scale_and_offset(layer(operands[0]), {-1}, {0});
      case F::square: {
        const std::string x = layer(operands[0]);
        return void(last_ = to_.add(node_, "Multiply", KerasJson::object(), {x, x}));
      }
      case F::hard_sigmoid:
        if (!b || !c) break;
        write_scale_and_offset(layer(operands[0]), {*b}, {*c});
        return void(last_ = relu_layer(to_, node_, last_, 0, 0, 1));
      case F::prelu: return write_prelu(operands);
      case F::cast:
        if (instruction.from == DataType::float32 && instruction.to == DataType::int32 && are_places())
          return void(last_ = layer(operands[0]));  // an Embedding takes reals for places
        break;
      default: break;
    }
    to_.refuse(node_, "computes a function that no layer of Keras 2 and 3 does");
  }

  /// Whether what the node gives is only looked up.
  bool are_places() const {
    for (const Node& other : to_.graph().nodes)
      for (std::size_t i = 0; i < other.inputs.size(); ++i)
        if (other.inputs[i] == node_.outputs[0] && (other.op() != Operator::gather || i != 1)) return false;
    return std::ranges::none_of(to_.graph().outputs,
                                [&](const Port& port) { return port.value == node_.outputs[0]; });
  }

  void write_prelu(const std::vector<Operand>& operands) {
    if (operands[1].kind != Operand::Kind::input) to_.refuse(node_, "has one slope for all of a PReLU");
    const ValueId slopes = node_.inputs[operands[1].index];
    Dimensions shape = to_.shape(node_.outputs[0]), given = to_.shape(slopes);
    if (!given.empty() && given.size() == shape.size()) given.erase(given.begin());
    shape.erase(shape.begin());
    KerasJson shared = KerasJson::array();
    given.insert(given.begin(), shape.size() - std::min(shape.size(), given.size()), 1);
    for (std::size_t i = 0; i < shape.size(); ++i)
      if (given[i] != shape[i]) shared.push_back(i + 1);
    last_ = to_.add(node_, "PReLU", {{"shared_axes", shared.empty() ? KerasJson() : shared}}, {layer(operands[0])},
                    {{"alpha", given, to_.numbers(node_, slopes)}});
  }

  KerasExporter& to_;
  const Node& node_;
  std::string last_;
  bool is_first_ = true;
};

void write_program(KerasExporter& to, const Node& node) { ProgramExport(to, node).write(); }

void write_softmax_layer(KerasExporter& to, const Node& node) {
  if (to.type(node.inputs[0]).type != DataType::float32) to.refuse(node, "computes with quantised numbers");
  to.define(node.outputs[0],
            activated(to, node, to.layer_of(node, node.inputs[0]), node.inputs[0], "softmax"));
}

}  // namespace

std::string activated(KerasExporter& to, const Node& node, const std::string& layer, ValueId before,
                      const std::string& activation) {
  if (to.join_activation(layer, before, activation)) return layer;
  return to.add(node, "Activation", {{"activation", activation}}, {layer});
}

void define_limited(KerasExporter& to, const Node& node, const std::string& layer, float minimum, float maximum) {
  if (minimum == -kNone && maximum == kNone) return to.define(node.outputs[0], layer);
  if (minimum != 0) to.refuse(node, "limits what it gives as no activation of Keras does");
  if (maximum == kNone) {
    to.layer(layer).config["activation"] = "relu";
    return to.define(node.outputs[0], layer);
  }
  to.define(node.outputs[0], relu_layer(to, node, layer, 0, 0, static_cast<double>(maximum)));
}

std::vector<KerasExportRow> keras_export_elementwise() {
  return {{Operator::map, write_program}, {Operator::softmax, write_softmax_layer}};
}

}  // namespace nacre::tools
