#include "tools/pack/pack.hpp"

#include <algorithm>

#include "tools/graph/bodies.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kUnits = 6;    // of a fully connected layer are computed at once
constexpr std::int64_t kOutputs = 2;  // channels of a convolution
constexpr std::int64_t kKernelRows = 8;  // of a depthwise convolution, at most

/// What is filled up to whole pairs of rows and fours of columns: a sixteenth of the weights at most, or little.
bool wastes_little(std::int64_t rows, std::int64_t columns) {
  const std::int64_t packed = (rows + 1) / 2 * 2 * ((columns + 3) / 4 * 4), wasted = packed - rows * columns;
  return wasted <= std::max<std::int64_t>(512, rows * columns / 16);
}

/// Whether two rows of weights can share words as numbers: of the second one, products add up to 24 bits whatever the
/// activations are, and no weight is -128, beside which another one may be negative.
bool may_share_numbers(const Graph& graph, const Node& node) {
  const auto& weights = graph.values[node.inputs[1]].constant;
  if (!weights) return false;
  const std::vector<std::int64_t> values = weights->to<std::int64_t>();
  const auto rows = static_cast<std::size_t>(graph.shape(node.inputs[1])[0]), columns = values.size() / rows;
  for (std::size_t row = 1; row < rows; row += 2) {
    std::int64_t most = 0;
    for (std::size_t i = row * columns; i < (row + 1) * columns; ++i) {
      if (values[i] == -128) return false;
      most += 128 * std::abs(values[i]);
    }
    if (most >= std::int64_t{1} << 23) return false;
  }
  return true;
}

/// Gives the node weights in another order.
void replace_weights(Graph& graph, Node& node, Array packed) {
  const GraphValue& weights = graph.values[node.inputs[1]];
  const TensorType unpacked = weights.type;
  node.inputs[1] = graph.add_constant(std::move(packed), DataType::int32, std::string(weights.name));
  graph.values[node.inputs[1]].unpacked = unpacked;
}

/// TensorFlow Lite writes the pair (0, 0) for channels whose scale is next to nothing, often with a bias next to
/// infinity. Their sums become 0. So do those from a bias of 0, times 2^-32, which is one of the pairs by which the
/// kernels rescale fast.
void replace_zero_multipliers(Graph& graph, Node& node, std::int64_t products) {
  const auto &bias = graph.values[node.inputs[2]].constant, &rescale = graph.values[node.inputs[3]].constant;
  if (!bias || !rescale || products > 1 << 15) return;  // sums stay below 2^30
  std::vector<std::int64_t> biases = bias->to<std::int64_t>(), pairs = rescale->to<std::int64_t>();
  bool has_any = false;
  for (std::size_t i = 0; i < biases.size(); ++i)
    if (pairs[2 * i] == 0) biases[i] = 0, pairs[2 * i] = 1 << 30, pairs[2 * i + 1] = -31, has_any = true;
  if (!has_any) return;
  const Array arrays[] = {Array::of(ElementType::int32, bias->shape(), biases),
                          Array::of(ElementType::int32, rescale->shape(), pairs)};
  for (std::size_t i = 0; i < 2; ++i)
    node.inputs[2 + i] =
        graph.add_constant(arrays[i], DataType::int32, std::string(graph.values[node.inputs[2 + i]].name));
}

/// The same, for layers that have a pair for each output.
void replace_zero_multipliers(Graph& graph, Node& node) {
  if (node.inputs.size() <= 3) return;
  const std::int64_t outputs = graph.type(node.inputs[2]).size();
  replace_zero_multipliers(graph, node, graph.type(node.inputs[1]).size() / outputs);
}

/// Gives the node its pairs of multiplier m and shift as the dsp kernels read them: 2 m modulo 2^32, and -1 - shift.
void replace_rescale(Graph& graph, Node& node) {
  if (node.inputs.size() <= 3) return;
  const GraphValue& rescale = graph.values[node.inputs[3]];
  std::vector<std::int64_t> pairs = rescale.constant->to<std::int64_t>();
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    pairs[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(pairs[i]) << 1);
    pairs[i + 1] = -1 - pairs[i + 1];
  }
  Array packed = Array::of(ElementType::int32, rescale.constant->shape(), pairs);
  node.inputs[3] = graph.add_constant(std::move(packed), DataType::int32, std::string(rescale.name));
}

void mark_for_mve(Graph& graph, Node& node) {
  replace_zero_multipliers(graph, node);
  if (node.op() == Operator::fully_connected) node.as<parameters::FullyConnected>().layout = Layout::mve;
  else if (node.op() == Operator::conv_2d) node.as<parameters::Conv2D>().layout = Layout::mve;
  else node.as<parameters::DepthwiseConv2D>().layout = Layout::mve;
}

void pack_node(Graph& graph, Node& node) {
  replace_zero_multipliers(graph, node);
  replace_rescale(graph, node);
  const Array& weights = *graph.values[node.inputs[1]].constant;
  const Dimensions shape = graph.shape(node.inputs[1]);
  if (node.op() == Operator::fully_connected) {
    node.as<parameters::FullyConnected>().layout = Layout::dsp;
    replace_weights(graph, node, pack_rows_for_dsp(weights, shape[0], shape[1], kUnits, SharedHalf::bytes));
  } else if (node.op() == Operator::depthwise_conv_2d) {
    node.as<parameters::DepthwiseConv2D>().layout = Layout::dsp;
    replace_weights(graph, node, pack_channels_for_dsp(weights));
  } else {
    auto& table = node.as<parameters::Conv2D>();
    table.layout = Layout::dsp;
    table.kernel_h = static_cast<std::uint16_t>(shape[1]), table.kernel_w = static_cast<std::uint16_t>(shape[2]);
    replace_weights(graph, node, pack_rows_for_dsp(weights, shape[0], shape[1] * shape[2] * shape[3], kOutputs,
                                                   SharedHalf::number));
  }
}

}  // namespace

Array pack_rows_for_dsp(const Array& weights, std::int64_t rows, std::int64_t columns, std::int64_t block,
                        SharedHalf half) {
  const std::vector<std::int64_t> values = weights.to<std::int64_t>();
  const auto weight = [&](std::int64_t u, std::int64_t d) {
    return u < rows && d < columns ? values[static_cast<std::size_t>(u * columns + d)] : 0;
  };
  const auto shared = [&](std::int64_t u, std::int64_t d) {
    const std::int64_t a = weight(u, d), b = weight(u + 1, d);
    const std::int64_t number = 256 * b + (half == SharedHalf::bytes ? a + 128 : a);
    return std::uint32_t{static_cast<std::uint16_t>(number)};
  };
  std::vector<std::int64_t> packed;
  for (std::int64_t first = 0; first < rows; first += block) {
    if (rows - first < block) block = 2;
    for (std::int64_t quad = 0; quad < columns; quad += 4)
      for (std::int64_t d = quad; d < quad + 2; ++d)
        for (std::int64_t u = first; u < std::min(first + block, rows); u += 2) {
          packed.push_back(static_cast<std::int32_t>(shared(u, d) | shared(u, d + 2) << 16));
        }
  }
  return Array::of(ElementType::int32, {(rows + 1) / 2, 2 * ((columns + 3) / 4)}, packed);
}

Array pack_channels_for_dsp(const Array& weights) {
  const std::vector<std::int64_t> values = weights.to<std::int64_t>();
  const std::int64_t height = weights.shape().at(0), width = weights.shape().at(1), channels = weights.shape().at(2);
  std::vector<std::int64_t> packed;
  const auto add_word = [&](std::initializer_list<std::pair<std::int64_t, std::int64_t>> bytes, std::int64_t column) {
    std::uint32_t word = 0, shift = 0;
    for (const auto& [row, channel] : bytes) {
      const std::int64_t value = values[static_cast<std::size_t>((row * width + column) * channels + channel)];
      word |= std::uint32_t{static_cast<std::uint8_t>(value)} << shift;
      shift += 8;
    }
    packed.push_back(static_cast<std::int32_t>(word));
  };
  for (std::int64_t next = 0; next < channels; next += 4) {
    const std::int64_t c = std::min(next, channels - 4);
    std::int64_t h = 0;
    for (; h + 1 < height; h += 2)
      for (std::int64_t k = 0; k < width; ++k) {
        add_word({{h, c}, {h, c + 1}, {h + 1, c}, {h + 1, c + 1}}, k);
        add_word({{h, c + 2}, {h, c + 3}, {h + 1, c + 2}, {h + 1, c + 3}}, k);
      }
    for (std::int64_t k = 0; h < height && k < width; ++k) add_word({{h, c}, {h, c + 1}, {h, c + 2}, {h, c + 3}}, k);
  }
  return Array::of(ElementType::int32, {(channels + 3) / 4, height, width}, packed);
}

bool is_packed_for_dsp(const Graph& graph, const Node& node) {
  if (node.inputs.empty() || graph.type(node.inputs[0]).type != DataType::int8) return false;
  switch (node.op()) {
    case Operator::fully_connected: {
      const Dimensions& w = graph.shape(node.inputs[1]);
      return graph.values[node.inputs[1]].constant && wastes_little(w[0], w[1]);
    }
    case Operator::conv_2d: {
      const Dimensions& w = graph.shape(node.inputs[1]);
      return node.as<parameters::Conv2D>().groups == 1 && wastes_little(w[0], w[1] * w[2] * w[3]) &&
             may_share_numbers(graph, node);
    }
    case Operator::depthwise_conv_2d: {
      const Dimensions& w = graph.shape(node.inputs[1]);
      return graph.values[node.inputs[1]].constant && w[2] == graph.type(node.inputs[0]).last() && w[2] >= 4 &&
             w[0] <= kKernelRows;
    }
    default: return false;
  }
}

bool has_mve_kernel(const Graph& graph, const Node& node) {
  if (node.inputs.empty() || graph.type(node.inputs[0]).type != DataType::int8) return false;
  switch (node.op()) {
    case Operator::fully_connected: return true;
    case Operator::conv_2d: return node.as<parameters::Conv2D>().groups == 1;
    case Operator::depthwise_conv_2d: return graph.shape(node.inputs[1])[2] == graph.type(node.inputs[0]).last();
    default: return false;
  }
}

void pack(Graph& graph, const std::string& target) {
  const KernelOrder order = find_target(target).order;
  if (order == KernelOrder::reference) return;
  change_bodies(graph, [&](Graph& body) { pack(body, target); });
  for (Node& node : graph.nodes) {
    if (order == KernelOrder::mve && has_mve_kernel(graph, node)) mark_for_mve(graph, node);
    if (order == KernelOrder::dsp && is_packed_for_dsp(graph, node)) pack_node(graph, node);
  }
}

}  // namespace nacre::tools
