#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/bias.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/products.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

/// Adds the products of a vector with all weights to the sums at y.
void add_all(const float* x, std::uint32_t depth, const float* weights, float* y, std::uint32_t units) {
  add_products(x, depth, weights, units, y, units);
}
void add_all(const double* x, std::uint32_t depth, const double* weights, double* y, std::uint32_t units) {
  for (std::uint32_t d = 0; d < depth; ++d, weights += units) {
    const double factor = x[d];  // y is apart from it, which the compiler does not know
    for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = numerics::multiply_add(factor, weights[unit], y[unit]);
  }
}

template <typename Real>
Status fully_connected(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const Real *x = layer.input<Real>(0), *weights = layer.input<Real>(1), *bias = layer.input<Real>(2);
  Real* y = layer.output<Real>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += depth, y += units) {
    for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = first_of_sum(bias[unit]);
    add_all(x, depth, weights, y, units);
    for (std::uint32_t unit = 0; unit < units; ++unit)
      y[unit] = clamp<Real>(with_bias(y[unit], bias[unit]), p.minimum, p.maximum);
  }
  return Status::ok;
}

}  // namespace

Status fully_connected_f32(const Layer& layer) { return fully_connected<float>(layer); }
Status fully_connected_f64(const Layer& layer) { return fully_connected<double>(layer); }

Status fully_connected_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  const std::int32_t* bias = layer.input<std::int32_t>(2);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const std::int32_t of_all[] = {p.multiplier, p.shift};
  const bool has_each = layer.has_input(3);
  const unsigned rescale_step = has_each ? 2 : 0;
  for (std::uint32_t row = 0; row < rows; ++row, x += depth) {
    const std::int8_t* w = layer.input<std::int8_t>(1);
    const std::int32_t* rescale = has_each ? layer.input<std::int32_t>(3) : of_all;
    for (std::uint32_t unit = 0; unit < units; ++unit, rescale += rescale_step) {
      std::uint32_t sum = bias[unit];
      for (std::uint32_t d = 0; d < depth; ++d) sum += x[d] * *w++;
      *y++ = rescale_to_int8(sum, rescale, p.output_zero_point, p.output_minimum, p.output_maximum);
    }
  }
  return Status::ok;
}

Status fully_connected_i16(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const std::int16_t* x = layer.input<std::int16_t>(0);
  const std::int32_t* bias = layer.input<std::int32_t>(2);
  std::int16_t* y = layer.output<std::int16_t>(0);
  const std::int32_t of_all[] = {p.multiplier, p.shift};
  const bool has_each = layer.has_input(3);
  for (std::uint32_t row = 0; row < rows; ++row, x += depth) {
    const std::int8_t* w = layer.input<std::int8_t>(1);
    const std::int32_t* rescale = has_each ? layer.input<std::int32_t>(3) : of_all;
    for (std::uint32_t unit = 0; unit < units; ++unit, rescale += has_each ? 2 : 0) {
      std::int64_t sum = bias[unit];
      for (std::uint32_t d = 0; d < depth; ++d) sum += x[d] * *w++;
      *y++ = has_each ? rescale_whole_to_int16(sum, rescale, p.minimum, p.maximum)
                      : rescale_to_int16(sum, rescale, p.minimum, p.maximum);
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
