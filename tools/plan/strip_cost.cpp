#include "tools/plan/strip_cost.hpp"

#include <algorithm>

#include "tools/operators/definition.hpp"

namespace nacre::tools {
namespace {

/// What a layer takes for so many rows of its output at once.
class LayerCost {
 public:
  explicit LayerCost(const PlanStep& step) : op_(step.node->op()) {
    const Graph& graph = *step.graph;
    const Node& node = *step.node;
    const TensorType &x = graph.type(node.inputs[0]), &y = graph.type(node.outputs[0]);
    width_ = y.shape[2];
    std::vector<TensorType> types;
    for (const ValueId input : node.inputs)
      types.push_back(graph.values[input].unpacked.value_or(graph.type(input)));
    const auto macs = definition_of(node.op()).macs;
    const std::int64_t products = macs == nullptr ? 0 : macs(node, types, y) / (y.shape[1] * width_);
    if (op_ == Operator::conv_2d) {
      is_packed_ = node.as<parameters::Conv2D>().layout != Layout::portable;
      each_ = products;
    } else if (op_ == Operator::depthwise_conv_2d) {
      const auto& p = node.as<parameters::DepthwiseConv2D>();
      const std::int64_t kernel_h = types[1].shape[0], kept = std::min<std::int64_t>(kernel_h - 1, p.stride_h);
      is_packed_ = p.layout != Layout::portable;
      pairs_rows_ = is_packed_ && kernel_h == 3 && p.stride_h == 1 && p.stride_w == 1;
      each_ = 2 * products;
      // Packed kernels unpack rows anew that the strip before had, too.
      if (is_packed_) begin_ += 4 * (kernel_h - kept) * x.shape[2] * x.last();
    } else {
      each_ = std::max<std::int64_t>(products, 12 * y.last());
    }
  }

  std::int64_t of(std::int64_t rows) const {
    if (rows == 0) return 0;
    if (pairs_rows_) rows += rows % 2;
    std::int64_t pixels = rows * width_;
    if (is_packed_ && op_ == Operator::conv_2d) pixels = (pixels + 2) / 3 * 3;  // computed at once
    return begin_ + pixels * each_;
  }

 private:
  Operator op_;
  bool is_packed_ = false, pairs_rows_ = false;
  std::int64_t width_ = 0, each_ = 0, begin_ = 400;
};

}  // namespace

StripCost strip_cost(const Chain& chain, const std::vector<RowGrowth>& growths, const PlanSteps& all) {
  StripCost cost{0, 0};
  for (std::uint32_t i = 0; i < chain.count; ++i) {
    const LayerCost layer(all.steps[chain.first + i]);
    const RowGrowth& growth = growths[i];
    cost.whole += layer.of(growth.height);
    std::int64_t done = 0;
    for (std::int64_t t = 0; done < growth.height && t <= growth.height + growths.back().height; ++t) {
      const std::int64_t now = std::clamp<std::int64_t>(growth.first + t * growth.step, done, growth.height);
      cost.on_rows += layer.of(now - done);
      done = now;
    }
  }
  return cost;
}

}  // namespace nacre::tools
