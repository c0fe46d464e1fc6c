#include "tools/operators/kernels.hpp"

#include <fmt/format.h>

#include "nacre/kernels.hpp"
#include "tools/common/refusal.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {

bool has_kernel(Operator op, DataType type, std::uint8_t variant) {
  if (op == Operator::reshape) return true;
  for (const Kernel& kernel : reference_kernels())
    if (kernel.op == op && kernel.type == type && kernel.variant == variant) return true;
  return false;
}

bool has_kernel(const Graph& graph, const Node& node) {
  return node.inputs.empty() || has_kernel(node.op(), graph.type(node.inputs[0]).type, variant_of(node));
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
