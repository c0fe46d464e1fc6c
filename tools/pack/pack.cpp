#include "tools/pack/pack.hpp"

#include "tools/common/refusal.hpp"
#include "tools/graph/bodies.hpp"

namespace nacre::tools {

Array pack_dsp(const Array& weights) {
  const std::vector<std::int64_t> values = weights.to<std::int64_t>();
  const std::int64_t units = weights.shape().at(0), depth = weights.shape().at(1);
  const std::int64_t pairs = (units + 1) / 2, width = (depth + 3) / 4 * 8;
  std::vector<std::int64_t> packed(static_cast<std::size_t>(pairs * width), 0);
  for (std::int64_t unit = 0; unit < units; ++unit)
    for (std::int64_t d = 0; d < depth; ++d) {
      const std::int64_t place = unit / 2 * width + d / 4 * 8 + unit % 2 * 4 + d % 4;
      packed[static_cast<std::size_t>(place)] = values[static_cast<std::size_t>(unit * depth + d)];
    }
  return Array::of(ElementType::int8, {pairs, width}, packed);
}

void pack(Graph& graph, const std::string& target) {
  if (target == "portable") return;
  if (target != "cortex-m4")
    throw Refusal("", "the target " + target + " is not known", "choose among: portable, cortex-m4");
  change_bodies(graph, [&](Graph& body) { pack(body, target); });
  for (Node& node : graph.nodes) {
    if (node.op() != Operator::fully_connected || graph.type(node.inputs[0]).type != DataType::int8) continue;
    const GraphValue& weights = graph.values[node.inputs[1]];
    if (!weights.constant) continue;
    const std::string name = weights.name;
    node.inputs[1] = graph.add_constant(pack_dsp(*weights.constant), DataType::int8, name);
    node.as<parameters::FullyConnected>().layout = Layout::dsp;
  }
}

}  // namespace nacre::tools
