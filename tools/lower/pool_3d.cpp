// A pooling in three dimensions as one of height and width and one of depth. The largest of largest elements is the
// largest. So is the mean of means the mean: every window along depth has as many elements in each of its slices, since
// how much of a window is padding depends on each axis alone.

#include <optional>

#include "tools/graph/moves.hpp"
#include "tools/lower/windows.hpp"

namespace nacre::tools {
namespace {

/// Pools [images, rows, columns, channels] along axes `rows` and, where there is one, `columns` of the layer.
template <typename Table>
ValueId pool(Graph& graph, const Node& node, ValueId x, const Dimensions& image, std::size_t rows,
             std::optional<std::size_t> columns) {
  const auto& t = node.as<parameters::Pool3D>();
  Table table;
  table.kernel_h = t.kernel[rows], table.stride_h = t.stride[rows];
  table.pad_top = t.pad_before[rows], table.pad_bottom = t.pad_after[rows];
  if (columns) {
    table.kernel_w = t.kernel[*columns], table.stride_w = t.stride[*columns];
    table.pad_left = t.pad_before[*columns], table.pad_right = t.pad_after[*columns];
  }
  const bool does_nothing = table.kernel_h * table.kernel_w * table.stride_h * table.stride_w == 1;
  if (does_nothing) return x;
  x = graph.add(reshape_to(image, node.name), {x});
  return graph.add(table, {x}, node.name + (columns ? ".slices" : ".depth"));
}

template <typename Table>
void add(Graph& graph, const Node& node) {
  const Dimensions x = graph.shape(node.inputs[0]), y = graph.shape(node.outputs[0]);
  const ValueId slices = pool<Table>(graph, node, node.inputs[0], {x[0] * x[1], x[2], x[3], x[4]}, 1, 2);
  const ValueId whole = pool<Table>(graph, node, slices, {x[0], x[1], y[2] * y[3], x[4]}, 0, std::nullopt);
  graph.add(reshape_to(y, node.name), {whole});
}

}  // namespace

void add_pool_3d(Graph& graph, const Node& node) {
  if (node.as<parameters::Pool3D>().function == PoolFunction::maximum) add<parameters::MaxPool2D>(graph, node);
  else add<parameters::AveragePool2D>(graph, node);
}

}  // namespace nacre::tools
