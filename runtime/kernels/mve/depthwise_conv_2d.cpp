#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#if defined(__ARM_FEATURE_MVE)
#include "runtime/kernels/mve/channel.hpp"
#include "runtime/kernels/mve/four_rows.hpp"
#include "runtime/kernels/mve/rescale.hpp"
#endif

namespace nacre::mve {

#if defined(__ARM_FEATURE_MVE)

namespace {

using parameters::DepthwiseConv2D;

/// Whether four rows and columns hold a window, and their offsets 16 bits.
bool is_small(const Window& window, std::uint32_t columns) {
  return window.kernel_h <= 4 && window.kernel_w <= 4 && window.dilation_h() == 1 && window.dilation_w() == 1 &&
         columns < 2048 && window.channels() < 4096;
}

[[gnu::noinline]] void read_channels(TapReader reader, Channels& channels, std::uint32_t count,
                                     const std::int8_t* weights, const std::int32_t* rescale, const std::int32_t* bias,
                                     std::int32_t zero_point) {
  std::int8_t* taps = channels.taps[0];
  Channels::Scale* scale = channels.scales;
  for (; count > 0; --count, taps += 16, ++weights, rescale += 2, ++bias, ++scale) {
    vstrbq_s8(taps, reader.read(weights));
    const std::int32_t multiplier = rescale[0], shift = rescale[1], its_bias = *bias;
    scale->multiplier = multiplier, scale->shift = shift, scale->zero_point = zero_point, scale->bias = its_bias;
  }
}

/// One output row of `width` in the first `count` channels, where windows are not computed by squares.
void compute_row(const Channels& channels, std::uint32_t count, const Outputs& outputs, const FourRows& rows,
                 std::uint32_t width, std::uint32_t depth, std::int8_t* y) {
  constexpr std::uint32_t kAll = 0xffff, kFirst = 0x000f;
  Outputs last = outputs;
  last.fours = 1;
  const std::int8_t* x = rows.first_channel();
  const std::uint32_t to_last = width - 4;  // where there are four
  for (std::uint32_t c = 0; c < count; ++c, x += rows.channel_step(), ++y) {
    const std::int8_t* const taps = channels.taps[c];
    if (outputs.fours != 0) mve::compute_row(taps, outputs, kAll, x, y);
    if (width % 4 == 0) continue;
    // The last four, some of them again. Of fewer, what is read behind the last lies in the rows of other channels;
    // where it would lie behind the workspace, they are computed one by one.
    if (outputs.fours != 0) mve::compute_row(taps, last, kAll, x + to_last * last.last, y + to_last * depth);
    else if (last.last * 3 + 16 <= (kChannels - c) * rows.channel_step())
      mve::compute_row(taps, last, kAll >> (16 - 4 * width), x, y);
    else
      for (std::uint32_t j = 0; j < width; ++j) {
        Outputs one = last;
        one.last = 0;
        mve::compute_row(taps, one, kFirst, x + j * last.last, y + j * depth);
      }
  }
}

}  // namespace

Status depthwise_conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const auto window = window_of<DepthwiseConv2D>(layer, 0);
  const std::uint32_t depth = window.channels(), width = window.output_width(), height = window.output_height(),
                      columns = (width - 1) * window.stride_w() + 4;
  const auto* const weights = layer.input<std::int8_t>(1);
  const std::int32_t *const bias = layer.input<std::int32_t>(2), *const rescale = layer.input<std::int32_t>(3);
  const Pairs pairs(rescale, depth, p.output_zero_point);
  if (!pairs.is_usual || !is_small(window, columns)) return reference::depthwise_conv_2d_i8(layer);
  const TapReader reader(window.kernel_h, window.kernel_w, depth);
  const FourRows rows(window, p.input_zero_point, reinterpret_cast<std::int8_t*>(layer.temporary<std::int32_t>(0)),
                      columns);
  const bool by_squares =
      window.kernel_h <= 3 && window.kernel_w <= 3 && window.stride_h() == 1 && window.stride_w() == 1;
  const std::uint32_t lower = width * depth, square[] = {0, lower, depth, depth + lower};
  const Outputs outputs =
      by_squares ? Outputs{vldrwq_u32(square), 2 * depth, width / 2, width % 2}
                 : Outputs{vmulq_n_u32(vidupq_n_u32(0, 1), depth), 4 * depth, width / 4, 4 * window.stride_w()};
  std::int8_t* const start = layer.output<std::int8_t>(0);
  for (std::uint32_t first = 0; first < depth; first += kChannels) {
    Channels channels;
    const std::uint32_t count = depth - first < kChannels ? depth - first : kChannels;
    read_channels(reader, channels, count, weights + first, rescale + 2 * first, bias + first, p.output_zero_point);
    const std::int8_t* x = layer.input<std::int8_t>(0) + first;
    std::int8_t* y = start + first;
    for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size(), y += height * lower)
      for (std::uint32_t i = 0; i < height; i += by_squares ? 2 : 1) {
        rows.collect(x, window.row(i, 0), count);
        if (by_squares)
          compute_squares(channels.taps[0], channels.taps[count], outputs, i + 1 < height, rows.first_channel(),
                          rows.channel_step(), p.output_zero_point, y + i * lower);
        else compute_row(channels, count, outputs, rows, width, depth, y + i * lower);
      }
  }
  clamp_outputs(p, start, window.batch() * height * lower);
  return Status::ok;
}

#else  // the weights lie as the reference reads them

Status depthwise_conv_2d_i8(const Layer& layer) { return reference::depthwise_conv_2d_i8(layer); }

#endif

}  // namespace nacre::mve
