// Transformers that multiply rows by a matrix: decompositions, and random projections.

#include "tools/sklearn/projections.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tools/sklearn/families.hpp"

namespace nacre::tools {

Matrix::Matrix(const Value& array) {
  const Array dense = dense_array(array);
  if (dense.shape().size() != 2 || dense.size() == 0) array.refuse("has another shape than rows and columns");
  rows = static_cast<std::size_t>(dense.shape()[0]);
  columns = static_cast<std::size_t>(dense.shape()[1]);
  values = dense.to<double>();
}

Matrix Matrix::transposed() const {
  Matrix result(columns, rows);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) result.at(c, r) = at(r, c);
  return result;
}

Matrix Matrix::operator*(const Matrix& other) const {
  if (columns != other.rows) throw std::logic_error("matrices that do not fit");
  Matrix result(rows, other.columns);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t c = 0; c < other.columns; ++c) result.at(r, c) += at(r, i) * other.at(i, c);
  return result;
}

/// By Gauss and Jordan, with the largest pivot of each column.
Matrix inverse_of(const Estimator& estimator, Matrix matrix) {
  const std::size_t n = matrix.rows;
  Matrix result(n, n);
  for (std::size_t i = 0; i < n; ++i) result.at(i, i) = 1;
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r)
      if (std::abs(matrix.at(r, c)) > std::abs(matrix.at(pivot, c))) pivot = r;
    if (!(std::abs(matrix.at(pivot, c)) > 0))
      estimator.refuse("divides by a matrix that has no inverse", "keep fewer components");
    for (std::size_t i = 0; i < n; ++i) {
      std::swap(matrix.at(c, i), matrix.at(pivot, i));
      std::swap(result.at(c, i), result.at(pivot, i));
    }
    const double divisor = matrix.at(c, c);
    for (std::size_t i = 0; i < n; ++i) matrix.at(c, i) /= divisor, result.at(c, i) /= divisor;
    for (std::size_t r = 0; r < n; ++r) {
      const double factor = matrix.at(r, c);
      if (r == c || factor == 0) continue;
      for (std::size_t i = 0; i < n; ++i) {
        matrix.at(r, i) -= factor * matrix.at(c, i);
        result.at(r, i) -= factor * result.at(c, i);
      }
    }
  }
  return result;
}

ValueId projected(const Estimator& estimator, ValueId x, const std::vector<double>& mean, const Matrix& weights) {
  if (static_cast<std::int64_t>(weights.rows) != estimator.graph.type(x).last() ||
      (!mean.empty() && mean.size() != weights.rows))
    estimator.refuse("has arrays of another number of features", "save the model again");
  if (!mean.empty()) {
    std::vector<double> scale;
    for (std::size_t r = 0; r < weights.rows; ++r) {
      scale.push_back(0);
      for (std::size_t c = 0; c < weights.columns; ++c) scale[r] = std::max(scale[r], std::abs(weights.at(r, c)));
    }
    doubt_large_offsets(estimator.graph, x, mean, scale, estimator.name + ".center");
    x = add_affine(estimator.graph, x, mean, {1}, {0}, estimator.name + ".center");
  }
  return add_fully_connected(estimator.graph, x, weights.values, std::vector<double>(weights.columns),
                             estimator.name);
}

namespace {

std::vector<double> mean_of(const Estimator& estimator) {
  const auto mean = estimator.value.find("mean_");
  return mean && !mean->is_none() ? mean->as_doubles() : std::vector<double>{};
}

/// Components are rows: TruncatedSVD, random projections, and FastICA, which takes the means away where it whitens.
ValueId transform_by_components(const Estimator& estimator, ValueId x) {
  return projected(estimator, x, mean_of(estimator), Matrix(estimator.value.attribute("components_")).transposed());
}

/// The expected factors of a row: x . W (1 + C W)^-1, where W are the components C over the noise of each feature.
ValueId transform_factors(const Estimator& estimator, ValueId x) {
  const Matrix components(estimator.value.attribute("components_"));
  const std::vector<double> noise = estimator.value.attribute("noise_variance_").as_doubles();
  if (noise.size() != components.columns) estimator.refuse("has the noise of other features", "save the model again");
  Matrix weights = components.transposed();
  for (std::size_t f = 0; f < weights.rows; ++f)
    for (std::size_t c = 0; c < weights.columns; ++c) weights.at(f, c) /= noise[f];
  Matrix spread = components * weights;
  for (std::size_t i = 0; i < spread.rows; ++i) spread.at(i, i) += 1;
  return projected(estimator, x, mean_of(estimator), weights * inverse_of(estimator, spread));
}

/// The least squares of a row by the components, with a penalty.
ValueId transform_sparse_components(const Estimator& estimator, ValueId x) {
  const std::vector<double> mean = mean_of(estimator);
  if (mean.empty() || (number_of(estimator.value, "normalize_components") == 0 && saved_before(estimator.value, 0, 22)))
    estimator.refuse("divides by what all rows together give", "train it with normalize_components=True, or later");
  const Matrix components(estimator.value.attribute("components_"));
  Matrix products = components * components.transposed();
  const double alpha = estimator.value.attribute("ridge_alpha").as_double();
  for (std::size_t i = 0; i < products.rows; ++i) products.at(i, i) += alpha;
  return projected(estimator, x, mean, components.transposed() * inverse_of(estimator, products));
}

}  // namespace

std::span<const SklearnClass> projection_classes() {
  static constexpr const char kSparse[] =
      "U_init V_init alpha batch_size callback max_iter max_no_improvement method n_components n_iter n_jobs "
      "normalize_components random_state ridge_alpha shuffle tol verbose";
  static constexpr SklearnClass kRows[] = {
      transformer("TruncatedSVD", transform_by_components,
                  "algorithm n_components n_iter n_oversamples power_iteration_normalizer random_state tol"),
      transformer("FastICA", transform_by_components,
                  "algorithm fun fun_args max_iter n_components random_state tol w_init whiten whiten_solver"),
      transformer("GaussianRandomProjection", transform_by_components,
                  "compute_inverse_components eps n_components random_state"),
      transformer("SparseRandomProjection", transform_by_components,
                  "compute_inverse_components dense_output density eps n_components random_state"),
      transformer("FactorAnalysis", transform_factors,
                  "copy iterated_power max_iter n_components noise_variance_init random_state rotation svd_method tol"),
      transformer("SparsePCA", transform_sparse_components, kSparse),
      transformer("MiniBatchSparsePCA", transform_sparse_components, kSparse),
  };
  return kRows;
}

}  // namespace nacre::tools
