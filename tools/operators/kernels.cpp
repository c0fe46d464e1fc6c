#include "tools/operators/kernels.hpp"

#include <fmt/format.h>

#include <cstring>

#include "loader/rules.hpp"
#include "nacre/kernels.hpp"
#include "schema/types_generated.h"
#include "tools/common/refusal.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {

const OperatorRule* rule_of(Operator op) {
  for (const Kernel& kernel : reference_kernels())
    if (kernel.name.op == op) return kernel.rule;
  return nullptr;
}

bool works_in_place(Operator op) {
  const OperatorRule* const rule = rule_of(op);
  return rule != nullptr && rule->in_place;
}

KernelName kernel_name(const Graph& graph, const Node& node) {
  constexpr std::uint8_t kNone = 0xff;
  const OperatorRule& rule = *rule_of(node.op());
  const DataType activations = graph.type(node.inputs[0]).type;
  KernelName name{node.op(), activations, activations, Layout::portable, 0, 0, 0};
  if (rule.weights != 0 && rule.weights < node.inputs.size())
    name.weights = graph.type(node.inputs[rule.weights]).type;
  const auto bytes = node.parameters.bytes();
  if (rule.layout != kNone) name.layout = static_cast<Layout>(bytes[rule.layout]);
  if (rule.function != kNone) name.function = static_cast<std::uint16_t>(bytes[rule.function]);
  return name;
}

bool has_kernel(const KernelName& name) {
  if (name.op == Operator::reshape) return true;
  for (const Kernel& kernel : reference_kernels())
    if (std::memcmp(&kernel.name, &name, sizeof name) == 0) return true;
  return false;
}

bool has_kernel(const Graph& graph, const Node& node) {
  return node.inputs.empty() || node.op() == Operator::reshape || has_kernel(kernel_name(graph, node));
}

void require_kernels(const Graph& graph) {
  Obstacles obstacles;
  for (const Node& node : graph.nodes)
    if (!has_kernel(graph, node))
      obstacles.add(
          Refusal("layer " + node.name,
                  fmt::format("{} is not computed for {} elements", definition_of(node.op()).name,
                              schema::EnumNameDataType(static_cast<schema::DataType>(graph.type(node.inputs[0]).type))),
                  "save the model with float32 in this place"));
  obstacles.refuse_if_any();
}

}  // namespace nacre::tools
