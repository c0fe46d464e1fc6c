#include "tools/precision/widen.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/graph/moves.hpp"
#include "tools/operators/definition.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

bool is_float32(const Graph& graph, ValueId value) { return graph.type(value).type == DataType::float32; }

bool is_in_float64(ActivationFunction activation) {
  const auto function = function_of(activation);
  return function && has_function(*function, DataType::float64, DataType::float64);
}

/// Whether a layer gives numbers as they are, or what they are in comparison.
bool moves_or_compares(const Graph& graph, const Node& node) {
  return only_moves(graph, node) || node.op() == Operator::arg_max || node.op() == Operator::binarize;
}

/// Whether the device has each function of a program in float64.
bool can_widen(const Program& program) {
  return std::ranges::all_of(program.instructions, [](const Instruction& each) {
    const bool is_integer = each.from == DataType::int32;
    return (is_integer || each.from == DataType::float32) && each.to == DataType::float32 &&
           has_function(each.function, is_integer ? DataType::int32 : DataType::float64, DataType::float64);
  });
}

/// The same program of float64 numbers.
void widen(Program& program) {
  for (Instruction& each : program.instructions)
    for (DataType* const type : {&each.from, &each.to})
      if (*type == DataType::float32) *type = DataType::float64;
  for (Literal& literal : program.literals) literal.type = DataType::float64;
}

/// Whether a layer scales, shifts or maps each number for itself, at hardly any cost.
bool is_elementwise(const Node& node) {
  return node.op() == Operator::map || node.op() == Operator::affine || node.op() == Operator::binary;
}

/// By value, whether it serves for nothing but labels: whatever reads it compares, or goes on to what does.
std::vector<bool> values_that_only_decide(const Graph& graph) {
  std::vector<bool> decides(graph.values.size(), true), is_read(graph.values.size());
  for (const Port& output : graph.outputs) decides[output.value] = false;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const bool compares = node->op() == Operator::arg_max || node->op() == Operator::binarize ||
                          (node->op() == Operator::map &&
                           node->program.instructions.back().function == MapFunction::greater);
    const ValueId y = node->outputs[0];
    const bool goes_on = (is_elementwise(*node) || only_moves(graph, *node)) && is_read[y] && decides[y];
    for (const ValueId input : node->inputs) {
      is_read[input] = true;
      if (!compares && !goes_on) decides[input] = false;
    }
  }
  return decides;
}

/// Builds the copy, node by node.
class Widener {
 public:
  Widener(const Graph& graph, const Layers& layers)
      : graph_(graph), layers_(layers), result_(graph), only_decides_(values_that_only_decide(graph)) {
    result_.nodes.clear();
    is_wide_.resize(graph.values.size());
    for (const Node& node : graph.nodes)
      if (is_chosen(node) && node.op() != Operator::tree_ensemble)
        for (const Port& input : graph.inputs)
          if (std::count(node.inputs.begin(), node.inputs.end(), input.value) != 0 && is_float32(graph, input.value))
            set_wide(input.value);
  }

  Graph run() {
    for (const Node& node : graph_.nodes) add(node);
    std::erase_if(result_.doubts, [&](const Doubt& doubt) {
      return std::any_of(result_.nodes.begin(), result_.nodes.end(), [&](const Node& node) {
        return node.name == doubt.layer && result_.type(node.outputs[0]).type == DataType::float64;
      });
    });
    return std::move(result_);
  }

 private:
  bool is_chosen(const Node& node) const { return layers_.count(node.outputs[0]) != 0; }

  bool reads_wide(const Node& node) const {
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) { return is_wide_[input]; });
  }

  void set_wide(ValueId value) {
    result_.values[value].type.type = DataType::float64;
    is_wide_[value] = true;
  }

  void add(Node node) {
    if (node.op() == Operator::tree_ensemble && is_chosen(node)) return add_trees(std::move(node));
    // Scores that float32 would round to nothing still have a sign.
    const bool leads_to_labels = is_elementwise(node) && only_decides_[node.outputs[0]];
    const bool follows = (moves_or_compares(graph_, node) || leads_to_labels) && reads_wide(node);
    const bool wide = is_chosen(node) || (follows && can_widen(graph_, node));
    for (ValueId& input : node.inputs) input = wide ? widened(input) : narrowed(input);
    if (wide) {
      widen(node.program);
      const std::vector<TensorType> types = infer_outputs(node, result_.input_types(node));
      for (std::size_t i = 0; i < types.size(); ++i)
        if (types[i].type == DataType::float64) set_wide(node.outputs[i]);
    }
    result_.nodes.push_back(std::move(node));
  }

  /// Trees that ask about float32 and sum in float64, in their order.
  void add_trees(Node node) {
    constexpr std::size_t kLeaves = 4, kBase = 5;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      ValueId& input = node.inputs[i];
      input = i == kLeaves || i == kBase ? widened(input) : narrowed(input);
    }
    TreeSum& function = node.as<parameters::TreeEnsemble>().function;
    if (function == TreeSum::compensated) function = TreeSum::plain;
    set_wide(node.outputs[0]);
    result_.nodes.push_back(std::move(node));
  }

  ValueId widened(ValueId value) {
    if (!is_float32(result_, value)) return value;
    const auto [found, is_new] = widened_.try_emplace(value);
    if (!is_new) return found->second;
    if (!graph_.values[value].constant) return found->second = cast(value, DataType::float64);
    GraphValue copy = graph_.values[value];
    copy.type.type = DataType::float64;
    return found->second = add_value(std::move(copy));
  }

  ValueId narrowed(ValueId value) {
    if (!is_wide_[value]) return value;
    const auto [found, is_new] = narrowed_.try_emplace(value);
    return is_new ? found->second = cast(value, DataType::float32) : found->second;
  }

  ValueId cast(ValueId value, DataType type) {
    GraphValue other = result_.values[value];
    other.type.type = type;
    const ValueId result = add_value(std::move(other));
    const char* const suffix = type == DataType::float32 ? ".float32" : ".float64";
    Node node{result_.values[value].name + suffix, {}, {value}, {result}};
    parameters::Cast table;
    table.type = type;
    node.parameters.Set(table);
    result_.nodes.push_back(std::move(node));
    return result;
  }

  ValueId add_value(GraphValue value) {
    result_.values.push_back(std::move(value));
    is_wide_.push_back(false);
    return static_cast<ValueId>(result_.values.size() - 1);
  }

  const Graph& graph_;
  const Layers& layers_;
  Graph result_;
  std::vector<bool> only_decides_;
  std::vector<bool> is_wide_;              // by value: float64 that was float32
  std::map<ValueId, ValueId> widened_, narrowed_;
};

/// What is found in texts, and counted: integers that are exact.
std::vector<bool> found_in_texts(const Graph& graph) {
  std::vector<bool> result(graph.values.size());
  for (const Node& node : graph.nodes) {
    const bool is_found = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
      return result[input] || (graph.type(input).type == DataType::string && !graph.values[input].constant);
    });
    for (const ValueId output : node.outputs) result[output] = is_found && graph.type(output).type == DataType::int32;
  }
  return result;
}

/// Drops what reads nothing that can be float64: behind a layer that answers in float32, float64 has no more digits.
void drop_fed_by_float32(const Graph& graph, Layers& layers) {
  std::vector<bool> can_be_wide = found_in_texts(graph);
  for (const Port& input : graph.inputs) can_be_wide[input.value] = is_float32(graph, input.value);
  for (const Node& node : graph.nodes) {
    const bool is_fed =
        std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) { return can_be_wide[input]; });
    if (!is_fed) layers.erase(node.outputs[0]);
    for (const ValueId output : node.outputs)
      if (is_float32(graph, output)) can_be_wide[output] = layers.count(node.outputs[0]) != 0;
  }
}

void add_leading(const Graph& graph, std::vector<bool> wanted, Layers& layers) {
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const bool leads =
        std::any_of(node->outputs.begin(), node->outputs.end(), [&](ValueId output) { return wanted[output]; });
    const bool widens = leads && can_widen(graph, *node);
    if (!widens && !(leads && may_narrow(graph, *node) && node->op() != Operator::tree_ensemble)) continue;
    if (widens) layers.insert(node->outputs[0]);
    for (const ValueId input : node->inputs) wanted[input] = true;
  }
}

/// Whether a layer gives shares, or what they are made of: numbers between bounds.
bool gives_shares(const Node& node) {
  if (node.op() == Operator::softmax) return true;
  if (node.op() != Operator::activation) return false;
  using F = ActivationFunction;
  const F function = node.as<parameters::Activation>().function;
  return function == F::sigmoid || function == F::hard_sigmoid || function == F::tanh || function == F::exponential;
}

/// Whether a layer only adds up: a linear layer of weights 0, 1 and -1. Others give scores.
bool adds_up(const Graph& graph, const Node& node) {
  if (node.op() != Operator::fully_connected) return true;
  const auto& weights = graph.values[node.inputs[1]].constant;
  return weights && std::ranges::all_of(weights->to<double>(), [](double w) { return w == 0 || std::abs(w) == 1; });
}

/// Layers that lead to trees.
Layers before_trees(const Graph& graph) {
  std::vector<bool> wanted(graph.values.size());
  for (const Node& node : graph.nodes)
    if (node.op() == Operator::tree_ensemble) wanted[node.inputs[0]] = true;
  Layers layers;
  add_leading(graph, std::move(wanted), layers);
  return layers;
}

}  // namespace

bool may_narrow(const Graph& graph, const Node& node) {
  if (graph.type(node.outputs[0]).type != DataType::float32) return true;
  const bool looks_up = node.op() == Operator::gather && graph.values[node.inputs[0]].constant.has_value();
  return looks_up || node.op() == Operator::softmax || node.op() == Operator::activation ||
         node.op() == Operator::tree_ensemble;
}

bool can_widen(const Graph& graph, const Node& node) {
  if (node.inputs.empty()) return false;
  if (node.op() == Operator::map && graph.type(node.inputs[0]).type == DataType::int32) return can_widen(node.program);
  if (!is_float32(graph, node.inputs[0])) return false;
  switch (node.op()) {
    case Operator::activation: return is_in_float64(node.as<parameters::Activation>().function);
    case Operator::affine:
    case Operator::binary:
    case Operator::binarize:
    case Operator::clip:
    case Operator::impute:
    case Operator::prelu: return true;
    case Operator::map: return can_widen(node.program);
    case Operator::pad: return false;
    default: break;
  }
  if (only_moves(graph, node)) return true;
  if (node.op() == Operator::gather) return graph.values[node.inputs[0]].constant.has_value();
  if (rule_of(node.op()) == nullptr) return false;
  KernelName name = kernel_name(graph, node);
  if (name.weights == name.activations) name.weights = DataType::float64;
  name.activations = DataType::float64;
  return has_kernel(name);
}

Layers leading_to(const Graph& graph, const std::vector<ValueId>& values) {
  std::vector<bool> wanted(graph.values.size());
  for (const ValueId value : values) wanted[value] = true;
  Layers layers;
  add_leading(graph, std::move(wanted), layers);
  const Layers trees = before_trees(graph);
  if (std::any_of(trees.begin(), trees.end(), [&](ValueId layer) { return layers.count(layer) != 0; }))
    layers.insert(trees.begin(), trees.end());
  drop_fed_by_float32(graph, layers);
  return layers;
}

Layers leading_to(const Graph& graph, const std::string& layer) {
  std::vector<ValueId> values;
  for (const Node& node : graph.nodes)
    if (node.name == layer) values.push_back(node.outputs[0]);
  return leading_to(graph, values);
}

Layers from_shares_to(const Graph& graph, const std::string& layer) {
  std::vector<bool> wanted(graph.values.size()), is_input(graph.values.size());
  for (const Port& input : graph.inputs) is_input[input.value] = true;
  for (const Node& node : graph.nodes)
    if (node.name == layer) wanted[node.outputs[0]] = true;
  Layers layers;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const auto any = [&](const std::vector<ValueId>& of, const std::vector<bool>& set) {
      return std::any_of(of.begin(), of.end(), [&](ValueId value) { return set[value]; });
    };
    if (!any(node->outputs, wanted)) continue;
    const bool is_trees = node->op() == Operator::tree_ensemble && is_float32(graph, node->outputs[0]);
    if (is_trees) layers.insert(node->outputs[0]);
    if (is_trees || !can_widen(graph, *node) || !adds_up(graph, *node) || any(node->inputs, is_input)) continue;
    layers.insert(node->outputs[0]);
    if (!gives_shares(*node))
      for (const ValueId input : node->inputs) wanted[input] = true;
  }
  return layers;
}

Graph widen(const Graph& graph, const Layers& layers) { return Widener(graph, layers).run(); }

std::vector<ValueId> readers_of_rounded_inputs(const Graph& wide) {
  std::vector<bool> is_input(wide.values.size()), is_rounded(wide.values.size());
  for (const Port& input : wide.inputs) is_input[input.value] = wide.type(input.value).type == DataType::float64;
  std::vector<ValueId> readers;
  for (const Node& node : wide.nodes) {
    const auto any = [&](const std::vector<bool>& of) {
      return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) { return of[input]; });
    };
    const bool keeps = moves_or_compares(wide, node) || node.op() == Operator::impute || node.op() == Operator::cast;
    for (const ValueId output : node.outputs) {
      const bool is_narrow = wide.type(output).type == DataType::float32;
      is_rounded[output] = keeps && (any(is_rounded) || (any(is_input) && is_narrow));
      is_input[output] = keeps && any(is_input) && !is_narrow;
    }
    if (!keeps && node.op() != Operator::tree_ensemble && any(is_rounded)) readers.push_back(node.outputs[0]);
  }
  return readers;
}

std::size_t widened_bytes(const Graph& graph, const Graph& wide) {
  std::size_t bytes = 0;
  for (std::size_t i = graph.values.size(); i < wide.values.size(); ++i)
    if (wide.values[i].constant && wide.values[i].type.type == DataType::float64)
      bytes += static_cast<std::size_t>(wide.values[i].type.size()) * sizeof(float);
  return bytes;
}

}  // namespace nacre::tools
