#include "tools/sklearn/kernels.hpp"

#include <cmath>
#include <limits>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

ValueId dot_products(const Estimator& estimator, ValueId x, const Points& points, double factor, double offset) {
  const auto count = static_cast<std::size_t>(points.count);
  std::vector<double> weights = transposed(points.values, count, static_cast<std::size_t>(points.width));
  for (double& weight : weights) weight *= factor;
  return Algebra(estimator).product(x, weights, std::vector<double>(count, offset));
}

/// x to the power of a whole number, by squares as the library does.
ValueId raised(const Estimator& estimator, ValueId x, double degree) {
  if (!(degree >= 0) || degree > 64 || degree != std::floor(degree))
    estimator.refuse("has a degree that is no whole number from 0 to 64", "train it with a smaller whole degree");
  const Algebra algebra(estimator);
  std::optional<ValueId> result;
  ValueId power = x;
  for (auto rest = static_cast<unsigned>(degree); rest > 0; rest /= 2) {
    if (rest % 2 == 1) result = result ? algebra.multiply(*result, power) : power;
    if (rest > 1) power = algebra.apply(F::square, power);
  }
  return result ? *result : algebra.scaled(x, 0, 1);
}

ValueId cosines(const Estimator& estimator, ValueId x, Points points) {
  const auto width = static_cast<std::size_t>(points.width);
  for (std::size_t row = 0; row < static_cast<std::size_t>(points.count); ++row) {
    double square = 0;
    for (std::size_t i = 0; i < width; ++i) square += std::pow(points.values[row * width + i], 2);
    for (std::size_t i = 0; i < width && square > 0; ++i) points.values[row * width + i] /= std::sqrt(square);
  }
  const Algebra algebra(estimator);
  const ValueId norm = algebra.reshaped(algebra.apply(F::sqrt, algebra.sum(algebra.apply(F::square, x), 1)), {1});
  // Since 1.0 rows of rounding noise stay as they are, as rows of zeros do.
  const double least = saved_before(estimator.value, 1, 0) ? 0 : 10 * std::numeric_limits<double>::epsilon();
  const ValueId divisor = algebra.where(algebra.exceeds(norm, least), norm, algebra.constant({1}, {1}));
  return dot_products(estimator, algebra.divide(x, divisor), points, 1, 0);
}

}  // namespace

ValueId kernel_values(const Estimator& estimator, ValueId x, const Points& points, const KernelOf& kernel) {
  const Algebra algebra(estimator);
  if (estimator.graph.type(x).last() != points.width)
    estimator.refuse("keeps rows of another width than it takes", "save the model again");
  if (kernel.name == "linear") return dot_products(estimator, x, points, 1, 0);
  if (kernel.name == "poly" || kernel.name == "polynomial")
    return raised(estimator, dot_products(estimator, x, points, kernel.gamma, kernel.coef0), kernel.degree);
  if (kernel.name == "sigmoid")
    return algebra.apply(F::tanh, dot_products(estimator, x, points, kernel.gamma, kernel.coef0));
  if (kernel.name == "rbf")
    return algebra.apply(F::exponential, algebra.scaled(squared_distances(estimator, x, points), -kernel.gamma));
  if (kernel.name == "laplacian")
    return algebra.apply(F::exponential, algebra.scaled(manhattan_distances(estimator, x, points), -kernel.gamma));
  if (kernel.name == "cosine") return cosines(estimator, x, points);
  estimator.refuse("has the kernel " + kernel.name + ", which is not read",
                   "use linear, poly, rbf, sigmoid, laplacian or cosine");
}

KernelOf read_kernel(const Estimator& estimator, std::int64_t features) {
  KernelOf kernel;
  const Value named = estimator.value.attribute("kernel");
  if (!named.is_string())
    estimator.refuse("has a kernel that is code", "use a kernel that scikit-learn has a name for");
  kernel.name = named.as_string();
  const auto fitted = estimator.value.find("gamma_");  // 1.2 and later keep what None stands for
  kernel.gamma = fitted && fitted->is_number()
                     ? fitted->as_double()
                     : number_of(estimator.value, "gamma").value_or(1.0 / static_cast<double>(features));
  kernel.coef0 = number_of(estimator.value, "coef0").value_or(1);
  kernel.degree = number_of(estimator.value, "degree").value_or(3);
  return kernel;
}

}  // namespace nacre::tools
