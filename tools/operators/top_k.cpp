#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  const std::int64_t k = node.as<parameters::TopK>().k;
  require_shapes(inputs.size() == 1 && !inputs[0].shape.empty() && k >= 1 && k <= inputs[0].last(), node,
                 "takes more elements than a row has");
  TensorType values = inputs[0];
  values.shape.back() = k;
  return {values, {DataType::int32, values.shape}};
}

std::vector<Tensor64> evaluate(const Node&, const std::vector<Tensor64>& inputs,
                               const std::vector<TensorType>& outputs) {
  const auto width = static_cast<std::size_t>(inputs[0].type.last()), k = static_cast<std::size_t>(outputs[0].last());
  Tensor64 values = zeros(outputs[0]), indices = zeros(outputs[1]);
  std::vector<std::size_t> order(width);
  for (std::size_t row = 0; row < values.values.size() / k; ++row) {
    const auto at = [&](std::size_t i) { return inputs[0].values[row * width + i]; };
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::isnan(at(a)) ? !std::isnan(at(b)) : at(a) > at(b);
    });
    for (std::size_t i = 0; i < k; ++i) {
      values.values[row * k + i] = at(order[i]);
      indices.values[row * k + i] = static_cast<double>(order[i]);
    }
  }
  return {std::move(values), std::move(indices)};
}

/// The i-th largest of numbers that are each off by something is off by the most of these at most. Where it stood is
/// the place of any that may be as large.
std::vector<std::vector<double>> errors(const Node&, const std::vector<Tensor64>& inputs,
                                        const std::vector<Tensor64>& outputs) {
  const Tensor64& x = inputs[0];
  if (x.errors.empty()) return {{}, {}};
  const auto width = static_cast<std::size_t>(x.type.last()), k = static_cast<std::size_t>(outputs[0].type.last());
  std::vector<double> values(outputs[0].values.size()), indices(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t row = i / k * width;
    const auto error = [&](std::size_t e) { return x.errors[row + e]; };
    for (std::size_t e = 0; e < width; ++e) values[i] = std::max(values[i], error(e));
    const double place = outputs[1].values[i];
    for (std::size_t e = 0; e < width; ++e)
      if (!(std::abs(x.values[row + e] - outputs[0].values[i]) > error(e) + values[i]))
        indices[i] = std::max(indices[i], std::abs(static_cast<double>(e) - place));
  }
  return {std::move(values), std::move(indices)};
}

}  // namespace

const Definition definitions::top_k = {
    .name = "top_k", .infer = nullptr, .evaluate = nullptr, .errors = nullptr,
    .infer_all = infer, .evaluate_all = evaluate, .errors_all = errors};

}  // namespace nacre::tools
