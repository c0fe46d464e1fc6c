#include "tools/sklearn/pairs.hpp"

#include <fmt/format.h>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/coupling.hpp"

namespace nacre::tools {

std::vector<double> pair_weights(const Estimator& estimator, const std::vector<double>& coefficients,
                                 const std::vector<std::size_t>& classes, std::size_t count) {
  constexpr std::size_t kMost = std::size_t{1} << 26;
  const std::size_t vectors = classes.size(), pairs = count * (count - 1) / 2;
  if (vectors != 0 && pairs > kMost / vectors)
    throw Refusal(estimator.name, fmt::format("has {} support vectors in {} pairs of classes", vectors, pairs),
                  "train it on fewer classes");
  std::vector<double> weights(vectors * pairs);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j, ++pair)
      for (std::size_t v = 0; v < vectors; ++v)
        if (classes[v] == i || classes[v] == j)
          weights[v * pairs + pair] = coefficients[(classes[v] == i ? j - 1 : i) * vectors + v];
  return weights;
}

ValueId most_voted(const Estimator& estimator, ValueId pairs, std::size_t count) {
  std::vector<double> signs(count * (count - 1) / 2 * count), second(count);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j, ++pair)
      signs[pair * count + i] = 1, signs[pair * count + j] = -1, second[j] += 1;
  const Algebra algebra(estimator);
  return algebra.arg_max(algebra.product(algebra.exceeds(pairs, 0), signs, second));
}

ValueId platt_probabilities(const Estimator& estimator, ValueId pairs, std::size_t count, std::vector<double> a,
                            std::vector<double> b) {
  constexpr double kLeast = 1e-7;
  for (double& each : a) each = -each;
  for (double& each : b) each = -each;
  const Algebra algebra(estimator);
  const ValueId shares = algebra.apply(ActivationFunction::sigmoid, algebra.scaled(pairs, a, b));
  parameters::Clip limits;
  limits.minimum = static_cast<float>(kLeast);
  limits.maximum = static_cast<float>(1 - kLeast);
  return coupled_probabilities(estimator, estimator.graph.add(limits, {shares}, estimator.name + ".shares"),
                               static_cast<std::int64_t>(count));
}

}  // namespace nacre::tools
