// Mixtures of Gaussians, with fixed weights or with distributions over them.

#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/families.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// The derivative of the logarithm of the gamma function, of a number above 0: by its recurrence up to where its
/// asymptotic series has all digits.
double digamma(double x) {
  constexpr double kSeries[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  double sum = 0;
  for (; x < 12; ++x) sum -= 1 / x;
  double power = 1;
  sum += std::log(x) - 0.5 / x;
  for (const double term : kSeries) sum -= term * (power /= x * x);
  return sum;
}

struct Mixture {
  Points means;
  std::string covariance;            ///< full, tied, diag or spherical
  std::vector<double> precisions;    ///< square roots of the inverse covariances, in the shape of that type
  std::vector<double> log_weights;
};

Mixture read_mixture(const Estimator& estimator) {
  Mixture mixture{Points(estimator.value.attribute("means_")), text_of(estimator.value, "covariance_type"),
                  estimator.value.attribute("precisions_cholesky_").as_doubles(), {}};
  const auto count = static_cast<std::size_t>(mixture.means.count), width =
      static_cast<std::size_t>(mixture.means.width);
  const std::string& type = mixture.covariance;
  const std::size_t size = type == "full" ? count * width * width : type == "tied" ? width * width
                           : type == "diag" ? count * width : type == "spherical" ? count : 0;
  if (size == 0 || mixture.precisions.size() != size)
    estimator.refuse("has precisions of another shape than " + type, "save the model again");
  return mixture;
}

/// (x - mean) . root of the precision, for each component: [1, components, width].
ValueId standardized(const Estimator& estimator, ValueId x, const Mixture& mixture) {
  const Algebra algebra(estimator);
  const std::int64_t count = mixture.means.count, width = mixture.means.width;
  const ValueId apart = differences(estimator, x, mixture.means);
  if (mixture.covariance == "tied")
    return algebra.product(apart, mixture.precisions, std::vector<double>(static_cast<std::size_t>(width)));
  if (mixture.covariance == "diag")
    return algebra.multiply(apart, algebra.constant({1, count, width}, mixture.precisions));
  if (mixture.covariance == "spherical")
    return algebra.multiply(apart, algebra.constant({1, count, 1}, mixture.precisions));
  return turned_differences(estimator, apart, mixture.precisions);
}

/// The logarithm of the determinant of each root.
std::vector<double> log_determinants(const Mixture& mixture) {
  const auto count = static_cast<std::size_t>(mixture.means.count), width =
      static_cast<std::size_t>(mixture.means.width);
  std::vector<double> result(count);
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t at = mixture.covariance == "full"   ? (k * width + i) * width + i
                             : mixture.covariance == "tied" ? i * width + i
                             : mixture.covariance == "diag" ? k * width + i : k;
      result[k] += std::log(mixture.precisions[at]);
    }
  return result;
}

/// predict, predict_proba and score_samples; `constants` are what a component's logarithm has beside its square.
Predictions of_components(const Estimator& estimator, ValueId x, const Mixture& mixture,
                          const std::vector<double>& constants) {
  const Algebra algebra(estimator);
  const ValueId squares = algebra.sum(algebra.apply(F::square, standardized(estimator, x, mixture)), 2);
  const ValueId scores = algebra.scaled(squares, std::vector<double>(constants.size(), -0.5), constants);
  const ValueId most = algebra.reshaped(algebra.reduce(ReduceFunction::maximum, scores, 1), {1});
  const ValueId shares = algebra.apply(F::exponential, algebra.subtract(scores, most));
  const ValueId total = algebra.apply(F::log, algebra.reshaped(algebra.sum(shares, 1), {1}));
  Predictions result;
  result.predict = number_labels(estimator, algebra.arg_max(scores), mixture.means.count);
  result.predict_proba = algebra.softmax(scores);
  result.score_samples = as_vector(estimator, algebra.add(most, total));
  return result;
}

Predictions predict_gaussian_mixture(const Estimator& estimator, ValueId x) {
  const Mixture mixture = read_mixture(estimator);
  std::vector<double> constants = log_determinants(mixture);
  const std::vector<double> weights = estimator.value.attribute("weights_").as_doubles();
  if (weights.size() != constants.size()) estimator.refuse("has other weights than components", "save the model again");
  for (std::size_t k = 0; k < constants.size(); ++k)
    constants[k] += std::log(weights[k]) - 0.5 * static_cast<double>(mixture.means.width) * std::log(2 * M_PI);
  return of_components(estimator, x, mixture, constants);
}

/// Expected logarithms of the weights: of a Dirichlet process, which breaks a stick, or of a Dirichlet distribution.
std::vector<double> expected_log_weights(const Estimator& estimator) {
  const Value concentration = estimator.value.attribute("weight_concentration_");
  std::vector<double> result;
  if (text_of(estimator.value, "weight_concentration_prior_type") == "dirichlet_process") {
    const std::vector<double> first = concentration.at(0).as_doubles(), second = concentration.at(1).as_doubles();
    double left = 0;
    for (std::size_t k = 0; k < first.size(); ++k) {
      const double both = digamma(first[k] + second.at(k));
      result.push_back(digamma(first[k]) - both + left);
      left += digamma(second[k]) - both;
    }
    return result;
  }
  const std::vector<double> all = concentration.as_doubles();
  double sum = 0;
  for (const double each : all) sum += each;
  for (const double each : all) result.push_back(digamma(each) - digamma(sum));
  return result;
}

Predictions predict_bayesian_mixture(const Estimator& estimator, ValueId x) {
  const Mixture mixture = read_mixture(estimator);
  std::vector<double> constants = log_determinants(mixture);
  const Value saved = estimator.value.attribute("degrees_of_freedom_");  // a number where covariances are tied
  std::vector<double> freedom = saved.is_number() ? std::vector{saved.as_double()} : saved.as_doubles();
  if (freedom.size() == 1) freedom.resize(constants.size(), freedom[0]);
  const std::vector<double> precision = estimator.value.attribute("mean_precision_").as_doubles(),
                            weights = expected_log_weights(estimator);
  if (freedom.size() != constants.size() || precision.size() != constants.size() || weights.size() != constants.size())
    estimator.refuse("has other distributions than components", "save the model again");
  const auto width = static_cast<double>(mixture.means.width);
  for (std::size_t k = 0; k < constants.size(); ++k) {
    double log_lambda = width * std::log(2.0);
    for (double i = 0; i < width; ++i) log_lambda += digamma(0.5 * (freedom[k] - i));
    constants[k] += weights[k] - 0.5 * width * std::log(2 * M_PI) - 0.5 * width * std::log(freedom[k]) +
                    0.5 * (log_lambda - width / precision[k]);
  }
  return of_components(estimator, x, mixture, constants);
}

}  // namespace

std::span<const SklearnClass> mixture_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("GaussianMixture", predict_gaussian_mixture,
                "covariance_type init_params max_iter means_init n_components n_init precisions_init random_state "
                "reg_covar tol verbose verbose_interval warm_start weights_init"),
      predictor("BayesianGaussianMixture", predict_bayesian_mixture,
                "covariance_prior covariance_type degrees_of_freedom_prior init_params max_iter mean_precision_prior "
                "mean_prior n_components n_init random_state reg_covar tol verbose verbose_interval warm_start "
                "weight_concentration_prior weight_concentration_prior_type"),
  };
  return kRows;
}

}  // namespace nacre::tools
