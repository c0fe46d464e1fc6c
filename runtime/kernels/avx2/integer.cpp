#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/broadcast.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx2/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/int8_convolution.hpp"
#include "runtime/kernels/avx2/int8_depthwise.hpp"
#include "runtime/kernels/avx2/int8_integers.hpp"

namespace nacre::avx2 {
namespace {

bool is_int8(std::int32_t x) { return x >= -128 && x <= 127; }

/// Makes the blocks of outputs of an image, whose sums start from what the zero point makes of all weights.
auto integer_blocks_of(std::int32_t* y, std::int32_t zero_point, std::uint32_t pairs) {
  return [=](const auto& weights, std::uint32_t first, std::uint32_t count) {
    constexpr unsigned kVectors = std::decay_t<decltype(weights)>::kCount;
    IntegerBlock<kVectors> block{y + first, count, false, {}};
    for (unsigned v = 0; v < kVectors; ++v)
      block.start[v] = _mm256_mullo_epi32(sum_of_pairs(weights, v, pairs), _mm256_set1_epi32(-zero_point));
    return block;
  };
}

/// One image; what lies outside counts as the zero point, and so adds nothing.
void convolve_integers(const ByteImage& image, std::int32_t* y) {
  const auto make_block = integer_blocks_of(y, image.padding, (image.size() + 1) / 2);
  const bool is_depthwise = image.depth == 1 && image.group_outputs == 1;
  if (!is_depthwise || image.size() > TapsOfRegion::kMost) return convolve_pairs(image, make_block);
  const auto load_taps = [&](std::uint32_t channel, std::uint32_t count, std::uint32_t t) {
    std::int8_t taps[16] = {};
    for (std::uint32_t i = 0; i < count; ++i) taps[i] = image.weights[(channel + i) % image.outputs * image.size() + t];
    return load_bytes(taps);
  };
  convolve_depthwise_pairs<IntegerBlock>(image, load_taps, make_block);
}

/// One matrix: a [rows, depth] and its zero points, of int8, or null.
struct IntegerProduct {
  const std::int8_t *a, *b;
  const std::int32_t* zero_points;
  std::int32_t* y;
  std::uint32_t rows, depth, columns;
  bool is_transposed;  ///< b is [columns, depth]

  void run() const {
    for (std::uint32_t k = 0; k < depth; k += kLongestRow) {
      const std::uint32_t size = depth - k < kLongestRow ? depth - k : kLongestRow;
      if (is_transposed && rows < kFewestRows) multiply_few(k, size);
      else multiply_packed(k, size);
    }
  }

 private:
  WideRowsLess next_row(std::uint32_t k, std::uint32_t size) const { return {a + k, zero_points, depth, size}; }

  void multiply_packed(std::uint32_t k, std::uint32_t size) const {
    for_each_sixteen(0, columns, [&](auto vectors, std::uint32_t n, std::uint32_t count) {
      constexpr unsigned kVectors = decltype(vectors)::kCount;
      PairedWeights<kVectors> weights;
      if (is_transposed)
        weights.pack_rows(b + (n * std::size_t{depth} + k), size, depth, count, b + std::size_t{columns} * depth);
      else
        weights.pack_columns(b + (k * std::size_t{columns} + n), size, columns, count);
      multiply_all_rows(rows, size, weights, next_row(k, size), columns,
                        IntegerBlock<kVectors>{y + n, count, k != 0, {}});
    });
  }

  /// Each row by eight rows of b at a time, where these lie.
  void multiply_few(std::uint32_t k, std::uint32_t size) const {
    WideRows<1> x(size);
    const std::uint32_t padded = (size + 15) / 16 * 16;
    WideRowsLess next = next_row(k, size);
    for (std::uint32_t row = 0; row < rows; ++row) {
      next(x.elements[0]);
      fill(x.elements[0] + size, 0, padded - size);
      for (std::uint32_t n = 0; n < columns; n += 8) {
        const std::uint32_t count = columns - n < 8 ? columns - n : 8;
        const std::int8_t* rows_of_b[8];
        rows_of_weights(b + k, depth, n, columns, rows_of_b);
        const __m256i sums[] = {products_of_eight(x.elements[0], rows_of_b, padded, b + std::size_t{columns} * depth)};
        IntegerBlock<1>{y + n, count, k != 0, {}}.store(row * std::size_t{columns}, sums);
      }
    }
  }
};

}  // namespace

Status conv_integer_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::ConvInteger>();
  const auto window = window_of<parameters::ConvInteger>(layer, 1);
  const std::uint32_t outputs = output_width_of(layer), depth = window.channels() / p.groups;
  const auto* const weights = layer.input<std::int8_t>(1);
  const std::int32_t* const zero_points = layer.has_input(2) ? layer.input<std::int32_t>(2) : nullptr;
  ByteImage image{window, layer.input<std::int8_t>(0), weights, weights, 0, outputs, depth, outputs / p.groups};
  image.weights_end = weights + std::size_t{outputs} * image.size();
  bool can = image.size() <= kLongestRow;
  for (std::uint32_t n = 0; n < window.batch() && zero_points != nullptr; ++n) can = can && is_int8(zero_points[n]);
  if (!can) return reference::conv_integer_i8(layer);
  std::int32_t* y = layer.output<std::int32_t>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    image.padding = zero_points == nullptr ? 0 : zero_points[n];
    convolve_integers(image, y);
    image.x += window.image_size(), y += window.output_size() * outputs;
  }
  return Status::ok;
}

Status matmul_i8(const Layer& layer) {
  const bool transposed = layer.parameters<parameters::MatMul>().transposed;
  const Shape of_a = layer.input_shape(0), of_b = layer.input_shape(1), to = layer.output_shape(0);
  const std::uint32_t rows = to[to.rank() - 2], depth = of_a.last(), columns = to.last(), step = rows * columns;
  const std::int32_t* const zero_points = layer.has_input(2) ? layer.input<std::int32_t>(2) : nullptr;
  const std::uint32_t all_rows = of_a.size() / depth;
  for (std::uint32_t i = 0; i < all_rows && zero_points != nullptr; ++i)
    if (!is_int8(zero_points[i])) return reference::matmul_i8(layer);
  for (std::uint32_t i = 0, count = to.size() / step; i < count; ++i) {
    const std::uint32_t first_row = broadcast_place(i, to, of_a, 2, rows);
    const std::uint32_t place_of_b = broadcast_place(i, to, of_b, 2, depth * columns);
    IntegerProduct{layer.input<std::int8_t>(0) + first_row * depth, layer.input<std::int8_t>(1) + place_of_b,
                   zero_points == nullptr ? nullptr : zero_points + first_row, layer.output<std::int32_t>(0) + i * step,
                   rows, depth, columns, transposed}.run();
  }
  return Status::ok;
}

}  // namespace nacre::avx2

#include "runtime/kernels/avx2/end.hpp"
