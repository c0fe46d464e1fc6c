// KernelRidge: a sum of kernels between the row and those of training.

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/kernels.hpp"

namespace nacre::tools {
namespace {

Predictions predict_kernel_ridge(const Estimator& estimator, ValueId x) {
  const Points points(estimator.value.attribute("X_fit_"));
  const Array coefficients = estimator.value.attribute("dual_coef_").as_array();
  const bool is_matrix = coefficients.shape().size() == 2;
  const auto units = static_cast<std::size_t>(is_matrix ? coefficients.shape()[1] : 1);
  if (coefficients.size() != static_cast<std::size_t>(points.count) * units)
    estimator.refuse("has other coefficients than rows", "save the model again");
  const ValueId kernels = kernel_values(estimator, x, points, read_kernel(estimator, points.width));
  const ValueId y =
      Algebra(estimator).product(kernels, coefficients.to<double>(), std::vector<double>(units));
  doubt_cancelling(estimator, y, "train it with a larger alpha");
  return {is_matrix ? y : as_vector(estimator, y), {}, {}, {}};
}

}  // namespace

std::span<const SklearnClass> kernel_ridge_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("KernelRidge", predict_kernel_ridge, "alpha coef0 degree gamma kernel kernel_params"),
  };
  return kRows;
}

}  // namespace nacre::tools
