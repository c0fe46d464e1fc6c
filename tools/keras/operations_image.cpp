// Operations on images: colours, brightness, parts and edges, patches.

#include <algorithm>
#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using M = MapFunction;
using R = ReduceFunction;
using Integers = std::vector<std::int64_t>;

/// Argument 0, which has rows, columns and channels behind the batch.
ValueId image(Op op) {
  const ValueId x = op.real(0);
  if (op.graph().shape(x).size() != 4) op.refuse("needs a batch of images", "give it [batch, height, width, channels]");
  return x;
}

void require_channels_last(Op op, std::size_t argument) {
  if (op.text(argument, "channels_last") != "channels_last")
    op.refuse("has the channels first", "build the model with the channels last");
}

/// Colours times a matrix [3, colours].
ValueId recoloured(Op op, ValueId x, const std::vector<double>& matrix) {
  if (op.graph().shape(x).back() != 3) op.refuse("needs three colours");
  const auto width = static_cast<std::int64_t>(matrix.size() / 3);
  const ValueId bias = op.graph().add_constant({width}, std::vector<double>(static_cast<std::size_t>(width), 0.0));
  const ValueId weights = op.graph().add_constant({3, width}, matrix);
  return op.graph().add(parameters::FullyConnected{}, {x, weights, bias}, op.name());
}

enum class Colours : int { grey, yuv, yiq };

Ids import_colours(Op op, int what) {
  const ValueId x = op.real(0);
  require_channels_last(op, 1);
  switch (static_cast<Colours>(what)) {
    case Colours::yuv:
      return {recoloured(op, x, {0.299, -0.14714119, 0.61497538, 0.587, -0.28886916, -0.51496512, 0.114, 0.43601035,
                                 -0.10001026})};
    case Colours::yiq:
      return {recoloured(op, x, {0.299, 0.59590059, 0.2115, 0.587, -0.27455667, -0.52273617, 0.114, -0.32134392,
                                 0.31119955})};
    default: return {recoloured(op, x, {0.2989, 0.5870, 0.1140})};
  }
}

Ids import_grey_to_colours(Op op, int) {
  const ValueId x = op.real(0);
  Dimensions counts(op.graph().shape(x).size(), 1);
  if (op.graph().shape(x).back() != 1) op.refuse("needs one channel");
  counts.back() = 3;
  return {add_repeat(op.graph(), x, counts, Repeat::axes, op.name())};
}

ValueId mean_over(Op op, ValueId x, unsigned axes, const char* suffix) {
  return add_reduced(op.graph(), x, R::mean, axes, op.name() + suffix);
}

Ids import_brightness(Op op, int) {
  return {add_function_with(op.graph(), M::add, op.real(0), op.number(1, 0), op.name())};
}

/// Around the mean of each channel. Arguments: images, factor.
Ids import_contrast(Op op, int) {
  const ValueId x = image(op), mean = mean_over(op, x, 0b0110, ".mean");
  const ValueId rest = add_functions(op.graph(), {M::subtract}, {x, mean}, op.name() + ".rest");
  const ValueId scaled = add_function_with(op.graph(), M::multiply, rest, op.number(1, 1), op.name() + ".scaled");
  return {add_functions(op.graph(), {M::add}, {scaled, mean}, op.name())};
}

/// Arguments: image, gamma, gain.
Ids import_gamma(Op op, int) {
  const ValueId power = add_function_with(op.graph(), M::power, op.real(0), op.number(1, 1), op.name() + ".power");
  return {add_function_with(op.graph(), M::multiply, power, op.number(2, 1), op.name())};
}

/// (x - mean) / max(deviation, 1 / sqrt(elements)) of each image.
Ids import_standardization(Op op, int) {
  const ValueId x = image(op);
  const ValueId rest =
      add_functions(op.graph(), {M::subtract}, {x, mean_over(op, x, 0b1110, ".mean")}, op.name() + ".rest");
  const ValueId squares = add_functions(op.graph(), {M::square}, {rest}, op.name() + ".squares");
  const ValueId deviation =
      add_functions(op.graph(), {M::sqrt}, {mean_over(op, squares, 0b1110, ".variance")}, op.name() + ".deviation");
  const double least = 1 / std::sqrt(static_cast<double>(op.graph().type(x).size()));
  return {add_functions(op.graph(), {M::divide},
                        {rest, add_function_with(op.graph(), M::maximum, deviation, least, op.name() + ".least")},
                        op.name())};
}

Ids import_image_type(Op op, int) {
  const std::string type = op.text(1, "");
  if ((type != "float32" && type != "tf.float32") || op.graph().type(op.tensor(0)).type != DataType::float32)
    op.refuse("brings images to another range", "use a Rescaling layer");
  return {op.tensor(0)};
}

Ids import_image_transpose(Op op, int) { return {move_axis(op.graph(), image(op), 1, 2)}; }

// ---- Parts and edges ----

/// Of one axis of an image: where a part begins, which may lie before it, and how long it is.
struct Stretch {
  std::int64_t begin, size;
};

/// Parts of rows and columns; what lies beyond the image is 0.
ValueId cropped(Op op, ValueId x, Stretch rows, Stretch columns) {
  const Dimensions shape = op.graph().shape(x);
  parameters::Slice slice = slice_of_all(shape);
  Integers pads(8, 0);
  const Stretch parts[] = {rows, columns};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t axis = i + 1;
    const std::int64_t begin = std::max<std::int64_t>(parts[i].begin, 0),
                       end = std::min(parts[i].begin + parts[i].size, shape[axis]);
    if (parts[i].size < 1 || begin >= end || parts[i].size > 0xffff) op.refuse("gives a part without elements");
    slice.begin[axis] = static_cast<std::int32_t>(begin), slice.size[axis] = static_cast<std::int32_t>(end - begin);
    pads[axis] = begin - parts[i].begin, pads[axis + 4] = parts[i].begin + parts[i].size - end;
  }
  const ValueId y = op.graph().add(slice, {x}, op.name());
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add("Pad", {fragment.tensor(y), fragment.integers(pads), fragment.real(0)})})[0];
}

/// Arguments: image, offsets of rows and of columns, height and width, of the part or of what the image is put into.
Ids import_box(Op op, int pads) {
  const ValueId x = image(op);
  const std::int64_t sign = pads != 0 ? -1 : 1;
  return {cropped(op, x, {sign * op.integer(1, 0), op.integer(3, 0)}, {sign * op.integer(2, 0), op.integer(4, 0)})};
}

/// Of Keras: two of what goes before, what goes behind and the length that is left are stated. Arguments: images, top,
/// left, bottom, right, height, width, data format.
Ids import_edges(Op op, int pads) {
  const ValueId x = image(op);
  require_channels_last(op, 7);
  Stretch parts[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t length = op.graph().shape(x)[i + 1], sign = pads != 0 ? -1 : 1;
    const std::size_t before = i + 1, behind = i + 3, target = i + 5;
    const std::int64_t size =
        op.has(target) ? op.integer(target, 0) : length - sign * (op.integer(before, 0) + op.integer(behind, 0));
    const std::int64_t begin =
        op.has(before) ? sign * op.integer(before, 0) : length - sign * op.integer(behind, 0) - size;
    parts[i] = {begin, size};
  }
  return {cropped(op, x, parts[0], parts[1])};
}

/// Arguments: image, share of its height and width.
Ids import_central_crop(Op op, int) {
  const ValueId x = image(op);
  const double share = op.number(1, 1);
  if (!(share > 0 && share <= 1)) op.refuse("keeps another share than above 0 to 1");
  const auto part = [&](std::size_t axis) {
    const auto length = op.graph().shape(x)[axis];
    const auto begin =
        static_cast<std::int64_t>((static_cast<double>(length) - static_cast<double>(length) * share) / 2);
    return Stretch{begin, length - 2 * begin};
  };
  return {cropped(op, x, part(1), part(2))};
}

/// Arguments: image, height, width.
Ids import_crop_or_pad(Op op, int) {
  const ValueId x = image(op);
  const auto part = [&](std::size_t axis) {
    const std::int64_t length = op.graph().shape(x)[axis], size = op.integer(axis, 0);
    return Stretch{size <= length ? (length - size) / 2 : -((size - length) / 2), size};
  };
  return {cropped(op, x, part(1), part(2))};
}

// ---- Patches ----

/// Two numbers of a window, that TensorFlow states with those of batch and channels.
std::pair<std::int64_t, std::int64_t> pair_of(Op op, std::size_t i) {
  const Integers stated = op.has(i) ? op.integers(i) : Integers{1};
  if (stated.size() == 1) return {stated[0], stated[0]};
  if (stated.size() == 2) return {stated[0], stated[1]};
  if (stated.size() != 4) op.refuse("has a window of another rank than an image");
  return {stated[1], stated[2]};
}

/// Windows as channels. Arguments: images, sizes, strides, dilations, padding, data format.
Ids import_patches(Op op, int strides_are_sizes) {
  const ValueId x = image(op);
  require_channels_last(op, 5);
  if (op.text(4, "valid") != "valid" && op.text(4, "valid") != "VALID")
    op.refuse("pads its patches", "build the model with padding=\"valid\"");
  const auto [height, width] = pair_of(op, 1);
  const auto [down, right] = pair_of(op, strides_are_sizes != 0 && !op.has(2) ? 1 : 2);
  const auto [spread_h, spread_w] = pair_of(op, 3);
  const Dimensions shape = op.graph().shape(x);
  if (std::min({height, width, down, right, spread_h, spread_w}) < 1) op.refuse("has an impossible window");
  const std::int64_t rows = (shape[1] - (height - 1) * spread_h - 1) / down + 1,
                     columns = (shape[2] - (width - 1) * spread_w - 1) / right + 1;
  constexpr std::int64_t kMost = 1 << 20;
  if (rows < 1 || columns < 1 || rows * columns * height * width * shape[3] > kMost)
    op.refuse("gives no patches, or more than Nacre computes");
  Integers places;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column)
      for (std::int64_t i = 0; i < height; ++i)
        for (std::int64_t j = 0; j < width; ++j)
          for (std::int64_t channel = 0; channel < shape[3]; ++channel)
            places.push_back(((row * down + i * spread_h) * shape[2] + column * right + j * spread_w) * shape[3] +
                             channel);
  const ValueId flat = add_reshape(op.graph(), x, {shape[1] * shape[2] * shape[3]}, op.name());
  const ValueId picked = add_selection(op.graph(), flat, std::move(places), op.name());
  return {add_reshape(op.graph(), picked, {rows, columns, height * width * shape[3]}, op.name())};
}

constexpr int of(Colours what) { return static_cast<int>(what); }

}  // namespace

std::vector<KerasOperationRow> keras_image_operations() {
  return {
      {"RGBToGrayscale", "images data_format", import_colours, of(Colours::grey)},
      {"CropImages",
       "images top_cropping left_cropping bottom_cropping right_cropping target_height target_width data_format",
       import_edges, 0},
      {"PadImages",
       "images top_padding left_padding bottom_padding right_padding target_height target_width data_format",
       import_edges, 1},
      {"ExtractPatches", "images size strides dilation_rate padding data_format", import_patches, 1},
      {"image.rgb_to_grayscale", "images", import_colours, of(Colours::grey)},
      {"image.rgb_to_yuv", "images", import_colours, of(Colours::yuv)},
      {"image.rgb_to_yiq", "images", import_colours, of(Colours::yiq)},
      {"image.grayscale_to_rgb", "images", import_grey_to_colours},
      {"image.adjust_brightness", "image delta", import_brightness},
      {"image.adjust_contrast", "images contrast_factor", import_contrast},
      {"image.adjust_gamma", "image gamma gain", import_gamma},
      {"image.per_image_standardization", "image", import_standardization},
      {"image.convert_image_dtype", "image dtype", import_image_type},
      {"image.transpose", "image", import_image_transpose},
      {"image.crop_to_bounding_box", "image offset_height offset_width target_height target_width", import_box, 0},
      {"image.pad_to_bounding_box", "image offset_height offset_width target_height target_width", import_box, 1},
      {"image.central_crop", "image central_fraction", import_central_crop},
      {"image.resize_with_crop_or_pad", "image target_height target_width", import_crop_or_pad},
      {"image.extract_patches", "images sizes strides rates padding", import_patches, 0},
  };
}

}  // namespace nacre::tools
