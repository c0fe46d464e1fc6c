#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#if defined(__ARM_FEATURE_MVE)
#include "runtime/kernels/mve/outputs.hpp"
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

/// Computes outputs of windows as they come, by twos.
class Twos {
 public:
  Twos(const Matrix& matrix, std::int8_t* y) : matrix_(matrix), y_(y) {}

  void add(const std::int8_t* x) {
    if (first_ == nullptr) {
      first_ = x;
      return;
    }
    compute(matrix_, {first_, x}, y_, y_ + matrix_.outputs);
    first_ = nullptr, y_ += 2 * matrix_.outputs;
  }
  /// The last one, where it is alone.
  void end() {
    if (first_ != nullptr) compute(matrix_, {first_, first_}, y_, y_);
  }

  bool has_first() const { return first_ != nullptr; }

 private:
  const Matrix& matrix_;
  std::int8_t* y_;
  const std::int8_t* first_ = nullptr;
};

/// Calls work(first element of the window, row, column) for each window.
template <typename Work>
void for_each_window(const Window& window, const std::int8_t* image, const Work& work) {
  const std::uint32_t step = window.stride_w() * window.channels();
  const std::int32_t column_step = static_cast<std::int32_t>(window.stride_w());
  for (std::uint32_t n = window.batch(); n > 0; --n, image += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i) {
      const std::int32_t row = window.row(i, 0);
      std::int32_t column = window.column(0, 0);
      // In the padding before the image it points nowhere, and nothing is read there.
      const auto pixel = static_cast<std::uint32_t>(row * static_cast<std::int32_t>(window.width()) + column);
      auto from = reinterpret_cast<std::uintptr_t>(image) + pixel * window.channels();
      for (std::uint32_t j = window.output_width(); j > 0; --j, from += step, column += column_step)
        work(reinterpret_cast<const std::int8_t*>(from), row, column);
    }
}

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
  Twos twos(matrix, y);
  if (are_pixels(window, p) && are_all_pixels(window)) {
    compute_all(matrix, x, count, y);
  } else if (are_pixels(window, p)) {
    for_each_window(window, x, [&](const std::int8_t* from, std::int32_t, std::int32_t) { twos.add(from); });
  } else {
    auto* const patches = reinterpret_cast<std::int8_t*>(layer.temporary<std::int32_t>(0));
    std::int8_t* const second = patches + (depth + 15) / 16 * 16;
    const Windows windows(window, p.input_zero_point);
    for_each_window(window, x, [&](const std::int8_t* from, std::int32_t row, std::int32_t column) {
      std::int8_t* const patch = twos.has_first() ? second : patches;
      windows.write(patch, from, row, column);
      twos.add(patch);
    });
  }
  twos.end();
  clamp_outputs(p, y, count * outputs);
  return Status::ok;
}

#else  // the weights lie as the reference reads them

Status conv_2d_i8(const Layer& layer) { return reference::conv_2d_i8(layer); }

#endif

}  // namespace nacre::mve
