// Features whose products come near to a kernel, and KernelPCA and KernelCenterer, which take kernels themselves.

#include <cmath>
#include <numbers>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/kernels.hpp"
#include "tools/sklearn/projections.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// A kernel by name, with parameters that no dictionary gives.
ValueId kernel_of(const Estimator& estimator, ValueId x, const Points& points) {
  if (const auto more = estimator.value.find("kernel_params"); more && !more->is_none() && more->size() != 0)
    estimator.refuse("has a kernel with kernel_params", "use gamma, coef0 and degree");
  return kernel_values(estimator, x, points, read_kernel(estimator, points.width));
}

/// The kernel less its mean over the training rows, that of this row, and plus that of all.
struct Centre {
  std::vector<double> rows;
  double all;

  explicit Centre(const Value& centerer)
      : rows(centerer.attribute("K_fit_rows_").as_doubles()), all(centerer.attribute("K_fit_all_").as_double()) {}
};

ValueId centred(const Estimator& estimator, const Centre& centre, ValueId kernels) {
  const auto count = static_cast<std::int64_t>(centre.rows.size());
  if (count != estimator.graph.type(kernels).last())
    estimator.refuse("centres kernels of other rows", "save the model again");
  const Algebra algebra(estimator);
  const ValueId mean = algebra.reshaped(algebra.reduce(ReduceFunction::mean, kernels, 1), {1});
  const ValueId less = algebra.subtract(algebra.subtract(kernels, algebra.constant({count}, centre.rows)), mean);
  return algebra.scaled(less, 1, centre.all);
}

ValueId transform_kernel_centerer(const Estimator& estimator, ValueId x) {
  return centred(estimator, Centre(estimator.value), x);
}

/// The last layer adds up what nearly cancels: in float64, as the library does.
ValueId combined(const Estimator& estimator, ValueId kernels, const Matrix& weights) {
  const ValueId y = projected(estimator, kernels, {}, weights);
  estimator.graph.doubts.push_back({estimator.graph.nodes.back().name, "kernels cancel each other in its sum",
                                    "keep fewer components", true});
  return y;
}

ValueId transform_nystroem(const Estimator& estimator, ValueId x) {
  const Points points(estimator.value.attribute("components_"));
  const Matrix weights = Matrix(estimator.value.attribute("normalization_")).transposed();
  const ValueId kernels = kernel_of(estimator, x, points);
  return combined(estimator.with(estimator.value, "normalize"), kernels, weights);
}

ValueId transform_kernel_pca(const Estimator& estimator, ValueId x) {
  const Value& value = estimator.value;
  Matrix vectors(value.attribute({"eigenvectors_", "alphas_"}));
  const std::vector<double> values = value.attribute({"eigenvalues_", "lambdas_"}).as_doubles();
  if (values.size() != vectors.columns) estimator.refuse("has arrays of different lengths", "save the model again");
  for (std::size_t r = 0; r < vectors.rows; ++r)
    for (std::size_t c = 0; c < vectors.columns; ++c)
      vectors.at(r, c) = values[c] > 0 ? vectors.at(r, c) / std::sqrt(values[c]) : 0;
  const bool is_given = text_of(value, "kernel") == "precomputed";
  const ValueId kernels = is_given ? x : kernel_of(estimator, x, Points(value.attribute("X_fit_")));
  return combined(estimator, centred(estimator, Centre(value.attribute("_centerer")), kernels), vectors);
}

/// cos(x . weights + offset) * factor, for the two samplers of random waves.
ValueId waves(const Estimator& estimator, ValueId x) {
  const Matrix weights(estimator.value.attribute("random_weights_"));
  const std::vector<double> offset = estimator.value.attribute("random_offset_").as_doubles();
  if (static_cast<std::int64_t>(weights.rows) != estimator.graph.type(x).last() || offset.size() != weights.columns)
    estimator.refuse("has arrays of different lengths", "save the model again");
  const Algebra algebra(estimator);
  return algebra.scaled(algebra.cosine(algebra.product(x, weights.values, offset)),
                        std::sqrt(2 / static_cast<double>(weights.columns)));
}

ValueId transform_skewed_chi2(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const double skewedness = estimator.value.attribute("skewedness").as_double();
  const ValueId logarithm = algebra.apply(F::log, algebra.scaled(x, 1, skewedness));
  estimator.graph.values[logarithm].refuses_missing = estimator.graph.values[logarithm].refuses_infinite = true;
  return waves(estimator, logarithm);
}

double interval_of(const Estimator& estimator, std::int64_t steps) {
  for (const char* name : {"sample_interval_", "sample_interval"})
    if (const auto stated = number_of(estimator.value, name)) return *stated;
  if (steps < 1 || steps > 3) estimator.refuse("does not state its sample_interval", "save the model again");
  return steps == 1 ? 0.8 : steps == 2 ? 0.5 : 0.4;
}

/// sqrt(x) and waves of its logarithm; of 0 all are 0. The library raises an error for what is negative.
ValueId transform_additive_chi2(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const std::int64_t steps = estimator.value.attribute("sample_steps").as_int();
  const double interval = interval_of(estimator, steps);
  const ValueId root = algebra.apply(F::sqrt, x);
  estimator.graph.values[root].refuses_missing = true;
  const ValueId logarithm = algebra.apply(F::log, algebra.where(x, x, algebra.constant({1}, {1})));
  std::vector<ValueId> parts{algebra.scaled(root, std::sqrt(interval))};
  for (std::int64_t step = 1; step < steps; ++step) {
    const double frequency = static_cast<double>(step) * interval;
    const double size = std::sqrt(2 * interval / std::cosh(std::numbers::pi * frequency));
    const ValueId sized = algebra.scaled(root, size), angle = algebra.scaled(logarithm, frequency);
    parts.push_back(algebra.multiply(sized, algebra.cosine(angle)));
    parts.push_back(algebra.multiply(sized, algebra.sine(angle)));
  }
  return algebra.join(parts);
}

/// Each feature, with its sign, added to one of the components.
ValueId count_sketch(const Estimator& estimator, ValueId x, std::size_t round, std::int64_t components) {
  const Matrix places(estimator.value.attribute("indexHash_")), signs(estimator.value.attribute("bitHash_"));
  const auto features = static_cast<std::size_t>(estimator.graph.type(x).last());
  const double gamma = std::sqrt(estimator.value.attribute("gamma").as_double()),
               constant = std::sqrt(estimator.value.attribute("coef0").as_double());
  const auto width = static_cast<std::size_t>(components);
  if (places.columns != features + (constant != 0 ? 1 : 0) || signs.columns != places.columns || round >= signs.rows ||
      round >= places.rows)
    estimator.refuse("has hashes of other features", "save the model again");
  Matrix weights(features, width);
  std::vector<double> bias(width);
  for (std::size_t f = 0; f < places.columns; ++f) {
    const double place = places.at(round, f);
    if (!(place >= 0 && place < static_cast<double>(components)))
      estimator.refuse("has a hash beyond its components", "save the model again");
    const auto c = static_cast<std::size_t>(place);
    if (f < features) weights.at(f, c) += gamma * signs.at(round, f);
    else bias[c] += constant * signs.at(round, f);
  }
  return Algebra(estimator).product(x, weights.values, bias);
}

/// The product of sketches that the library takes by way of their Fourier transforms: y[k] = sum a[i] b[k - i].
ValueId transform_count_sketch(const Estimator& estimator, ValueId x) {
  constexpr std::int64_t kMost = 1024;
  const std::int64_t components = estimator.value.attribute("n_components").as_int(),
                     degree = estimator.value.attribute("degree").as_int();
  if (components < 1 || components > kMost || degree < 1 || degree > 64)
    estimator.refuse("has more than 1024 components, or a degree above 64", "use fewer");
  const Algebra algebra(estimator);
  std::vector<std::int64_t> around;
  for (std::int64_t i = 0; i < components; ++i)
    for (std::int64_t k = 0; k < components; ++k) around.push_back((k - i + components) % components);
  ValueId y = count_sketch(estimator, x, 0, components);
  for (std::int64_t round = 1; round < degree; ++round) {
    const ValueId sketch = count_sketch(estimator, x, static_cast<std::size_t>(round), components);
    const ValueId turned = algebra.reshaped(algebra.columns(sketch, around), {components, components});
    y = algebra.sum(algebra.multiply(turned, algebra.reshaped(y, {components, 1})), 1);
  }
  return y;
}

}  // namespace

std::span<const SklearnClass> kernel_approximation_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("Nystroem", transform_nystroem,
                  "coef0 degree gamma kernel kernel_params n_components n_jobs random_state"),
      transformer("RBFSampler", waves, "gamma n_components random_state"),
      transformer("SkewedChi2Sampler", transform_skewed_chi2, "n_components random_state skewedness"),
      transformer("AdditiveChi2Sampler", transform_additive_chi2, "sample_interval sample_steps", kTakesAnyWidth),
      transformer("PolynomialCountSketch", transform_count_sketch, "coef0 degree gamma n_components random_state"),
      transformer("KernelPCA", transform_kernel_pca,
                  "alpha coef0 copy_X degree eigen_solver fit_inverse_transform gamma iterated_power kernel "
                  "kernel_params max_iter n_components n_jobs random_state remove_zero_eig tol"),
      transformer("KernelCenterer", transform_kernel_centerer, ""),
  };
  return kRows;
}

}  // namespace nacre::tools
