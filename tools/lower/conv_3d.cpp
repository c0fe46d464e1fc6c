// A convolution in three dimensions as one in two: its images are the slices of depth, and what lies under the window
// along depth are channels beside each other. A window that has depth alone needs no copy: height and width are one
// axis.

#include <algorithm>
#include <utility>

#include "tools/graph/constants.hpp"
#include "tools/graph/moves.hpp"
#include "tools/lower/windows.hpp"

namespace nacre::tools {
namespace {

using parameters::Conv3D;

struct Axes {
  std::int64_t batch, depth, height, width, channels;

  explicit Axes(const Dimensions& shape)
      : batch(shape[0]), depth(shape[1]), height(shape[2]), width(shape[3]), channels(shape[4]) {}
};

parameters::Conv2D with_bounds(const Conv3D& table) {
  parameters::Conv2D result;
  result.minimum = table.minimum, result.maximum = table.maximum;
  result.groups = table.groups;
  return result;
}

ValueId padded(Graph& graph, ValueId x, const Conv3D& table) {
  parameters::Pad pad;
  pad.before[1] = table.pad_before[0], pad.after[1] = table.pad_after[0];
  return pad.before[1] + pad.after[1] == 0 ? x : graph.add(pad, {x});
}

/// The slices [batch * outputs, height, width, channels * kernel] on which the window lies along depth: group by group,
/// slice by slice, the channels of a group.
ValueId windows_of_depth(Graph& graph, ValueId given, const Conv3D& table, std::int64_t kernel, std::int64_t outputs,
                         const std::string& name) {
  const ValueId x = padded(graph, given, table);
  const Axes a(graph.shape(x));
  const Dimensions shape{a.batch * outputs, a.height, a.width, a.channels * kernel};
  if (kernel == 1 && table.stride[0] == 1) return graph.add(reshape_to(shape, name), {x});
  const std::int64_t slice = a.height * a.width * a.channels, in_group = a.channels / table.groups;
  const std::pair<std::int64_t, std::int64_t> axes[] = {
      {a.batch, a.depth * slice},      {outputs, table.stride[0] * slice},  {a.height * a.width, a.channels},
      {table.groups, in_group},        {kernel, table.dilation[0] * slice}, {in_group, 1}};
  parameters::Move move{.unit = DataType::int32, .rank = 0};
  for (const auto& [length, stride] : axes) {
    if (length == 1 && stride != 1) continue;
    move.length[move.rank] = static_cast<std::int32_t>(length);
    move.stride[move.rank++] = static_cast<std::int32_t>(stride);
  }
  Node node{.name = name + ".windows", .parameters = {}, .inputs = {x},
            .outputs = {static_cast<ValueId>(graph.values.size())}};
  node.parameters.Set(move);
  graph.values.push_back({node.name, {DataType::float32, shape}, std::nullopt, {}});
  graph.nodes.push_back(node);
  return node.outputs[0];
}

/// [depth, height, width, channels, outputs] as [height, width, depth * channels, outputs].
ValueId weights_by_row(Graph& graph, const Node& node) {
  const std::vector<double> weights = constant_input(graph, node, 1);
  const Dimensions w = graph.shape(node.inputs[1]);
  const std::size_t depth = w[0], pixels = w[1] * w[2], row = w[3] * w[4];
  std::vector<double> moved(weights.size());
  for (std::size_t d = 0; d < depth; ++d)
    for (std::size_t p = 0; p < pixels; ++p)
      std::copy_n(weights.begin() + (d * pixels + p) * row, row, moved.begin() + (p * depth + d) * row);
  return graph.add_constant({w[1], w[2], w[0] * w[3], w[4]}, moved);
}

void add_by_depth_alone(Graph& graph, const Node& node) {
  const auto& table = node.as<Conv3D>();
  const Axes a(graph.shape(node.inputs[0]));
  const Dimensions w = graph.shape(node.inputs[1]);
  parameters::Conv2D conv = with_bounds(table);
  conv.stride_h = table.stride[0], conv.dilation_h = table.dilation[0];
  conv.pad_top = table.pad_before[0], conv.pad_bottom = table.pad_after[0];
  const ValueId x = graph.add(reshape_to({a.batch, a.depth, a.height * a.width, a.channels}, node.name),
                              {node.inputs[0]});
  const ValueId weights = graph.add_constant(graph.values[node.inputs[1]].constant->reshaped({w[0], 1, w[3], w[4]}));
  graph.add(conv, {x, weights, node.inputs[2]}, node.name + ".1");
}

void add_by_slices(Graph& graph, const Node& node) {
  const auto& table = node.as<Conv3D>();
  parameters::Conv2D conv = with_bounds(table);
  conv.stride_h = table.stride[1], conv.stride_w = table.stride[2];
  conv.dilation_h = table.dilation[1], conv.dilation_w = table.dilation[2];
  conv.pad_top = table.pad_before[1], conv.pad_bottom = table.pad_after[1];
  conv.pad_left = table.pad_before[2], conv.pad_right = table.pad_after[2];
  const std::int64_t kernel = graph.shape(node.inputs[1])[0], outputs = graph.shape(node.outputs[0])[1];
  const ValueId x = windows_of_depth(graph, node.inputs[0], table, kernel, outputs, node.name);
  graph.add(conv, {x, weights_by_row(graph, node), node.inputs[2]}, node.name + ".1");
}

}  // namespace

void add_conv_3d(Graph& graph, const Node& node) {
  const auto& table = node.as<Conv3D>();
  const Dimensions w = graph.shape(node.inputs[1]);
  bool is_deep = true;
  for (const std::size_t axis : {1u, 2u})
    is_deep = is_deep && w[axis] == 1 && table.stride[axis] == 1 && table.pad_before[axis] + table.pad_after[axis] == 0;
  if (is_deep) add_by_depth_alone(graph, node);
  else add_by_slices(graph, node);
  graph.add(reshape_to(graph.shape(node.outputs[0]), node.name), {graph.nodes.back().outputs[0]});
}

}  // namespace nacre::tools
