// A clamping activation (ReLU, ReLU6) after a layer that clamps by itself.

#include <cmath>

#include "tools/optimise/optimise.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

/// max(0, min(x, maximum)) and nothing else.
bool is_clamp(const Node& node) {
  if (node.op() != Operator::activation) return false;
  const auto& table = node.as<parameters::Activation>();
  return table.function == ActivationFunction::relu && table.alpha == 0 && table.threshold == 0;
}

template <typename Table>
bool set_clamp(Table& table, float maximum) {
  if (!is_unlimited(table)) return false;
  table.minimum = 0;
  table.maximum = maximum;
  return true;
}

bool fuse(Graph&, Node& before, const Node& node) {
  if (!is_clamp(node)) return false;
  const float maximum = node.as<parameters::Activation>().maximum;
  switch (before.op()) {
    case Operator::affine:
      if (!set_clamp(before.as<parameters::Affine>(), maximum)) return false;
      if (!before.steps.empty()) before.steps.push_back({ScalerStep::Kind::at_least, {0}});
      if (!before.steps.empty() && std::isfinite(maximum))
        before.steps.push_back({ScalerStep::Kind::at_most, {maximum}});
      return true;
    case Operator::average_pool_2d: return set_clamp(before.as<parameters::AveragePool2D>(), maximum);
    case Operator::max_pool_2d: return set_clamp(before.as<parameters::MaxPool2D>(), maximum);
    case Operator::binary: return set_clamp(before.as<parameters::Binary>(), maximum);
    default: return with_linear_table(before, [&](auto& table) { return set_clamp(table, maximum); });
  }
}

}  // namespace

void fuse_clamps(Graph& graph) { absorb_into_producer(graph, fuse); }

}  // namespace nacre::tools
