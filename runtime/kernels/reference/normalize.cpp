#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

/// The exponent of the largest magnitude, kept where its power of two and the reciprocal are normal.
std::int32_t largest_exponent(const float* x, std::uint32_t width) {
  float largest = 0;
  for (std::uint32_t i = 0; i < width; ++i)
    largest = numerics::absolute(x[i]) > largest ? numerics::absolute(x[i]) : largest;
  const auto exponent = static_cast<std::int32_t>(numerics::to_bits(largest) >> 23) - 127;
  return exponent < -126 ? -126 : exponent > 126 ? 126 : exponent;
}

/// Squares of elements far from 1 leave float32: where there are any, all elements are scaled by a power of two.
float euclidean(const float* x, std::uint32_t width) {
  const std::int32_t exponent = largest_exponent(x, width);
  const bool is_far = exponent < -40 || exponent > 50;
  float squares = 0;
  for (std::uint32_t i = 0; i < width; ++i) {
    const float scaled = is_far ? numerics::scale(x[i], -exponent) : x[i];
    squares = numerics::fma(scaled, scaled, squares);
  }
  const float norm = numerics::sqrt(squares);
  return is_far ? numerics::scale(norm, exponent) : norm;
}

double euclidean(const double* x, std::uint32_t width) {
  double squares = 0;
  for (std::uint32_t i = 0; i < width; ++i) squares = numerics::multiply_add(x[i], x[i], squares);
  return numerics::sqrt(squares);
}

template <typename Real>
Real norm_of(Norm kind, const Real* x, std::uint32_t width) {
  if (kind == Norm::l2) return euclidean(x, width);
  Real norm = kind == Norm::largest ? x[0] : 0;
  for (std::uint32_t i = 0; i < width; ++i) {
    const Real value = kind == Norm::largest ? x[i] : numerics::absolute(x[i]);
    if (kind == Norm::l1) norm = numerics::plus(norm, value);
    else norm = value > norm || value != value ? value : norm;
  }
  return norm;
}

template <typename Real>
Status normalize(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Normalize>();
  const std::uint32_t rows = rows_of(layer), width = width_of(layer);
  const Real* x = layer.input<Real>(0);
  Real* y = layer.output<Real>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += width, y += width) {
    const Real norm = norm_of(p.norm, x, width);
    const bool stays = norm == 0 || numerics::absolute(norm) < static_cast<Real>(p.least);
    for (std::uint32_t i = 0; i < width; ++i)
      y[i] = !stays ? x[i] / norm : (p.uniform ? 1 / static_cast<Real>(width) : x[i]);
  }
  return Status::ok;
}

}  // namespace

Status normalize_f32(const Layer& layer) { return normalize<float>(layer); }
Status normalize_f64(const Layer& layer) { return normalize<double>(layer); }

}  // namespace nacre::reference
