// Layers that give an image another size: UpSampling, Resizing, CenterCrop, RandomCrop.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// How much an element counts for one of the result whose centre is so far away, by how tf.image.resize interpolates.
struct ResizeKernel {
  const char* name;
  double radius;
  double (*weight)(double distance);
};

double triangle(double x) { return std::max(0.0, 1 - x); }

/// Keys' cubic with a = -1/2, and that of Mitchell and Netravali.
double keys_cubic(double x) {
  if (x >= 2) return 0;
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
}
double mitchell(double x) {
  if (x >= 2) return 0;
  return x >= 1 ? (((-7.0 / 18) * x + 2) * x - 10.0 / 3) * x + 16.0 / 9 : ((7.0 / 6) * x - 2) * x * x + 8.0 / 9;
}

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }
template <int kRadius>
double lanczos(double x) {
  return x >= kRadius ? 0 : sinc(x) * sinc(x / kRadius);
}

double gaussian(double x) { return x >= 1.5 ? 0 : std::exp(-x * x / (2 * 0.5 * 0.5)); }

constexpr ResizeKernel kResizeKernels[] = {
    {"bilinear", 1, triangle},      {"bicubic", 2, keys_cubic},       {"lanczos3", 3, lanczos<3>},
    {"lanczos5", 5, lanczos<5>},    {"gaussian", 1.5, gaussian},      {"mitchellcubic", 2, mitchell},
};

/// Weights [from, to] of the elements of an axis.
using Weights = std::vector<double>;

/// By a kernel that is as wide as the elements of the result, where it shrinks an image without aliases: the weights of
/// what lies inside the image, scaled to a sum of 1.
Weights weights_by(const ResizeKernel& kernel, std::int64_t from, std::int64_t to, bool antialias) {
  Weights weights(static_cast<std::size_t>(from * to));
  const double step = static_cast<double>(from) / static_cast<double>(to), width = antialias ? std::max(step, 1.0) : 1;
  for (std::int64_t i = 0; i < to; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * step;
    double sum = 0;
    for (std::int64_t j = 0; j < from; ++j) {
      double& weight = weights[static_cast<std::size_t>(j * to + i)];
      weight = kernel.weight(std::abs(static_cast<double>(j) + 0.5 - centre) / width);
      sum += weight;
    }
    for (std::int64_t j = 0; j < from && sum != 0; ++j) weights[static_cast<std::size_t>(j * to + i)] /= sum;
  }
  return weights;
}

/// TensorFlow's bicubic without antialias looks its weights up in a table of 1024 places between two elements.
Weights weights_of_table(std::int64_t from, std::int64_t to) {
  Weights weights(static_cast<std::size_t>(from * to));
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  for (std::int64_t i = 0; i < to; ++i) {
    const float place = (static_cast<float>(i) + 0.5f) * scale - 0.5f;
    const auto before = static_cast<std::int64_t>(std::floor(place));
    const double share = std::nearbyint((place - static_cast<float>(before)) * 1024) / 1024;
    double sum = 0;
    for (std::int64_t k = -1; k <= 2; ++k) {
      const std::int64_t j = before + k;
      if (j < 0 || j >= from) continue;  // those inside the image count for those outside
      const double weight = keys_cubic(std::abs(static_cast<double>(k) - share));
      weights[static_cast<std::size_t>(j * to + i)] = weight, sum += weight;
    }
    for (std::int64_t j = 0; j < from && sum != 0; ++j) weights[static_cast<std::size_t>(j * to + i)] /= sum;
  }
  return weights;
}

/// The mean of the part of an axis that an element of the result covers.
Weights weights_by_area(std::int64_t from, std::int64_t to) {
  Weights weights(static_cast<std::size_t>(from * to));
  const double step = static_cast<double>(from) / static_cast<double>(to);
  for (std::int64_t i = 0; i < to; ++i)
    for (std::int64_t j = 0; j < from; ++j) {
      const double begin = std::max(static_cast<double>(i) * step, static_cast<double>(j)),
                   end = std::min(static_cast<double>(i + 1) * step, static_cast<double>(j + 1));
      weights[static_cast<std::size_t>(j * to + i)] = std::max(0.0, end - begin) / step;
    }
  return weights;
}

/// x with an axis as its product with weights.
ValueId weighed(const KerasLayer& layer, ValueId x, std::size_t axis, std::int64_t to, const Weights& weights) {
  return layer.with_axis_last(x, axis, [&](ValueId moved) {
    const std::int64_t from = layer.graph.shape(moved).back();
    const ValueId bias = layer.graph.add_constant({to}, std::vector<double>(static_cast<std::size_t>(to), 0.0));
    return layer.graph.add(parameters::FullyConnected{}, {moved, layer.graph.add_constant({from, to}, weights), bias},
                           layer.name);
  });
}

/// The nearest elements are those whose centres are nearest.
ValueId nearest(const KerasLayer& layer, ValueId x, std::size_t axis, std::int64_t to) {
  const std::int64_t from = layer.graph.shape(x)[axis];
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < to; ++i)
    places.push_back(std::min(static_cast<std::int64_t>((static_cast<float>(i) + 0.5f) * scale), from - 1));
  const ValueId indices = layer.graph.add_constant(Array::of(ElementType::int32, {to}, places), DataType::int32);
  return layer.graph.add(parameters::Gather{.behind = static_cast<std::uint8_t>(3 - axis)}, {x, indices}, layer.name);
}

struct Interpolation {
  std::string how;
  bool antialias = false;
};

/// An image [batch, height, width, channels] with its height and width changed, from the centres of its elements.
ValueId resized(const KerasLayer& layer, ValueId x, const std::vector<std::int64_t>& size,
                const Interpolation& interpolation) {
  for (std::size_t axis = 1; axis <= 2; ++axis) {
    const std::int64_t from = layer.graph.shape(x)[axis], to = size[axis - 1];
    if (to < 1 || to > 0xffff) layer.refuse(fmt::format("makes an image of {}", to));
    if (from == to) continue;
    const std::string& how = interpolation.how;
    const auto kernel = std::ranges::find_if(kResizeKernels, [&](const ResizeKernel& one) { return how == one.name; });
    if (how == "nearest") x = nearest(layer, x, axis, to);
    else if (how == "area") x = weighed(layer, x, axis, to, weights_by_area(from, to));
    else if (kernel == std::end(kResizeKernels))
      layer.refuse("interpolates by " + how + ", which Nacre does not know",
                   "build the model with nearest, bilinear or bicubic");
    else if (how == "bilinear" && !interpolation.antialias)
      x = add_resized(layer.graph, x, axis, between(from, to, false, true), layer.name);
    else if (how == "bicubic" && !interpolation.antialias)
      x = weighed(layer, x, axis, to, weights_of_table(from, to));
    else
      x = weighed(layer, x, axis, to, weights_by(*kernel, from, to, interpolation.antialias));
  }
  return x;
}

}  // namespace

ValueId import_up_sampling(const KerasLayer& layer, const Ids& inputs) {
  const auto axes = static_cast<std::size_t>(layer.class_name[layer.class_name.size() - 2] - '0');
  layer.require_rank(inputs[0], axes + 2);
  if (const std::string how = layer.text("interpolation", "nearest"); how != "nearest") {
    if (layer.version.major < 3 && (!layer.version.is_tensorflows || !layer.version.is_since(2, 3)))
      layer.refuse("interpolates, from other places of its image than since TensorFlow 2.2",
                   "save the model again with TensorFlow 2.2 or later, and compare what it predicts there");
    const std::vector<std::int64_t> factors = layer.integers("size", 2, 2);
    return layer.with_channels_last(inputs[0], [&](ValueId x) {
      const Dimensions shape = layer.graph.shape(x);
      return resized(layer, x, {shape[1] * factors[0], shape[2] * factors[1]}, {how});
    });
  }
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    Dimensions counts(axes + 2, 1);
    const bool is_keras_1 = axes == 1 && layer.config.contains("length");
    std::ranges::copy(layer.integers(is_keras_1 ? "length" : "size", axes, 2), counts.begin() + 1);
    for (const std::int64_t count : counts)
      if (count < 1 || count > 0xffff) layer.refuse(fmt::format("repeats elements {} times", count));
    return add_repeat(layer.graph, x, counts, Repeat::elements, layer.name);
  });
}

namespace {

/// Height and width of a part of an image, and where it begins.
struct Crop {
  std::int64_t size[2], begin[2];
};

ValueId cropped(const KerasLayer& layer, ValueId x, const Crop& crop) {
  parameters::Slice table = slice_of_all(layer.graph.shape(x));
  for (std::size_t axis = 1; axis <= 2; ++axis) {
    table.begin[axis] = static_cast<std::int32_t>(crop.begin[axis - 1]);
    table.size[axis] = static_cast<std::int32_t>(crop.size[axis - 1]);
  }
  return layer.graph.add(table, {x}, layer.name + ".crop");
}

/// a * b / c as Keras takes it, in float32 and without its fraction.
std::int64_t ratio(std::int64_t a, std::int64_t b, std::int64_t c) {
  return static_cast<std::int64_t>(static_cast<float>(a * b) / static_cast<float>(c));
}

/// The largest part of an image, around its middle, that has the proportions of height and width.
Crop proportional(const Dimensions& image, std::int64_t height, std::int64_t width) {
  const std::int64_t rows = std::clamp<std::int64_t>(ratio(image[2], height, width), 1, image[1]),
                     columns = std::clamp<std::int64_t>(ratio(image[1], width, height), 1, image[2]);
  return {{rows, columns}, {(image[1] - rows) / 2, (image[2] - columns) / 2}};
}

/// An image within margins of one number, the same on both sides, which bring it near the proportions.
ValueId padded(const KerasLayer& layer, ValueId x, std::int64_t height, std::int64_t width) {
  const Dimensions image = layer.graph.shape(x);
  parameters::Pad table;
  const std::int64_t rows = std::max(image[1], ratio(image[2], height, width)),
                     columns = std::max(image[2], ratio(image[1], width, height));
  const std::int64_t margins[] = {(rows - image[1]) / 2, (columns - image[2]) / 2};
  for (std::size_t axis = 1; axis <= 2; ++axis) {
    if (margins[axis - 1] > 0xffff) layer.refuse("pads by more than 65535");
    table.before[axis] = table.after[axis] = static_cast<std::uint16_t>(margins[axis - 1]);
  }
  if (layer.text("fill_mode", "constant") != "constant")
    layer.refuse("pads with the fill_mode " + layer.text("fill_mode", ""), "pad with constant");
  const double fill = layer.number("fill_value", 0);
  if (fill == 0) return layer.graph.add(table, {x}, layer.name + ".pad");
  // What stands beyond the image is 0 there, and takes the number afterwards.
  const ValueId shifted = add_function_with(layer.graph, MapFunction::subtract, x, fill, layer.name + ".shift");
  return add_function_with(layer.graph, MapFunction::add, layer.graph.add(table, {shifted}, layer.name + ".pad"), fill,
                           layer.name + ".fill");
}

}  // namespace

ValueId import_resizing(const KerasLayer& layer, const Ids& inputs) {
  layer.require_rank(inputs[0], 4);
  const std::int64_t height = layer.integers("height", 1, 0)[0], width = layer.integers("width", 1, 0)[0];
  if (height < 1 || width < 1) layer.refuse("makes an image without elements");
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    if (layer.flag("crop_to_aspect_ratio", false))
      x = cropped(layer, x, proportional(layer.graph.shape(x), height, width));
    else if (layer.flag("pad_to_aspect_ratio", false))
      x = padded(layer, x, height, width);
    return resized(layer, x, {height, width},
                   {layer.text("interpolation", "bilinear"), layer.flag("antialias", false)});
  });
}

/// Of an image that is too small, and of each in the RandomCrop of Keras 2, the largest part with the right proportions
/// is resized.
ValueId import_center_crop(const KerasLayer& layer, const Ids& inputs) {
  layer.require_rank(inputs[0], 4);
  const std::int64_t height = layer.integers("height", 1, 0)[0], width = layer.integers("width", 1, 0)[0];
  if (height < 1 || width < 1) layer.refuse("makes an image without elements");
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    const Dimensions image = layer.graph.shape(x);
    if (layer.class_name == "CenterCrop" && image[1] >= height && image[2] >= width)
      return cropped(layer, x, {{height, width}, {(image[1] - height) / 2, (image[2] - width) / 2}});
    return resized(layer, cropped(layer, x, proportional(image, height, width)), {height, width}, {"bilinear"});
  });
}

/// Since Keras 3 it crops in training alone.
ValueId import_random_crop(const KerasLayer& layer, const Ids& inputs) {
  return layer.version.major < 3 ? import_center_crop(layer, inputs) : inputs[0];
}

}  // namespace nacre::tools
