#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::dsp {
namespace {

struct Sums {
  std::int32_t first, second;
};

/// Adds four products to the sums of two units: `weights` holds four of the first, then four of the
/// second.
inline void step(std::uint32_t x, const std::int8_t* weights, Sums& sums) {
  const std::uint32_t even = even_bytes(x), odd = odd_bytes(x);
  const std::uint32_t first = load_word(weights), second = load_word(weights + 4);
  sums.first = multiply_accumulate(even, even_bytes(first), sums.first);
  sums.first = multiply_accumulate(odd, odd_bytes(first), sums.first);
  sums.second = multiply_accumulate(even, even_bytes(second), sums.second);
  sums.second = multiply_accumulate(odd, odd_bytes(second), sums.second);
}

/// Two units at once, so that x is loaded and unpacked half as often.
inline void add_products(const std::int8_t* x, const std::int8_t* weights, std::uint32_t depth, Sums& sums) {
  const std::int8_t* const end = x + depth / 4 * 4;
  for (; x != end; x += 4, weights += 8) step(load_word(x), weights, sums);
  const std::uint32_t more = depth % 4;
  if (more == 0) return;
  const std::int8_t rest[] = {x[0], more > 1 ? x[1] : std::int8_t{0}, more > 2 ? x[2] : std::int8_t{0}, 0};
  step(load_word(rest), weights, sums);
}

}  // namespace

Status fully_connected_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  const std::int32_t* bias = layer.input<std::int32_t>(2);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const std::uint32_t pair_bytes = (depth + 3) / 4 * 8;
  const std::int32_t of_all[] = {p.multiplier, p.shift};
  const bool has_each = layer.has_input(3);
  const unsigned rescale_step = has_each ? 2 : 0;
  for (std::uint32_t row = 0; row < rows; ++row, x += depth) {
    const std::int8_t* weights = layer.input<std::int8_t>(1);
    const std::int32_t* rescale = has_each ? layer.input<std::int32_t>(3) : of_all;
    for (std::uint32_t unit = 0; unit < units; unit += 2, weights += pair_bytes, rescale += 2 * rescale_step) {
      const bool both = unit + 1 < units;
      Sums sums{bias[unit], both ? bias[unit + 1] : 0};
      add_products(x, weights, depth, sums);
      *y++ = rescale_to_int8(sums.first, rescale, p.output_zero_point, p.output_minimum, p.output_maximum);
      if (both)
        *y++ = rescale_to_int8(sums.second, rescale + rescale_step, p.output_zero_point,
                               p.output_minimum, p.output_maximum);
    }
  }
  return Status::ok;
}

}  // namespace nacre::dsp
