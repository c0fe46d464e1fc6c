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

/// One matrix of int8: sums that wrap, of elements of a less the zero point of their row.
void multiply(const std::int8_t* a, const std::int8_t* b, std::int32_t* y, const std::uint32_t (&lengths)[3],
              bool transposed, const std::int32_t* zero_points) {
  const auto [rows, depth, columns] = lengths;
  const std::uint32_t along = transposed ? 1 : columns, to_next = transposed ? depth : 1;
  for (std::uint32_t row = 0; row < rows; ++row, a += depth) {
    const std::uint32_t zero_point = zero_points == nullptr ? 0 : static_cast<std::uint32_t>(zero_points[row]);
    for (std::uint32_t n = 0; n < columns; ++n) {
      const std::int8_t* w = b + n * to_next;
      std::uint32_t sum = 0, weights = 0;
      for (std::uint32_t k = 0; k < depth; ++k, w += along) sum += a[k] * *w, weights += *w;
      *y++ = static_cast<std::int32_t>(sum - zero_point * weights);
    }
  }
}

}  // namespace

Status matmul_f32(const Layer& layer) { return multiply_all<float>(layer); }
Status matmul_f64(const Layer& layer) { return multiply_all<double>(layer); }
Status matmul_i32(const Layer& layer) { return multiply_all<std::uint32_t>(layer); }


Status matmul_i8(const Layer& layer) {
  const bool transposed = layer.parameters<parameters::MatMul>().transposed;
  const Shape of_a = layer.input_shape(0), of_b = layer.input_shape(1), to = layer.output_shape(0);
  const std::uint32_t lengths[] = {to[to.rank() - 2], of_a.last(), to.last()};
  const std::uint32_t step = lengths[0] * lengths[2], count = to.size() / step;
  const std::int32_t* const zero_points = layer.has_input(2) ? layer.input<std::int32_t>(2) : nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t first_row = broadcast_place(i, to, of_a, 2, lengths[0]);
    multiply(layer.input<std::int8_t>(0) + first_row * lengths[1],
             layer.input<std::int8_t>(1) + broadcast_place(i, to, of_b, 2, lengths[1] * lengths[2]),
             layer.output<std::int32_t>(0) + i * step, lengths, transposed,
             zero_points == nullptr ? nullptr : zero_points + first_row);
  }
  return Status::ok;
}

}  // namespace nacre::reference
