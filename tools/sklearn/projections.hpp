#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Numbers in rows and columns.
struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns) : rows(rows), columns(columns), values(rows * columns) {}
  /// Of an array of two dimensions, which may be sparse. Refuses others.
  explicit Matrix(const Value& array);

  double& at(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  Matrix transposed() const;
  Matrix operator*(const Matrix& other) const;
};

/// Of a square matrix. Refuses a singular one.
Matrix inverse_of(const Estimator& estimator, Matrix matrix);

/// (x - mean) . weights; no mean: 0. Doubts means far larger than what is left.
ValueId projected(const Estimator& estimator, ValueId x, const std::vector<double>& mean, const Matrix& weights);

}  // namespace nacre::tools
