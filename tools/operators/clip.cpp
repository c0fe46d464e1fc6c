#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

double clipped(const parameters::Clip& t, double x) {
  return std::isnan(x) ? x : std::fmin(std::fmax(x, t.minimum), t.maximum);
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Clip>();
  return map(inputs[0], output, [&](double x) { return clipped(t, x); });
}

/// Nothing is rounded, so what is off is what was off before, if no bound has cut it away.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (inputs[0].errors.empty()) return {};
  const auto& t = node.as<parameters::Clip>();
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = carried([&](double x) { return clipped(t, x); }, inputs[0].values[i], inputs[0].errors[i]);
  return result;
}

}  // namespace

const Definition definitions::clip = {
    .name = "clip", .infer = same_as_input, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
