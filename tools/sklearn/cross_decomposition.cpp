// Partial least squares: projections of rows and targets that vary together.

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"

namespace nacre::tools {
namespace {

/// Rows less their mean, divided by their deviations where `scaled`.
ValueId centred_rows(const Estimator& estimator, ValueId x, bool scaled) {
  const std::vector<double> mean = estimator.value.attribute({"_x_mean", "x_mean_"}).as_doubles();
  std::vector<double> scale{1};
  if (scaled) scale = estimator.value.attribute({"_x_std", "x_std_"}).as_doubles();
  for (double& each : scale) each = 1 / each;
  return add_affine(estimator.graph, x, mean, scale, {0}, estimator.name + ".center");
}

/// A saved matrix [inputs, outputs].
struct SavedMatrix {
  std::vector<double> values;
  std::size_t outputs;

  SavedMatrix(const Estimator& estimator, std::string_view name, std::int64_t inputs, bool is_transposed = false) {
    const Array array = estimator.value.attribute(name).as_array();
    const auto rows = static_cast<std::size_t>(inputs);
    if (array.shape().size() != 2 || array.shape()[is_transposed ? 1 : 0] != inputs)
      estimator.refuse("has a " + std::string(name) + " of another shape than it needs", "save the model again");
    outputs = array.size() / rows;
    values = is_transposed ? transposed(array.to<double>(), outputs, rows) : array.to<double>();
  }
};

ValueId transform_by_rotations(const Estimator& estimator, ValueId x) {
  const SavedMatrix rotations(estimator, "x_rotations_", estimator.graph.type(x).last());
  return Algebra(estimator).product(centred_rows(estimator, x, true), rotations.values,
                                    std::vector<double>(rotations.outputs));
}

/// PLSSVD has weights alone.
ValueId transform_by_weights(const Estimator& estimator, ValueId x) {
  const SavedMatrix weights(estimator, "x_weights_", estimator.graph.type(x).last());
  return Algebra(estimator).product(centred_rows(estimator, x, true), weights.values,
                                    std::vector<double>(weights.outputs));
}

/// Coefficients were [features, targets] before 1.1, since then [targets, features]; and of rows that
/// are divided by their deviations before 1.5.
Predictions predict_cross_decomposition(const Estimator& estimator, ValueId x) {
  const std::int64_t features = estimator.graph.type(x).last();
  const bool is_scaled = saved_before(estimator.value, 1, 5), has_own = estimator.value.has("_coef_");
  const SavedMatrix coefficients(estimator, has_own ? "_coef_" : "coef_", features,
                            has_own || !saved_before(estimator.value, 1, 1));
  const char* const bias = estimator.value.has("intercept_") ? "intercept_"
                           : estimator.value.has("_y_mean")  ? "_y_mean" : "y_mean_";
  const ValueId y = Algebra(estimator).product(centred_rows(estimator, x, is_scaled), coefficients.values,
                                               estimator.value.attribute(bias).as_doubles());
  const bool is_vector = number_of(estimator.value, "_predict_1d").value_or(0) != 0;
  Predictions result;
  result.predict = is_vector ? as_vector(estimator, y) : y;
  result.transform = transform_by_rotations(estimator, x);
  return result;
}

}  // namespace

std::span<const SklearnClass> cross_decomposition_classes() {
  static constexpr const char* kParameters = "algorithm copy max_iter n_components norm_y_weights scale tol";
  static constexpr SklearnClass kRows[] = {
      both("PLSRegression", transform_by_rotations, predict_cross_decomposition, kParameters),
      both("PLSCanonical", transform_by_rotations, predict_cross_decomposition, kParameters),
      both("CCA", transform_by_rotations, predict_cross_decomposition, kParameters),
      transformer("PLSSVD", transform_by_weights, "copy n_components scale"),
  };
  return kRows;
}

}  // namespace nacre::tools
