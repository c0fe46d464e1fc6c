#include "tools/sklearn/gaussian_kernels.hpp"

#include <cmath>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

double positive(const Estimator& estimator, const Value& kernel, const char* name) {
  const double number = kernel.attribute(name).as_double();
  if (!(number > 0)) estimator.refuse(std::string("has a kernel whose ") + name + " is not above 0", "train it again");
  return number;
}

/// Rows divided by the length scale, one for all columns or one for each.
struct Scaled {
  ValueId x;
  Points points;
};

Scaled scaled_by_length(const Estimator& estimator, const Value& kernel, ValueId x, Points points) {
  const std::vector<double> scale = kernel.attribute("length_scale").is_number()
                                        ? std::vector{kernel.attribute("length_scale").as_double()}
                                        : kernel.attribute("length_scale").as_doubles();
  if (scale.size() != 1 && scale.size() != static_cast<std::size_t>(points.width))
    estimator.refuse("has a kernel with other length scales than features", "save the model again");
  for (std::size_t i = 0; i < points.values.size(); ++i) points.values[i] /= scale[i % scale.size()];
  const Algebra algebra(estimator);
  return {algebra.divide(x, algebra.constant({static_cast<std::int64_t>(scale.size())}, scale)), std::move(points)};
}

ValueId scaled_squares(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points) {
  const Scaled scaled = scaled_by_length(estimator, kernel, x, points);
  return squared_distances(estimator, scaled.x, scaled.points);
}

ValueId matern(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  const double nu = kernel.attribute("nu").as_double();
  const ValueId squares = scaled_squares(estimator, kernel, x, points);
  if (std::isinf(nu)) return algebra.apply(F::exponential, algebra.scaled(squares, -0.5));
  if (nu != 0.5 && nu != 1.5 && nu != 2.5)
    estimator.refuse("has a Matern kernel with another nu than 0.5, 1.5, 2.5 or inf, which needs Bessel functions",
                     "train it with one of these");
  const ValueId distance = algebra.scaled(algebra.apply(F::sqrt, squares), std::sqrt(2 * nu));
  const ValueId decay = algebra.apply(F::exponential, algebra.scaled(distance, -1));
  if (nu == 0.5) return decay;
  ValueId polynomial = algebra.scaled(distance, 1, 1);
  if (nu == 2.5) polynomial = algebra.add(polynomial, algebra.scaled(algebra.apply(F::square, distance), 1.0 / 3));
  return algebra.multiply(polynomial, decay);
}

ValueId rational_quadratic(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  const double alpha = positive(estimator, kernel, "alpha"), length = positive(estimator, kernel, "length_scale");
  const ValueId base =
      algebra.scaled(squared_distances(estimator, x, points), 1 / (2 * alpha * length * length), 1);
  return algebra.power(base, -alpha);
}

/// sin²(pi t), by the series of the sine between -pi / 2 and pi / 2: float64 has no other.
ValueId square_of_sine(const Estimator& estimator, ValueId turns) {
  constexpr int kTerms = 12;
  const Algebra algebra(estimator);
  const ValueId angle =
      algebra.scaled(algebra.subtract(turns, algebra.each(MapFunction::nearest, turns)), M_PI);
  const ValueId square = algebra.apply(F::square, angle);
  ValueId sum = algebra.scaled(square, 0, 1);
  for (int n = kTerms; n > 0; --n) {  // sin a = a (1 - a²/6 (1 - a²/20 (…)))
    const ValueId term = algebra.multiply(algebra.scaled(square, -1.0 / (2 * n * (2 * n + 1))), sum);
    sum = algebra.scaled(term, 1, 1);
  }
  return algebra.apply(F::square, algebra.multiply(angle, sum));
}

ValueId exponential_of_sine(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  const double length = positive(estimator, kernel, "length_scale"), period = positive(estimator, kernel,
                                                                                      "periodicity");
  const ValueId distance = algebra.apply(F::sqrt, squared_distances(estimator, x, points));
  const ValueId wave = square_of_sine(estimator, algebra.scaled(distance, 1 / period));
  return algebra.apply(F::exponential, algebra.scaled(wave, -2 / (length * length)));
}

ValueId dot_product(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points) {
  const auto count = static_cast<std::size_t>(points.count);
  const double offset = std::pow(kernel.attribute("sigma_0").as_double(), 2);
  return Algebra(estimator).product(x, transposed(points.values, count, static_cast<std::size_t>(points.width)),
                                    std::vector<double>(count, offset));
}

/// Whether a kernel that two are composed to has them as `k1` and `k2`.
bool is_pair(const std::string& name) { return name == "Sum" || name == "Product"; }

[[noreturn]] void refuse_kernel(const Estimator& estimator, const Value& kernel) {
  estimator.refuse("has the kernel " + kernel.class_name() + ", which is not read",
                   "use ConstantKernel, WhiteKernel, RBF, Matern, RationalQuadratic, ExpSineSquared, DotProduct, or "
                   "sums, products and powers of them");
}

}  // namespace

ValueId process_kernel(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  const std::string name = sklearn_class(kernel);
  const auto even = [&](double value) {
    return algebra.constant({1, points.count}, std::vector<double>(static_cast<std::size_t>(points.count), value));
  };
  if (is_pair(name)) {
    const ValueId a = process_kernel(estimator, kernel.attribute("k1"), x, points),
                  b = process_kernel(estimator, kernel.attribute("k2"), x, points);
    return name == "Sum" ? algebra.add(a, b) : algebra.multiply(a, b);
  }
  if (name == "Exponentiation")
    return algebra.power(process_kernel(estimator, kernel.attribute("kernel"), x, points),
                         kernel.attribute("exponent").as_double());
  if (name == "ConstantKernel") return even(kernel.attribute("constant_value").as_double());
  if (name == "WhiteKernel") return even(0);  // noise of a row with itself alone
  if (name == "RBF")
    return algebra.apply(F::exponential, algebra.scaled(scaled_squares(estimator, kernel, x, points), -0.5));
  if (name == "Matern") return matern(estimator, kernel, x, points);
  if (name == "RationalQuadratic") return rational_quadratic(estimator, kernel, x, points);
  if (name == "ExpSineSquared") return exponential_of_sine(estimator, kernel, x, points);
  if (name == "DotProduct") return dot_product(estimator, kernel, x, points);
  refuse_kernel(estimator, kernel);
}

ValueId process_variance(const Estimator& estimator, const Value& kernel, ValueId x) {
  const Algebra algebra(estimator);
  const std::string name = sklearn_class(kernel);
  if (is_pair(name)) {
    const ValueId a = process_variance(estimator, kernel.attribute("k1"), x),
                  b = process_variance(estimator, kernel.attribute("k2"), x);
    return name == "Sum" ? algebra.add(a, b) : algebra.multiply(a, b);
  }
  if (name == "Exponentiation")
    return algebra.power(process_variance(estimator, kernel.attribute("kernel"), x),
                         kernel.attribute("exponent").as_double());
  if (name == "ConstantKernel") return algebra.constant({1, 1}, {kernel.attribute("constant_value").as_double()});
  if (name == "WhiteKernel") return algebra.constant({1, 1}, {kernel.attribute("noise_level").as_double()});
  if (name == "DotProduct") {
    const ValueId square = algebra.reshaped(algebra.sum(algebra.apply(F::square, x), 1), {1});
    return algebra.scaled(square, 1, std::pow(kernel.attribute("sigma_0").as_double(), 2));
  }
  if (name == "RBF" || name == "Matern" || name == "RationalQuadratic" || name == "ExpSineSquared")
    return algebra.constant({1, 1}, {1});
  refuse_kernel(estimator, kernel);
}

}  // namespace nacre::tools
