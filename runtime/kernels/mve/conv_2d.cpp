#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#if defined(__ARM_FEATURE_MVE)
#include "runtime/kernels/mve/six_pixels.hpp"
#include "runtime/kernels/mve/three_columns.hpp"
#include "runtime/kernels/mve/windows.hpp"
#endif

namespace nacre::mve {

#if defined(__ARM_FEATURE_MVE)

namespace {

/// Whether each window is one pixel of the image; then whether they are the pixels in order.
bool are_pixels(const Window& window, const parameters::Conv2D& p) {
  return window.kernel_h == 1 && window.kernel_w == 1 && p.pad_bottom == 0 && p.pad_right == 0;
}
bool are_all_pixels(const Window& window) { return window.stride_h() == 1 && window.stride_w() == 1; }

/// Windows in order: where each begins. In the padding before the image it points nowhere, and nothing is read there.
struct Place {
  const Window& window;
  const std::int8_t* image;
  std::uint32_t i = 0, left = 0;
  std::int32_t row, column;
  std::uintptr_t from;

  Place(const Window& of, const std::int8_t* first) : window(of), image(first) { begin_row(); }

  const std::int8_t* address() const { return reinterpret_cast<const std::int8_t*>(from); }
  void advance() {
    column += static_cast<std::int32_t>(window.stride_w()), from += window.stride_w() * window.channels();
    if (--left != 0) return;
    if (++i == window.output_height()) i = 0, image += window.image_size();
    begin_row();
  }

 private:
  void begin_row() {
    left = window.output_width(), row = window.row(i, 0), column = window.column(0, 0);
    const auto pixel = static_cast<std::uint32_t>(row * static_cast<std::int32_t>(window.width()) + column);
    from = reinterpret_cast<std::uintptr_t>(image) + pixel * window.channels();
  }
};

}  // namespace

Status conv_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Conv2D>();
  const auto window = window_of<parameters::Conv2D>(layer, 1);
  const std::uint32_t outputs = output_width_of(layer), depth = window.kernel_h * window.kernel_w * window.channels();
  const std::uint32_t count = window.batch() * window.output_size();
  const Pairs pairs(layer.input<std::int32_t>(3), outputs, p.output_zero_point);
  const Matrix matrix{{layer.input<std::int8_t>(1), layer.input<std::int32_t>(2), depth}, pairs, outputs};
  const std::int8_t* const x = layer.input<std::int8_t>(0);
  std::int8_t* const y = layer.output<std::int8_t>(0);
  if (are_pixels(window, p) && are_all_pixels(window)) {
    compute_all(matrix, x, count, y);
  } else if (are_pixels(window, p)) {
    const auto next = [place = Place(window, x)](unsigned) mutable {
      const std::int8_t* const pixel = place.address();
      place.advance();
      return pixel;
    };
    compute(matrix, count, y, next);
  } else if (has_three_columns(window) && fits_blocks(pairs, outputs)) {
    if (window.stride_w() == 1) compute_three_columns<1>(window, matrix, p.input_zero_point, x, y);
    else compute_three_columns<2>(window, matrix, p.input_zero_point, x, y);
  } else {
    auto* const patches = reinterpret_cast<std::int8_t*>(layer.temporary<std::int32_t>(0));
    const Windows windows(window, p.input_zero_point);
    const auto next = [&, place = Place(window, x)](unsigned index) mutable {
      std::int8_t* const patch = index == 0 ? patches : patches + (depth + 15) / 16 * 16;
      windows.write(patch, place.address(), place.row, place.column);
      place.advance();
      return patch;
    };
    compute(matrix, count, y, next);
  }
  clamp_outputs(p, y, count * outputs);
  return Status::ok;
}

#else  // the weights lie as the reference reads them

Status conv_2d_i8(const Layer& layer) { return reference::conv_2d_i8(layer); }

#endif

}  // namespace nacre::mve
