#include "tools/operators/kernels.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <set>
#include <stdexcept>

#include "loader/rules.hpp"
#include "nacre/kernels.hpp"
#include "schema/types_generated.h"
#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {

const OperatorRule* rule_of(Operator op) {
  for (const Kernel& kernel : reference_kernels())
    if (kernel.name.op == op) return kernel.rule;
  return nullptr;
}

KernelName kernel_name(const Graph& graph, const Node& node) {
  const OperatorRule* const rule = rule_of(node.op());
  if (rule == nullptr) throw std::logic_error("layer " + node.name + " should have become another");
  // An operator without weights names input 0; optional weights that are not given, likewise.
  const std::size_t weights = rule->weights < node.inputs.size() ? rule->weights : 0;
  return nacre::kernel_name(node.op(), *rule, graph.type(node.inputs[0]).type, graph.type(node.inputs[weights]).type,
                            node.parameters.bytes().data());
}

bool has_kernel(const KernelName& name) {
  if (name.op == Operator::reshape) return true;
  for (const Kernel& kernel : reference_kernels())
    if (is_same(kernel.name, name)) return true;
  return false;
}

bool has_kernel(const Graph& graph, const Node& node) {
  if (node.inputs.empty() || node.op() == Operator::reshape) return true;
  return rule_of(node.op()) != nullptr && has_kernel(kernel_name(graph, node));
}

namespace {

/// What the operator's description asks beside the layout.
bool has_window_in_place(const Graph& graph, const Node& node) {
  if (node.op() == Operator::conv_2d) {
    const auto& p = node.as<parameters::Conv2D>();
    return p.kernel_h == 1 && p.kernel_w == 1 && p.stride_h == 1 && p.stride_w == 1 &&
           (p.pad_top | p.pad_bottom | p.pad_left | p.pad_right) == 0;
  }
  if (node.op() == Operator::depthwise_conv_2d) {
    const auto& p = node.as<parameters::DepthwiseConv2D>();
    const TensorType &x = graph.type(node.inputs[0]), &y = graph.type(node.outputs[0]);
    const std::int64_t pairs = (graph.shape(node.inputs[1])[1] + 1) / 2;
    return p.stride_h == 1 && p.stride_w == 1 && p.dilation_h == 1 && x == y && x.last() % 4 == 0 &&
           p.pad_top <= 2 * pairs - 2;
  }
  return true;
}

}  // namespace

bool works_in_place(const Graph& graph, const Node& node) {
  if (node.inputs.empty() || rule_of(node.op()) == nullptr) return false;
  const KernelName name = kernel_name(graph, node);
  for (const Kernel& kernel : reference_kernels())
    if (is_same(kernel.name, name)) return kernel.rule->in_place && has_window_in_place(graph, node);
  return false;
}

bool is_composed(Operator op, DataType type) {
  switch (op) {
    case Operator::activation:
    case Operator::affine:
    case Operator::binary:
    case Operator::binarize:
    case Operator::cast:
    case Operator::clip:
    case Operator::impute:
    case Operator::prelu: return type == DataType::float32 || type == DataType::float64;
    default: return false;
  }
}

bool is_made_of_windows(Operator op, DataType type) {
  switch (op) {
    case Operator::conv_transposed:
      return type == DataType::float32 || type == DataType::int8 || type == DataType::int16;
    case Operator::conv_3d:
    case Operator::pool_3d: return type == DataType::float32;
    default: return false;
  }
}

bool is_computed(const Graph& graph, const Node& node) {
  const DataType type = graph.type(node.inputs[0]).type;
  return has_kernel(graph, node) || is_moved(node.op()) || is_composed(node.op(), type) ||
         is_made_of_windows(node.op(), type);
}

bool is_computed(Operator op, DataType type, std::uint16_t function) {
  if (is_moved(op)) return true;
  // Other types than those of arithmetic a map only widens.
  if (op == Operator::map && function == 0) function = static_cast<std::uint16_t>(MapFunction::add);
  const OperatorRule* const rule = rule_of(op);
  if (rule != nullptr && rule->unit != OperatorRule::kNone) return type != DataType::string;
  return is_composed(op, type) || is_made_of_windows(op, type) ||
         has_kernel(KernelName{op, type, type, Layout::portable, function, 0, 0});
}

bool is_same(const KernelName& a, const KernelName& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

namespace {

/// Kernels, each once.
struct KernelList {
  void add(const KernelName& name) {
    if (known.insert(std::bit_cast<std::uint64_t>(name)).second) names.push_back(name);
  }
  void add_all(const Graph& graph) {
    for (const Node& node : graph.nodes) {
      if (node.op() == Operator::reshape) continue;
      add(kernel_name(graph, node));
      for (const Instruction& instruction : node.program.instructions) add(instruction.kernel());
      if (node.body != nullptr) add_all(*node.body);
    }
  }

  std::vector<KernelName> names;
  std::set<std::uint64_t> known;
};

}  // namespace

std::vector<KernelName> needed_kernels(const Graph& graph) {
  KernelList list;
  list.add_all(graph);
  return std::move(list.names);
}

namespace {

void find_missing_kernels(const Graph& graph, Obstacles& obstacles) {
  for (const Node& node : graph.nodes) {
    if (node.body != nullptr) find_missing_kernels(*node.body, obstacles);
    if (!has_kernel(graph, node))
      obstacles.add(
          Refusal("layer " + node.name,
                  fmt::format("{} is not computed for {} elements", definition_of(node.op()).name,
                              schema::EnumNameDataType(static_cast<schema::DataType>(graph.type(node.inputs[0]).type))),
                  "save the model with float32 in this place"));
  }
}

}  // namespace

void require_kernels(const Graph& graph) {
  Obstacles obstacles;
  find_missing_kernels(graph, obstacles);
  obstacles.refuse_if_any();
}

}  // namespace nacre::tools
