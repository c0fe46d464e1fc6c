// PCA: a projection, whose outputs whitening divides by their standard deviations.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/sklearn/preprocessing.hpp"

namespace nacre::tools {
namespace {

struct Pca {
  std::vector<double> components;  ///< [components, features]
  std::vector<double> mean;        ///< of the features
  std::vector<double> deviation;   ///< of the components over the training rows; 1 where the file does not say it
  std::size_t features = 0;
  double epsilon = 0;  ///< of the type in which it was fitted
};

Pca read_pca(const Estimator& estimator) {
  const Array components = estimator.value.attribute("components_").as_array();
  if (components.shape().size() != 2) estimator.refuse("has components_ of another shape", "save the model again");
  if (components.size() == 0)
    estimator.refuse("keeps no component",
                     "train it with n_components of at least 1");  // n_components="mle" may find 0
  const auto rows = static_cast<std::size_t>(components.shape()[0]);
  Pca pca{components.to<double>(), {}, std::vector<double>(rows, 1.0), components.size() / rows, 0};
  pca.epsilon = components.type() == ElementType::float32 ? std::numeric_limits<float>::epsilon()
                                                          : std::numeric_limits<double>::epsilon();
  const auto mean = estimator.value.find("mean_"), variance = estimator.value.find("explained_variance_");
  pca.mean = mean && !mean->is_none() ? mean->as_doubles() : std::vector<double>(pca.features, 0.0);
  if (variance) pca.deviation = variance->as_doubles();
  if (pca.mean.size() != pca.features || pca.deviation.size() != rows)
    estimator.refuse("has arrays of different lengths", "save the model again");
  for (double& value : pca.deviation) value = std::sqrt(std::max(value, 0.0));
  return pca;
}

/// What the library's own rounding adds to a component: it multiplies rows as far off 0 as the mean and their spread.
double noise(const Pca& pca, std::size_t component) {
  double sum = 0;
  for (std::size_t i = 0; i < pca.features; ++i) {
    double variance = 0;
    for (std::size_t k = 0; k < pca.deviation.size(); ++k)
      variance += std::pow(pca.components[k * pca.features + i] * pca.deviation[k], 2);
    sum += std::abs(pca.components[component * pca.features + i]) * (std::abs(pca.mean[i]) + std::sqrt(variance));
  }
  return sum * pca.epsilon;
}

/// The divisors of whitening. Releases since 1.5 keep them at epsilon or above. A component that varies no more than
/// rounding does is noise in the library too.
std::vector<double> whitening(const Estimator& estimator, const Pca& pca) {
  constexpr double kShare = 1e-3;
  const char* const advice =
      "keep fewer components (n_components), or leave out columns that never change or follow from others";
  std::vector<double> scale = pca.deviation;
  for (std::size_t k = 0; k < scale.size(); ++k) {
    if (!saved_before(estimator.value, 1, 5)) scale[k] = std::max(scale[k], pca.epsilon);
    if (scale[k] == 0)
      estimator.refuse(fmt::format("has whiten=True and divides component {} by its standard deviation of 0", k),
                       advice);
    if (const double own = noise(pca, k); own > kShare * scale[k])
      estimator.refuse(fmt::format("has whiten=True and divides component {} by its standard deviation of {:.2g}, "
                                   "where float64 itself rounds by {:.2g}: "
                                   "what comes out is noise",
                                   k, scale[k], own),
                       advice);
  }
  return scale;
}

/// Doubts what takes the means away, where float32 rounds the rows by more than 1e-3 of what a component varies.
void doubt_means(const Estimator& estimator, ValueId x, const Pca& pca, const std::vector<double>& weights,
                 const std::vector<double>& spread) {
  const double largest = *std::max_element(spread.begin(), spread.end());
  std::vector<double> scale(pca.features);  // how far one of a column moves the outputs, in units of their spread
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double& of_column = scale[i / spread.size()];
    of_column = std::max(of_column, std::abs(weights[i]) / largest);
  }
  doubt_large_offsets(estimator.graph, x, pca.mean, scale, estimator.name + ".center");
}

}  // namespace

ValueId transform_pca(const Estimator& estimator, ValueId x) {
  const Pca pca = read_pca(estimator);
  const std::size_t rows = pca.deviation.size();
  std::vector<double> weights = transposed(pca.components, rows, pca.features), spread = pca.deviation;
  if (number_of(estimator.value, "whiten").value_or(0) != 0) {
    if (!estimator.value.has("explained_variance_"))
      estimator.refuse("has whiten=True and no variances", "save the model after it has been fitted");
    const std::vector<double> scale = whitening(estimator, pca);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] /= scale[i % rows];
    for (std::size_t k = 0; k < rows; ++k) spread[k] /= scale[k];
  }
  doubt_means(estimator, x, pca, weights, spread);
  const ValueId centred = add_affine(estimator.graph, x, pca.mean, {1}, {0}, estimator.name + ".center");
  const ValueId y =
      add_fully_connected(estimator.graph, centred, weights, std::vector<double>(rows, 0.0), estimator.name);
  estimator.graph.values[y].spread = std::move(spread);
  return y;
}

}  // namespace nacre::tools
