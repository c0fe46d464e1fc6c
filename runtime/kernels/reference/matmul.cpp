#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/broadcast.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

float next_sum(float a, float b, float sum) { return numerics::multiply_add(a, b, sum); }
double next_sum(double a, double b, double sum) { return numerics::multiply_add(a, b, sum); }
/// Of integers modulo 2^32: as numbers without signs they have the same bits.
std::uint32_t next_sum(std::uint32_t a, std::uint32_t b, std::uint32_t sum) { return a * b + sum; }

/// One matrix: row by row of y, so that b is read in the order in which it lies.
template <typename T>
void multiply(const T* a, const T* b, T* y, const std::uint32_t (&lengths)[3], bool transposed) {
  const auto [rows, depth, columns] = lengths;
  for (std::uint32_t row = 0; row < rows; ++row, a += depth, y += columns) {
    for (std::uint32_t n = 0; n < columns; ++n) y[n] = 0;
    if (transposed) {
      for (std::uint32_t n = 0; n < columns; ++n)
        for (std::uint32_t k = 0; k < depth; ++k) y[n] = next_sum(a[k], b[n * depth + k], y[n]);
    } else {
      for (std::uint32_t k = 0; k < depth; ++k)
        for (std::uint32_t n = 0; n < columns; ++n) y[n] = next_sum(a[k], b[k * columns + n], y[n]);
    }
  }
}

template <typename T>
Status multiply_all(const Layer& layer) {
  const bool transposed = layer.parameters<parameters::MatMul>().transposed;
  const Shape of_a = layer.input_shape(0), of_b = layer.input_shape(1), to = layer.output_shape(0);
  const std::uint32_t lengths[] = {to[to.rank() - 2], of_a.last(), to.last()};
  const std::uint32_t step = lengths[0] * lengths[2], count = to.size() / step;
  for (std::uint32_t i = 0; i < count; ++i)
    multiply(layer.input<T>(0) + broadcast_place(i, to, of_a, 2, lengths[0] * lengths[1]),
             layer.input<T>(1) + broadcast_place(i, to, of_b, 2, lengths[1] * lengths[2]),
             layer.output<T>(0) + i * step, lengths, transposed);
  return Status::ok;
}

}  // namespace

Status matmul_f32(const Layer& layer) { return multiply_all<float>(layer); }
Status matmul_f64(const Layer& layer) { return multiply_all<double>(layer); }
Status matmul_i32(const Layer& layer) { return multiply_all<std::uint32_t>(layer); }

}  // namespace nacre::reference
