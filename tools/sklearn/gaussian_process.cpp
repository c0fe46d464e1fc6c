// Gaussian processes: regression, and classification of two classes by Laplace's approximation.

#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/gaussian_kernels.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

constexpr const char* kLessCancelling = "train it with more noise (alpha, or a WhiteKernel)";

Predictions predict_process_regressor(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const Points points(estimator.value.attribute("X_train_"));
  const Array alpha = estimator.value.attribute("alpha_").as_array();
  const auto units = alpha.size() / static_cast<std::size_t>(points.count);
  if (alpha.size() != units * static_cast<std::size_t>(points.count))
    estimator.refuse("has other weights than rows", "save the model again");
  const ValueId kernels = process_kernel(estimator, estimator.value.attribute("kernel_"), x, points);
  ValueId y = algebra.product(kernels, alpha.to<double>(), std::vector<double>(units));
  doubt_cancelling(estimator, y, kLessCancelling);
  const auto each = [&](const char* name, double otherwise) {
    const auto saved = estimator.value.find(name);
    std::vector<double> values = !saved             ? std::vector{otherwise}
                                 : saved->is_number() ? std::vector{saved->as_double()} : saved->as_doubles();
    if (values.size() == 1) values.resize(units, values[0]);
    if (values.size() != units) estimator.refuse("has other means than targets", "save the model again");
    return values;
  };
  const char* const mean = estimator.value.has("y_train_mean") ? "y_train_mean" : "_y_train_mean";  // before 0.19
  y = algebra.scaled(y, each("_y_train_std", 1), each(mean, 0));
  const bool is_vector = alpha.shape().size() < 2 || (units == 1 && !saved_before(estimator.value, 1, 1));
  return {is_vector ? as_vector(estimator, y) : y, {}, {}, {}};
}

/// The inverse of a lower triangle [size, size].
std::vector<double> inverse_of_triangle(const std::vector<double>& triangle, std::size_t size) {
  std::vector<double> inverse(size * size);
  for (std::size_t column = 0; column < size; ++column)
    for (std::size_t row = column; row < size; ++row) {
      double sum = row == column ? 1 : 0;
      for (std::size_t k = column; k < row; ++k) sum -= triangle[row * size + k] * inverse[k * size + column];
      inverse[row * size + column] = sum / triangle[row * size + row];
    }
  return inverse;
}

/// How much the latent function may vary at the row: what the kernel says, less what training knows of it.
ValueId latent_variance(const Estimator& estimator, ValueId x, ValueId kernels, std::size_t size) {
  const Algebra algebra(estimator);
  const std::vector<double> root = estimator.value.attribute("W_sr_").as_doubles(),
                            triangle = estimator.value.attribute("L_").as_doubles();
  if (root.size() != size || triangle.size() != size * size)
    estimator.refuse("has other factors than rows", "save the model again");
  std::vector<double> weights = transposed(inverse_of_triangle(triangle, size), size, size);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= root[i / size];
  const ValueId known = algebra.product(kernels, weights, std::vector<double>(size));
  const ValueId square = algebra.reshaped(algebra.sum(algebra.apply(F::square, known), 1), {1});
  return algebra.subtract(process_variance(estimator, estimator.value.attribute("kernel_"), x), square);
}

/// A variance; NaN where it is not above zero, as of a kernel that is none: for such rows the library has no answer.
ValueId above_zero(const Estimator& estimator, ValueId variance) {
  const Algebra algebra(estimator);
  const ValueId root = algebra.divide(variance, algebra.apply(F::sqrt, variance));
  estimator.graph.values[root].refuses_missing = true;
  return algebra.apply(F::square, root);
}

/// The sigmoid of a Gaussian, integrated: Williams and Barber write a sigmoid as a sum of five error functions.
ValueId integrated_sigmoid(const Estimator& estimator, ValueId mean, ValueId variance) {
  const std::vector<double> slopes{0.41, 0.4, 0.37, 0.44, 0.39},
      shares{-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654};
  const Algebra algebra(estimator);
  std::vector<double> squares, halves;
  double sum = 0;
  for (const double slope : slopes) squares.push_back(2 * slope * slope);
  for (const double share : shares) halves.push_back(share / 2), sum += share / 2;
  const ValueId widened = algebra.multiply(variance, algebra.constant({5}, squares));
  const ValueId spread = algebra.apply(F::sqrt, algebra.scaled(widened, 1, 1));
  const ValueId steps = algebra.divide(algebra.multiply(mean, algebra.constant({5}, slopes)), spread);
  const ValueId errors = algebra.each(MapFunction::erf, steps);
  return algebra.product(errors, halves, {sum});
}

Predictions predict_binary_process(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Points points(estimator.value.attribute("X_train_"));
  const auto size = static_cast<std::size_t>(points.count);
  std::vector<double> rest = estimator.value.attribute("y_train_").as_doubles();
  const std::vector<double> shares = estimator.value.attribute("pi_").as_doubles();
  if (classes.size() != 2 || rest.size() != size || shares.size() != size)
    estimator.refuse("has other targets than rows of two classes", "save the model again");
  for (std::size_t i = 0; i < size; ++i) rest[i] -= shares[i];
  const ValueId kernels = process_kernel(estimator, estimator.value.attribute("kernel_"), x, points);
  const ValueId mean = algebra.product(kernels, rest, {0});
  doubt_cancelling(estimator, mean, kLessCancelling);
  const ValueId second = integrated_sigmoid(
      estimator, mean, above_zero(estimator, latent_variance(estimator, x, kernels, size)));
  doubt_cancelling(estimator, second, kLessCancelling);
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = predict_from_scores(estimator, classes, mean);
  result.predict_proba = beside_complement(estimator, second);
  return result;
}

/// One model of two classes, or several.
Predictions predict_process_classifier(const Estimator& estimator, ValueId x) {
  const Predictions made = ask_member(estimator, estimator.value.attribute("base_estimator_"), "binary", x);
  const Array classes = estimator.value.attribute("classes_").as_array();
  Predictions result;
  result.labels = label_texts(classes);
  const Labels labels = labels_of(estimator, made);
  result.predict = made.predict;
  if (label_texts(labels.classes) != result.labels)
    result.predict = decode_labels(estimator, chosen_classes(classes, numbers_of_classes(
        estimator, labels.classes, static_cast<std::int64_t>(classes.size()))), labels.index);
  const bool is_one_vs_one = classes.size() > 2 && text_of(estimator.value, "multi_class") == "one_vs_one";
  if (!is_one_vs_one) result.predict_proba = made.predict_proba;
  return result;
}

}  // namespace

std::span<const SklearnClass> gaussian_process_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("GaussianProcessRegressor", predict_process_regressor,
                "alpha copy_X_train kernel n_restarts_optimizer n_targets normalize_y optimizer random_state"),
      predictor("GaussianProcessClassifier", predict_process_classifier,
                "copy_X_train kernel max_iter_predict multi_class n_jobs n_restarts_optimizer optimizer random_state "
                "warm_start"),
      predictor("_BinaryGaussianProcessClassifierLaplace", predict_binary_process,
                "copy_X_train kernel max_iter_predict n_restarts_optimizer optimizer random_state warm_start"),
  };
  return kRows;
}

}  // namespace nacre::tools
