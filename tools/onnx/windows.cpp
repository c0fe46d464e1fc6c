#include "tools/onnx/windows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

Integers list_of(const OnnxCall& call, const char* name, std::size_t count, std::int64_t otherwise) {
  const auto stated = call.integers(name);
  if (!stated || stated->empty()) return Integers(count, otherwise);
  if (stated->size() != count) call.refuse(fmt::format("has {} numbers in {}", stated->size(), name));
  return *stated;
}

}  // namespace

bool OnnxWindow::is_dilated() const {
  return std::ranges::any_of(dilation, [](std::int64_t step) { return step != 1; });
}

std::int64_t OnnxWindow::taps() const {
  constexpr std::int64_t kMany = std::int64_t{1} << 40;
  std::int64_t taps = 1;
  for (const std::int64_t length : kernel) taps = std::min(taps * length, kMany);
  return taps;
}

Integers kernel_of(const OnnxCall& call, const Integers& otherwise) {
  const auto stated = call.integers("kernel_shape");
  if (stated && !otherwise.empty() && *stated != otherwise) call.refuse("has weights of another shape than its kernel");
  const Integers kernel = stated.value_or(otherwise);
  for (const std::int64_t length : kernel)
    if (length < 1 || length > 0xffff) call.refuse(fmt::format("has a kernel of {}", length));
  return kernel;
}

OnnxWindow window_of(const OnnxCall& call, const Integers& kernel, const Dimensions& image) {
  const std::size_t axes = kernel.size();
  if (image.size() != axes) call.refuse("has a kernel for another number of axes than its input has");
  OnnxWindow window{kernel, list_of(call, "strides", axes, 1), list_of(call, "dilations", axes, 1), {}, {}, {}};
  for (const Integers* numbers : {&window.stride, &window.dilation})
    for (const std::int64_t number : *numbers)
      if (number < 1 || number > 0xffff) call.refuse(fmt::format("has a stride or dilation of {}", number));
  const std::string mode = call.text("auto_pad", "NOTSET");
  const Integers pads = list_of(call, "pads", 2 * axes, 0);
  const bool is_ceiled = call.has_attribute("ceil_mode") && call.flag("ceil_mode");
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const std::int64_t reach = window.reach(axis), stride = window.stride[axis];
    std::int64_t before = pads[axis], after = pads[axes + axis], beyond = 0;
    if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
      const std::int64_t total =
          std::max<std::int64_t>(0, ((image[axis] + stride - 1) / stride - 1) * stride + reach - image[axis]);
      before = mode == "SAME_UPPER" ? total / 2 : total - total / 2, after = total - before;
    } else if (mode == "VALID") {
      before = after = 0;
    } else if (mode != "NOTSET") {
      call.refuse("has the padding " + mode);
    }
    if (before < 0 || after < 0 || before > 0xffff || after > 0xffff)
      call.refuse("has a padding beyond 65535, or below 0");
    const std::int64_t length = image[axis] + before + after;
    if (length < reach && !(is_ceiled && length > 0)) call.refuse("has a window that is larger than its input");
    if (is_ceiled && mode == "NOTSET") {
      std::int64_t windows = (std::max<std::int64_t>(length - reach, 0) + stride - 1) / stride + 1;
      if ((windows - 1) * stride >= image[axis] + before) --windows;  // a window that begins in the padding is left out
      beyond = std::max<std::int64_t>((windows - 1) * stride + reach - length, 0);
    }
    window.before.push_back(before), window.after.push_back(after), window.beyond.push_back(beyond);
  }
  return window;
}

ValueId channels_last(const OnnxCall& call, ValueId x) {
  const std::size_t rank = call.graph().shape(x).size();
  std::vector<std::size_t> order{0};
  for (std::size_t axis = 2; axis < rank; ++axis) order.push_back(axis);
  order.push_back(1);
  return permuted(call, x, order);
}

ValueId channels_first(const OnnxCall& call, ValueId x) {
  const std::size_t rank = call.graph().shape(x).size();
  std::vector<std::size_t> order{0, rank - 1};
  for (std::size_t axis = 1; axis + 1 < rank; ++axis) order.push_back(axis);
  return permuted(call, x, order);
}

ValueId padded(const OnnxCall& call, ValueId x, const Integers& before, const Integers& after, double value) {
  parameters::Pad table;
  table.value = static_cast<float>(value), table.zero_point = as_int32(value);
  bool pads = false;
  for (std::size_t axis = 0; axis < before.size(); ++axis) {
    table.before[axis + 1] = narrow(call, before[axis]), table.after[axis + 1] = narrow(call, after[axis]);
    pads = pads || before[axis] + after[axis] > 0;
  }
  return pads ? call.graph().add(table, {x}, call.name()) : x;
}

ValueId tap_of(const OnnxCall& call, ValueId x, const OnnxWindow& window, std::int64_t tap) {
  parameters::Slice table = slice_of_all(call.graph().shape(x));
  for (std::size_t axis = window.axes(); axis-- > 0;) {
    const std::int64_t place = tap % window.kernel[axis];
    tap /= window.kernel[axis];
    const std::int64_t length = call.graph().shape(x)[axis + 1];
    table.begin[axis + 1] = static_cast<std::int32_t>(place * window.dilation[axis]);
    table.stride[axis + 1] = static_cast<std::int32_t>(window.stride[axis]);
    table.size[axis + 1] = static_cast<std::int32_t>((length - window.reach(axis)) / window.stride[axis] + 1);
  }
  return call.graph().add(table, {x});
}

std::uint16_t narrow(const OnnxCall& call, std::int64_t number) {
  if (number < 0 || number > 0xffff) call.refuse("has a window or padding beyond 65535");
  return static_cast<std::uint16_t>(number);
}

Dimensions image_of(const OnnxCall& call) {
  const Dimensions& shape = call.shape(0);
  if (shape.size() < 3) call.refuse("works on another tensor than an image");
  return {shape.begin() + 2, shape.end()};
}

ValueId with_rows(const OnnxCall& call, ValueId x, std::size_t at) {
  Dimensions shape = call.graph().shape(x);
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(at), 1);
  return reshaped_to(call, x, shape);
}
ValueId without_rows(const OnnxCall& call, ValueId x) {
  Dimensions shape = call.graph().shape(x);
  shape.erase(shape.begin() + 1);
  return reshaped_to(call, x, shape);
}
OnnxWindow with_rows(OnnxWindow window) {
  for (auto* numbers : {&window.kernel, &window.stride, &window.dilation}) numbers->insert(numbers->begin(), 1);
  for (auto* numbers : {&window.before, &window.after, &window.beyond}) numbers->insert(numbers->begin(), 0);
  return window;
}

}  // namespace nacre::tools
