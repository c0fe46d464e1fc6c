// Discriminant analysis: classes as Gaussians, each with a covariance of its own or all with one.

#include <algorithm>
#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/linear.hpp"

namespace nacre::tools {
namespace {

/// Of each class, the rotation divided by the deviations along it, [classes, features, features]; and half of the
/// logarithm of its determinant.
struct Whitening {
  std::vector<double> matrices, half_logs;
};

Whitening read_whitening(const Estimator& estimator, const Points& means) {
  const Value rotations = estimator.value.attribute("rotations_"), scalings = estimator.value.attribute("scalings_");
  const auto width = static_cast<std::size_t>(means.width);
  Whitening result;
  for (std::size_t k = 0; k < static_cast<std::size_t>(means.count); ++k) {
    const std::vector<double> rotation = rotations.at(k).as_doubles(), scale = scalings.at(k).as_doubles();
    if (scale.empty() || scale.size() > width || rotation.size() != width * scale.size())
      estimator.refuse("has rotations of another shape than its features need", "save the model again");
    double log_sum = 0;
    for (const double variance : scale) log_sum += std::log(variance);
    if (!std::isfinite(log_sum))
      estimator.refuse("has a class that does not vary along some direction, so that scikit-learn answers NaN",
                       "train it with reg_param above 0");
    result.half_logs.push_back(0.5 * log_sum);
    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t j = 0; j < width; ++j)
        result.matrices.push_back(j < scale.size() ? rotation[i * scale.size() + j] / std::sqrt(scale[j]) : 0);
  }
  return result;
}

Predictions predict_quadratic(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Points means(estimator.value.attribute("means_"));
  const Whitening whitening = read_whitening(estimator, means);
  std::vector<double> constants = estimator.value.attribute("priors_").as_doubles();
  if (constants.size() != classes.size() || classes.size() != static_cast<std::size_t>(means.count))
    estimator.refuse("has other means than classes", "save the model again");
  for (std::size_t k = 0; k < constants.size(); ++k) constants[k] = std::log(constants[k]) - whitening.half_logs[k];
  const ValueId white = turned_differences(estimator, differences(estimator, x, means), whitening.matrices);
  const ValueId squares = algebra.sum(algebra.apply(ActivationFunction::square, white), 2);
  const ValueId scores = algebra.scaled(squares, std::vector<double>(constants.size(), -0.5), constants);
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = decode_labels(estimator, classes, algebra.arg_max(scores));
  result.predict_proba = algebra.softmax(scores);
  result.decision_function =
      classes.size() == 2
          ? as_vector(estimator, algebra.subtract(algebra.column(scores, 1), algebra.column(scores, 0)))
          : scores;
  return result;
}

/// The directions along which the classes lie apart.
ValueId transform_linear_discriminants(const Estimator& estimator, ValueId x) {
  const std::string solver = text_of(estimator.value, "solver");
  if (solver == "lsqr")
    estimator.refuse("has the solver lsqr, with which it transforms nothing", "train it with svd or eigen");
  const Points scalings(estimator.value.attribute("scalings_"));
  const auto columns = static_cast<std::size_t>(scalings.width), width = static_cast<std::size_t>(scalings.count);
  std::size_t kept = columns;
  for (const char* name : {"_max_components", "n_components"})
    if (const auto most = number_of(estimator.value, name); most && *most >= 1) {
      kept = std::min(columns, static_cast<std::size_t>(*most));
      break;
    }
  std::vector<double> weights;
  for (std::size_t i = 0; i < width; ++i)
    weights.insert(weights.end(), scalings.values.begin() + static_cast<std::ptrdiff_t>(i * columns),
                   scalings.values.begin() + static_cast<std::ptrdiff_t>(i * columns + kept));
  if (solver == "svd")
    x = add_affine(estimator.graph, x, estimator.value.attribute("xbar_").as_doubles(), {1}, {0},
                   estimator.name + ".center");
  return Algebra(estimator).product(x, weights, std::vector<double>(kept));
}

Predictions predict_linear_discriminant(const Estimator& estimator, ValueId x) {
  Predictions result = predict_linear_classifier(estimator, x);
  if (text_of(estimator.value, "solver") != "lsqr") result.transform = transform_linear_discriminants(estimator, x);
  return result;
}

}  // namespace

std::span<const SklearnClass> discriminant_analysis_classes() {
  static constexpr SklearnClass kRows[] = {
      both("LinearDiscriminantAnalysis", transform_linear_discriminants, predict_linear_discriminant,
           "covariance_estimator n_components priors shrinkage solver store_covariance tol"),
      predictor("QuadraticDiscriminantAnalysis", predict_quadratic,
                "covariance_estimator priors reg_param shrinkage solver store_covariance store_covariances tol"),
  };
  return kRows;
}

}  // namespace nacre::tools
