#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/patches.hpp"
#include "runtime/kernels/dsp/three_pixels.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::dsp {
namespace {

/// Computes all `outputs` channels of three pixels.
[[gnu::noinline]] void compute(Pixels& pixels, const ChannelPairs& pairs, std::uint32_t outputs, bool usual) {
  if (pairs.count != 0) usual ? compute_usual(pixels, pairs) : compute_any(pixels, pairs);
  if (outputs % 2 == 0) return;
  // The last one as if there were another behind it.
  const std::uint32_t last = outputs - 1;
  const std::int32_t bias[] = {pairs.bias[last], 0};
  const Factors factors[] = {pairs.factors[last], pairs.factors[last]};
  std::int8_t *const y[] = {pixels.y[0], pixels.y[1], pixels.y[2]}, both[3][2];
  for (unsigned i = 0; i < 3; ++i) pixels.y[i] = both[i];
  compute_any(pixels, {pairs.weights + pairs.count * 2 * pixels.quads, bias, factors, 1});
  for (unsigned i = 0; i < 3; ++i) y[i][last] = both[i][0];
}

/// Computes `count` pixels, three at a time; behind the last one, that one again. write(there) unpacks the windows of
/// the next `there` pixels, one to three.
template <typename Write>
void compute_all(Pixels& pixels, const ChannelPairs& pairs, std::uint32_t outputs, bool usual, std::int8_t* y,
                 std::uint32_t count, const Write& write) {
  for (std::uint32_t left = count; left > 0;) {
    const std::uint32_t there = left < 3 ? left : 3;
    for (unsigned i = 0; i < 3; ++i) pixels.y[i] = y + (i < there ? i : there - 1) * outputs;
    write(there);
    compute(pixels, pairs, outputs, usual);
    left -= there, y += there * outputs;
  }
}

}  // namespace

Status conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Conv2D>();
  const Window window = Window(layer, p, p.kernel_h, p.kernel_w).dilated(p.dilation_h, p.dilation_w);
  const std::uint32_t outputs = output_width_of(layer);
  const std::uint32_t quads = (window.kernel_h * window.kernel_w * window.channels() + 3) / 4;
  auto* const words = reinterpret_cast<std::uint32_t*>(layer.temporary<std::int32_t>(0));
  const ChannelPairs pairs{reinterpret_cast<const std::uint32_t*>(layer.input<std::int32_t>(1)),
                           layer.input<std::int32_t>(2), factors_of(layer), outputs / 2};
  const bool usual = are_usual(pairs.factors, outputs);
  std::int8_t* const y = layer.output<std::int8_t>(0);
  const Patches patches(window, p.input_zero_point, words, quads);
  Pixels pixels{words, quads, {}, 2 * p.output_zero_point + 1};
  const std::uint32_t count = window.batch() * window.output_height() * window.output_width();
  if (patches.is_pointwise()) {
    const std::uint32_t depth = window.channels();
    const std::int8_t* x = layer.input<std::int8_t>(0);
    compute_all(pixels, pairs, outputs, usual, y, count, [&](std::uint32_t there) {
      patches.write_pixels(x, x + (there > 1 ? depth : 0), x + (there - 1) * depth);
      x += there * depth;
    });
  } else {
    Pixel next{layer.input<std::int8_t>(0), 0, 0};
    compute_all(pixels, pairs, outputs, usual, y, count, [&](std::uint32_t there) {
      Pixel three[3];
      for (unsigned i = 0; i < 3; ++i) {
        three[i] = i < there ? next : three[i - 1];
        if (i < there) next.advance(window);
      }
      patches.write(three);
    });
  }
  clamp_outputs(p, y, count * outputs);
  return Status::ok;
}

}  // namespace nacre::dsp
