#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>

#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/pool_2d.hpp"
#include "runtime/kernels/quantized.hpp"
#endif

namespace nacre::mve {

#if defined(__ARM_FEATURE_MVE)

namespace {

using Elements = Pooled<std::int8_t>;

/// Calls `visit(x)` with the address of each element of the first channel.
template <typename Visit>
void for_each_address(const Elements& elements, Visit visit) {
  const std::int8_t* row = elements.first;
  for (std::uint32_t h = elements.rows; h > 0; --h, row += elements.row_step) {
    const std::int8_t* x = row;
    for (std::uint32_t k = elements.columns; k > 0; --k, x += elements.column_step) visit(x);
  }
}

/// The sums of 16 channels.
void sum_of_sixteen(const Elements& elements, std::int32_t* sums) {
  int32x4_t s0 = vdupq_n_s32(0), s1 = s0, s2 = s0, s3 = s0;
  for_each_address(elements, [&](const std::int8_t* x) {
    s0 = vaddq_s32(s0, vldrbq_s32(x)), s1 = vaddq_s32(s1, vldrbq_s32(x + 4));
    s2 = vaddq_s32(s2, vldrbq_s32(x + 8)), s3 = vaddq_s32(s3, vldrbq_s32(x + 12));
  });
  vst1q_s32(sums, s0), vst1q_s32(sums + 4, s1), vst1q_s32(sums + 8, s2), vst1q_s32(sums + 12, s3);
}

/// The sums of up to four channels.
void sum_of_four(const Elements& elements, std::uint32_t channels, std::int32_t* sums) {
  const mve_pred16_t some = vctp32q(channels);
  int32x4_t sum = vdupq_n_s32(0);
  for_each_address(elements, [&](const std::int8_t* x) { sum = vaddq_s32(sum, vldrbq_z_s32(x, some)); });
  vst1q_s32(sums, sum);
}

/// All channels of one output pixel.
void pool(const parameters::AveragePool2D& p, Elements elements, std::uint32_t channels, std::int8_t* y) {
  const std::int32_t count = elements.count(), half = count / 2;
  std::int32_t sums[16];
  for (std::uint32_t some; channels > 0; channels -= some, elements.first += some) {
    some = channels >= 16 ? 16 : (channels < 4 ? channels : 4);
    if (some == 16) sum_of_sixteen(elements, sums);
    else sum_of_four(elements, some, sums);
#pragma GCC unroll 1
    for (std::uint32_t c = 0; c < some; ++c) {
      const std::int32_t mean = shifted_by(sums[c], sums[c] >= 0 ? half : -half) / count;
      *y++ = static_cast<std::int8_t>(clamp<std::int32_t>(mean, p.output_minimum, p.output_maximum));
    }
  }
}

}  // namespace

Status average_pool_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  const auto window = pool_window_of<parameters::AveragePool2D>(layer);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const std::uint32_t channels = window.channels(), row_step = window.width() * channels;
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i) {
      const Inside rows(window.row(i, 0), window.kernel_h, window.height());
      for (std::uint32_t j = 0; j < window.output_width(); ++j, y += channels) {
        const Inside columns(window.column(j, 0), window.kernel_w, window.width());
        pool(p, {x + rows.first * row_step + columns.first * channels, rows.count, columns.count, row_step, channels},
             channels, y);
      }
    }
  return Status::ok;
}

#else

Status average_pool_2d_i8(const Layer& layer) { return reference::average_pool_2d_i8(layer); }

#endif

}  // namespace nacre::mve
