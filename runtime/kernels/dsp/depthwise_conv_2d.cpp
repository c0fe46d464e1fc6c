#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/rescale.hpp"
#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/dsp/strips.hpp"
#include "runtime/kernels/dsp/three_by_three.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::dsp {
namespace {

constexpr std::uint32_t kChannels = 4;  // computed at once
constexpr std::uint32_t kMaxPairs = 4;  // of rows of a kernel: the loader refuses more

/// The sums of four channels.
struct FourSums {
  std::uint32_t s0, s1, s2, s3;

  /// Adds a column of two rows of the kernel, or three columns that lie side by side in x. Returns where the next
  /// weights lie.
  const std::uint32_t* add_column(const std::uint32_t* x, const std::uint32_t* weights);
  const std::uint32_t* add_three(const std::uint32_t* x, const std::uint32_t* weights);
};

#if NACRE_DSP

#define NACRE_COLUMN \
  "ldm %[x]!, {r4, r5, r6, r7}\n ldm %[w]!, {r8, r9, r10, r11}\n" \
  "smlad %[s0], r4, r8, %[s0]\n smlad %[s1], r5, r9, %[s1]\n" \
  "smlad %[s2], r6, r10, %[s2]\n smlad %[s3], r7, r11, %[s3]\n"
// Named registers, so that nothing is moved from one to another around it.
#define NACRE_ADD(columns) \
  register std::uint32_t r0 __asm__("r0") = s0, r1 __asm__("r1") = s1, r2 __asm__("r2") = s2, r3 __asm__("r3") = s3; \
  register const std::uint32_t *from __asm__("r12") = x, *w __asm__("lr") = weights; \
  __asm__ volatile(columns : [s0] "+r"(r0), [s1] "+r"(r1), [s2] "+r"(r2), [s3] "+r"(r3), [x] "+r"(from), [w] "+r"(w) \
                   : : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "memory"); \
  s0 = r0, s1 = r1, s2 = r2, s3 = r3; \
  return w;

[[gnu::always_inline]] inline const std::uint32_t* FourSums::add_column(const std::uint32_t* x,
                                                                        const std::uint32_t* weights) {
  NACRE_ADD(NACRE_COLUMN)
}
[[gnu::always_inline]] inline const std::uint32_t* FourSums::add_three(const std::uint32_t* x,
                                                                       const std::uint32_t* weights) {
  NACRE_ADD(NACRE_COLUMN NACRE_COLUMN NACRE_COLUMN)
}

#undef NACRE_ADD
#undef NACRE_COLUMN

#else

inline const std::uint32_t* FourSums::add_column(const std::uint32_t* x, const std::uint32_t* weights) {
  s0 = multiply_accumulate(x[0], weights[0], s0);
  s1 = multiply_accumulate(x[1], weights[1], s1);
  s2 = multiply_accumulate(x[2], weights[2], s2);
  s3 = multiply_accumulate(x[3], weights[3], s3);
  return weights + 4;
}
inline const std::uint32_t* FourSums::add_three(const std::uint32_t* x, const std::uint32_t* weights) {
  return add_column(x + 8, add_column(x + 4, add_column(x, weights)));
}

#endif

/// Four channels: their numbers, as they are read for each pixel, and what they read.
struct Channels {
  const std::int32_t* bias;
  const Factors* factors;
  const std::uint32_t* weights;  ///< four words for each column of each pair of rows of the kernel
  const std::uint32_t* strips[kMaxPairs];
  std::uint32_t pairs, columns, column_step, pixel_step;  ///< steps in words
  std::uint32_t pixels, channels;
  std::int32_t offset;           ///< 2 zero_point + 1
  bool is_usual, has_three_columns;
};

[[gnu::noinline, gnu::cold]] void rescale_unusually(const Channels& c, const FourSums& sums, std::int8_t* y) {
  const std::uint32_t all[] = {sums.s0, sums.s1, sums.s2, sums.s3};
  for (unsigned i = 0; i < kChannels; ++i) y[i] = c.factors[i].rescaled_anyhow(all[i], c.offset);
}

/// One row of output pixels.
[[gnu::noinline]] void compute(const Channels& c, std::int8_t* y) {
  std::uint32_t at = 0;
  for (std::uint32_t left = c.pixels; left > 0; --left, at += c.pixel_step, y += c.channels) {
    const auto* const bias = reinterpret_cast<const std::uint32_t*>(c.bias);
    FourSums sums{bias[0], bias[1], bias[2], bias[3]};
    const std::uint32_t* weights = c.weights;
    for (std::uint32_t pair = 0; pair < c.pairs; ++pair) {
      const std::uint32_t* x = c.strips[pair] + at;
      if (c.has_three_columns) weights = sums.add_three(x, weights);
      else for (std::uint32_t k = 0; k < c.columns; ++k, x += c.column_step) weights = sums.add_column(x, weights);
    }
    if (!c.is_usual) {
      const FourSums copy = sums;  // whose address is taken, unlike that of the registers
      rescale_unusually(c, copy, y);
      continue;
    }
    const std::int32_t offset = c.offset;
    const Factors* const factors = c.factors;
    y[0] = factors[0].rescaled(sums.s0, offset), y[1] = factors[1].rescaled(sums.s1, offset);
    y[2] = factors[2].rescaled(sums.s2, offset), y[3] = factors[3].rescaled(sums.s3, offset);
  }
}

/// Unpacks the weights of four channels. Returns where the next ones lie.
const std::uint32_t* unpack(const std::uint32_t* packed, std::uint32_t kernel_h, std::uint32_t kernel_w,
                            std::uint32_t* to) {
  for (std::uint32_t left = kernel_h / 2 * kernel_w; left > 0; --left, packed += 2, to += 4) {
    to[0] = even_bytes(packed[0]), to[1] = odd_bytes(packed[0]);
    to[2] = even_bytes(packed[1]), to[3] = odd_bytes(packed[1]);
  }
  for (std::uint32_t left = kernel_h % 2 * kernel_w; left > 0; --left, ++packed, to += 4) {
    const std::uint32_t even = even_bytes(*packed), odd = odd_bytes(*packed);
    to[0] = even & 0xffff, to[1] = odd & 0xffff, to[2] = even >> 16, to[3] = odd >> 16;
  }
  return packed;
}

constexpr std::uint32_t kTaps = 24;  // words of four channels' weights

/// Four channels of all images where three_by_three.hpp computes them.
[[gnu::noinline]] void compute_three_by_three(const Window& window, std::int32_t zero_point, std::uint32_t* words,
                                              const Channels& c, const std::int8_t* x, std::int8_t* y) {
  RowsOfFour rows(window, static_cast<std::int8_t>(zero_point), words);
  rows.begin();
  const TwoChannels first(c.weights, c.bias, c.factors, c.offset, c.channels);
  const TwoChannels second(c.weights + kTaps / 2, c.bias + 2, c.factors + 2, c.offset, c.channels);
  const std::uint32_t row_size = c.pixels * c.channels;
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size()) {
    rows.move_on(x, window.row(0, 0));
    for (std::uint32_t i = 0; i < window.output_height(); i += 2) {
      rows.move_on(x, window.row(i, 2));
      std::int8_t* const lower = i + 1 < window.output_height() ? y + row_size : y;
      compute_two_rows(first, rows.plane(0), {y, lower}, c.pixels);
      compute_two_rows(second, rows.plane(1), {y + 2, lower + 2}, c.pixels);
      y = lower + row_size;
    }
  }
}

}  // namespace

Status depthwise_conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::DepthwiseConv2D>();
  const auto window = window_of<parameters::DepthwiseConv2D>(layer, 1);
  const std::uint32_t channels = window.channels();
  auto* const words = reinterpret_cast<std::uint32_t*>(layer.temporary<std::int32_t>(0));
  const auto* packed = reinterpret_cast<const std::uint32_t*>(layer.input<std::int32_t>(1));
  const std::int32_t *const bias = layer.input<std::int32_t>(2);
  const Factors* const factors = factors_of(layer);
  Channels c{};
  c.weights = words;
  c.pairs = (window.kernel_h + 1) / 2, c.columns = window.kernel_w;
  c.column_step = 4 * static_cast<std::uint32_t>(window.dilation_w()), c.pixel_step = 4 * window.stride_w();
  c.pixels = window.output_width(), c.channels = channels;
  c.offset = 2 * p.output_zero_point + 1, c.is_usual = are_usual(factors, channels);
  c.has_three_columns = c.columns == 3 && c.column_step == 4;
  Strips strips(window, p.input_zero_point, words + 4 * c.pairs * c.columns);
  const bool moves_by_one = c.is_usual && c.has_three_columns && window.kernel_h == 3 && window.dilation_h() == 1 &&
                            window.stride_h() == 1 && window.stride_w() == 1;
  std::int8_t* const y = layer.output<std::int8_t>(0);
  for (std::uint32_t next = 0; next < channels; next += kChannels) {
    const std::uint32_t first = next + kChannels <= channels ? next : channels - kChannels;  // some again
    packed = moves_by_one ? unpack_three_by_three(packed, words)
                          : unpack(packed, window.kernel_h, window.kernel_w, words);
    c.bias = bias + first, c.factors = factors + first;
    const std::int8_t* x = layer.input<std::int8_t>(0) + first;
    std::int8_t* to = y + first;
    if (moves_by_one) {
      compute_three_by_three(window, p.input_zero_point, words + kTaps, c, x, to);
      continue;
    }
    for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
      for (std::uint32_t i = 0; i < window.output_height(); ++i, to += c.pixels * channels) {
        for (std::uint32_t pair = 0; pair < c.pairs; ++pair) c.strips[pair] = strips.strip(x, i, pair);
        compute(c, to);
      }
  }
  clamp_outputs(p, y, window.batch() * window.output_height() * c.pixels * channels);
  return Status::ok;
}

}  // namespace nacre::dsp
