// A padding layer before a window: convolutions and poolings pad by themselves.

#include <limits>

#include "tools/graph/graph_index.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

/// Whether only height and width grow, and the window then still starts inside the image everywhere.
template <typename Table>
bool fits(const Table& table, const parameters::Pad& pad, std::int64_t reach_h, std::int64_t reach_w) {
  if (pad.before[0] != 0 || pad.after[0] != 0 || pad.before[3] != 0 || pad.after[3] != 0) return false;
  return table.pad_top + pad.before[1] < reach_h && table.pad_bottom + pad.after[1] < reach_h &&
         table.pad_left + pad.before[2] < reach_w && table.pad_right + pad.after[2] < reach_w;
}

template <typename Table>
bool extend(Table& table, const parameters::Pad& pad) {
  const auto add = [](std::uint16_t& padding, std::uint16_t more) {
    padding = static_cast<std::uint16_t>(padding + more);
  };
  add(table.pad_top, pad.before[1]);
  add(table.pad_bottom, pad.after[1]);
  add(table.pad_left, pad.before[2]);
  add(table.pad_right, pad.after[2]);
  return true;
}

/// A convolution's own padding is 0, of int8 the zero point of its input.
template <typename Table>
bool fold_into_convolution(Table& table, const parameters::Pad& pad, const Dimensions& weights, bool is_int8) {
  if (is_int8 ? pad.zero_point != table.input_zero_point : pad.value != 0) return false;
  const std::size_t first = is_int8 && weights.size() == 4 ? 1 : 0;  // int8 convolutions: output channels first
  const std::int64_t reach_h = (weights[first] - 1) * table.dilation_h + 1,
                     reach_w = (weights[first + 1] - 1) * table.dilation_w + 1;
  return fits(table, pad, reach_h, reach_w) && extend(table, pad);
}

template <typename Table>
float minimum_of(const Node& node) { return node.as<Table>().minimum; }

/// No element of `value` is below this.
float lower_bound(const GraphIndex& index, ValueId value) {
  const float unknown = -std::numeric_limits<float>::infinity();
  const Node* node = index.producer(value);
  if (node == nullptr) return unknown;
  switch (node->op()) {
    case Operator::fully_connected: return minimum_of<parameters::FullyConnected>(*node);
    case Operator::conv_2d: return minimum_of<parameters::Conv2D>(*node);
    case Operator::depthwise_conv_2d: return minimum_of<parameters::DepthwiseConv2D>(*node);
    case Operator::affine: return minimum_of<parameters::Affine>(*node);
    case Operator::binary: return minimum_of<parameters::Binary>(*node);
    case Operator::max_pool_2d: return minimum_of<parameters::MaxPool2D>(*node);
    case Operator::average_pool_2d: return minimum_of<parameters::AveragePool2D>(*node);
    default: return unknown;
  }
}

/// In a largest element, padding with what no element is below means the same as leaving it out.
bool fold_into_max_pool(const GraphIndex& index, parameters::MaxPool2D& table, const parameters::Pad& pad, ValueId x) {
  return fits(table, pad, table.kernel_h, table.kernel_w) && pad.value <= lower_bound(index, x) && extend(table, pad);
}

bool fold_pad(const Graph& graph, const GraphIndex& index, const Node& before, Node& node) {
  if (before.op() != Operator::pad) return false;
  const auto& pad = before.as<parameters::Pad>();
  const bool is_int8 = graph.type(before.inputs[0]).type == DataType::int8;
  switch (node.op()) {
    case Operator::conv_2d:
      return fold_into_convolution(node.as<parameters::Conv2D>(), pad, graph.shape(node.inputs[1]), is_int8);
    case Operator::depthwise_conv_2d:
      return fold_into_convolution(node.as<parameters::DepthwiseConv2D>(), pad, graph.shape(node.inputs[1]), is_int8);
    case Operator::max_pool_2d:
      return !is_int8 && fold_into_max_pool(index, node.as<parameters::MaxPool2D>(), pad, before.inputs[0]);
    default: return false;
  }
}

}  // namespace

void fold_padding(Graph& graph) {
  const GraphIndex index(graph);  // nodes stay in their places until the pass is over
  absorb_into_reader(graph, [&](const Graph& same, const Node& before, Node& node) {
    return fold_pad(same, index, before, node);
  });
}

}  // namespace nacre::tools
