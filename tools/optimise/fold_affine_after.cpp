// Batch normalisation after a matrix: y = (x . w + b - c) s + o is x . (w s) + ((b - c) s + o).
//
// Nothing is lost by it, wherever the mean lies: the layer's own sum has the mean among its terms, and
// rounds at that size before the mean is taken off again.

#include "tools/graph/constants.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

bool fold_after(Graph& graph, Node& before, const Node& node) {
  const bool is_wide = graph.type(node.outputs[0]).type == DataType::float64;  // there it rounds as the library does
  if (node.op() != Operator::affine || is_wide || !has_constant_parameters(graph, before)) return false;
  return with_linear_table(before, [&](auto& table) {
    if (!is_unlimited(table)) return false;
    std::vector<double> weights = constant_input(graph, before, 1), bias = constant_input(graph, before, 2);
    const std::vector<double> center = constant_input(graph, node, 1), low = constant_input(graph, node, 2);
    const std::vector<double> scale = constant_input(graph, node, 3), offset = constant_input(graph, node, 4);
    const std::size_t units = bias.size();
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= scale[i % units];
    for (std::size_t o = 0; o < units; ++o) bias[o] = (bias[o] - center[o] - low[o]) * scale[o] + offset[o];
    if (!fit_float32(weights) || !fit_float32(bias)) return false;
    before.inputs[1] = graph.add_constant(graph.shape(before.inputs[1]), weights);
    before.inputs[2] = graph.add_constant(graph.shape(before.inputs[2]), bias);
    table.minimum = node.as<parameters::Affine>().minimum;
    table.maximum = node.as<parameters::Affine>().maximum;
    return true;
  });
}

}  // namespace

void fold_affine_after(Graph& graph) { absorb_into_producer(graph, fold_after); }

}  // namespace nacre::tools
