// Layers that move elements, or combine several inputs.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// What a padding or cropping layer states for each spatial axis: elements before and after.
struct Margins {
  std::vector<std::int64_t> before, after;
};

std::int64_t margin(const KerasLayer& layer, const char* key, const nlohmann::json& number) {
  if (number.is_number_unsigned() && number.get<std::uint64_t>() > 65535)
    layer.refuse("pads by more than 65535", "build the model with less");
  if (!number.is_number_integer() || number.get<std::int64_t>() < 0)
    layer.refuse(fmt::format("has the {} {}", key, number.dump()));
  return number.get<std::int64_t>();
}

/// One number for all, one per axis, or a pair per axis; one axis has its pair directly.
Margins margins(const KerasLayer& layer, const char* key) {
  const auto axes = static_cast<std::size_t>(layer.class_name[layer.class_name.size() - 2] - '0');  // "…2D"
  const nlohmann::json stated = layer.config.value(key, nlohmann::json(1));
  Margins result;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const nlohmann::json& own = axes == 1 || !stated.is_array() ? stated : stated.at(axis);
    if (own.is_array() && own.size() != 2) layer.refuse(fmt::format("has the {} {}", key, stated.dump()));
    result.before.push_back(margin(layer, key, own.is_array() ? own[0] : own));
    result.after.push_back(margin(layer, key, own.is_array() ? own[1] : own));
  }
  return result;
}

}  // namespace

ValueId import_identity(const KerasLayer&, const Ids& inputs) { return inputs[0]; }

ValueId import_flatten(const KerasLayer& layer, const Ids& inputs) {
  const bool moves = layer.channels_first() && layer.graph.shape(inputs[0]).size() > 1;
  const ValueId x = moves ? layer.move_axis(inputs[0], 1, layer.last_axis(inputs[0])) : inputs[0];
  return add_reshape(layer.graph, x, {-1}, layer.name);
}

ValueId import_reshape(const KerasLayer& layer, const Ids& inputs) {
  Dimensions shape;
  const auto target = layer.config.find("target_shape");
  if (target == layer.config.end() || !target->is_array()) layer.refuse("lacks its target shape");
  for (const auto& dimension : *target)
    shape.push_back(dimension.is_number_integer() ? dimension.get<std::int64_t>() : -1);
  return add_reshape(layer.graph, inputs[0], shape, layer.name);
}

ValueId import_permute(const KerasLayer& layer, const Ids& inputs) {
  parameters::Permute table;
  std::uint8_t* place = table.permutation;
  for (const std::int64_t axis : layer.integers("dims", layer.graph.shape(inputs[0]).size() - 1, 1))
    *++place = static_cast<std::uint8_t>(axis);
  return layer.graph.add(table, {inputs[0]}, layer.name);
}

ValueId import_repeat_vector(const KerasLayer& layer, const Ids& inputs) {
  layer.require_rank(inputs[0], 2);
  const Dimensions shape = layer.graph.shape(inputs[0]);
  const std::int64_t times = layer.integers("n", 1, 1)[0];
  const ValueId one = add_reshape(layer.graph, inputs[0], {1, shape[1]}, "");
  return add_broadcast(layer.graph, one, {shape[0], times, shape[1]}, layer.name);
}

namespace {

/// Whether a layer of images interpolates between two places along an axis; not: it repeats elements.
bool is_bilinear(const KerasLayer& layer, const char* otherwise) {
  const std::string how = layer.text("interpolation", otherwise);
  if (how != "nearest" && how != "bilinear")
    layer.refuse("interpolates (" + how + "), which Nacre does not support",
                 "build the model with interpolation=\"nearest\" or \"bilinear\"");
  return how == "bilinear";
}

/// An image with its height and width changed, from the centres of its elements.
ValueId resized(const KerasLayer& layer, ValueId x, const std::vector<std::int64_t>& size) {
  for (std::size_t axis = 1; axis <= 2; ++axis) {
    const std::int64_t from = layer.graph.shape(x)[axis], to = size[axis - 1];
    if (to < 1 || to > 0xffff) layer.refuse(fmt::format("makes an image of {}", to));
    if (from != to) x = add_resized(layer.graph, x, axis, between(from, to, false, true), layer.name);
  }
  return x;
}

}  // namespace

ValueId import_up_sampling(const KerasLayer& layer, const Ids& inputs) {
  const auto axes = static_cast<std::size_t>(layer.class_name[layer.class_name.size() - 2] - '0');
  layer.require_rank(inputs[0], axes + 2);
  if (is_bilinear(layer, "nearest")) {
    if (layer.version.major < 3 && (!layer.version.is_tensorflows || !layer.version.is_since(2, 3)))
      layer.refuse("interpolates, from other places of its image than since TensorFlow 2.2",
                   "save the model again with TensorFlow 2.2 or later, and compare what it predicts there");
    const std::vector<std::int64_t> factors = layer.integers("size", 2, 2);
    return layer.with_channels_last(inputs[0], [&](ValueId x) {
      const Dimensions shape = layer.graph.shape(x);
      return resized(layer, x, {shape[1] * factors[0], shape[2] * factors[1]});
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

/// The nearest elements are those whose centres are nearest.
ValueId import_resizing(const KerasLayer& layer, const Ids& inputs) {
  for (const char* option : {"crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"})
    if (layer.flag(option, false))
      layer.refuse(std::string("has ") + option + "=True, which Nacre does not support", "resize without it");
  const bool interpolates = is_bilinear(layer, "bilinear");
  layer.require_rank(inputs[0], 4);
  const auto length = [&](const char* key) { return layer.integers(key, 1, 0)[0]; };
  const std::vector<std::int64_t> size{length("height"), length("width")};
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    if (interpolates) return resized(layer, x, size);
    for (std::size_t axis = 1; axis <= 2; ++axis) {
      const std::int64_t from = layer.graph.shape(x)[axis], to = size[axis - 1];
      if (to < 1) layer.refuse(fmt::format("makes an image of {}", to));
      const float scale = static_cast<float>(from) / static_cast<float>(to);
      std::vector<std::int64_t> places;
      for (std::int64_t i = 0; i < to; ++i)
        places.push_back(std::min(static_cast<std::int64_t>((static_cast<float>(i) + 0.5f) * scale), from - 1));
      const ValueId indices =
          layer.graph.add_constant(Array::of(ElementType::int32, {to}, places), DataType::int32);
      const parameters::Gather gather{.behind = static_cast<std::uint8_t>(3 - axis)};
      if (from != to) x = layer.graph.add(gather, {x, indices}, layer.name);
    }
    return x;
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

/// The largest part of an image, around its middle, that has the proportions of height and width.
Crop proportional(const Dimensions& image, std::int64_t height, std::int64_t width) {
  const auto within = [](double wanted, std::int64_t most) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(wanted), 1, most);
  };
  const auto ratio = [](std::int64_t a, std::int64_t b, std::int64_t c) {
    return static_cast<double>(a * b) / static_cast<double>(c);
  };
  const std::int64_t rows = within(ratio(image[2], height, width), image[1]),
                     columns = within(ratio(image[1], width, height), image[2]);
  return {{rows, columns}, {(image[1] - rows) / 2, (image[2] - columns) / 2}};
}

}  // namespace

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
    return resized(layer, cropped(layer, x, proportional(image, height, width)), {height, width});
  });
}

/// Since Keras 3 it crops in training alone.
ValueId import_random_crop(const KerasLayer& layer, const Ids& inputs) {
  return layer.version.major < 3 ? import_center_crop(layer, inputs) : inputs[0];
}

ValueId import_zero_padding(const KerasLayer& layer, const Ids& inputs) {
  const Margins padding = margins(layer, "padding");
  layer.require_rank(inputs[0], padding.before.size() + 2);
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    parameters::Pad table;
    for (std::size_t axis = 0; axis < padding.before.size(); ++axis) {
      table.before[axis + 1] = static_cast<std::uint16_t>(padding.before[axis]);
      table.after[axis + 1] = static_cast<std::uint16_t>(padding.after[axis]);
    }
    return layer.graph.add(table, {x}, layer.name);
  });
}

ValueId import_cropping(const KerasLayer& layer, const Ids& inputs) {
  const Margins cropping = margins(layer, "cropping");
  layer.require_rank(inputs[0], cropping.before.size() + 2);
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    const Dimensions& shape = layer.graph.shape(x);
    parameters::Slice table = slice_of_all(shape);
    for (std::size_t axis = 1; axis <= cropping.before.size(); ++axis) {
      const std::int64_t before = cropping.before[axis - 1], after = cropping.after[axis - 1];
      table.begin[axis] = static_cast<std::int32_t>(before);
      table.size[axis] = static_cast<std::int32_t>(shape[axis] - before - after);
    }
    return layer.graph.add(table, {x}, layer.name);
  });
}

ValueId import_merge(const KerasLayer& layer, const Ids& inputs) {
  using B = BinaryFunction;
  const std::string& name = layer.class_name;
  const B function = name == "Subtract"   ? B::subtract
                     : name == "Multiply" ? B::multiply
                     : name == "Maximum"  ? B::maximum
                     : name == "Minimum"  ? B::minimum
                                          : B::add;
  if (inputs.size() < 2) layer.refuse("merges fewer than two inputs");
  ValueId result = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    parameters::Binary table;
    table.function = function;
    result =
        layer.graph.add(table, {result, inputs[i]},
                        inputs.size() == 2 && name != "Average" ? layer.name : layer.name + "." + std::to_string(i));
  }
  return name == "Average"
             ? add_affine(layer.graph, result, {0}, {1.0 / static_cast<double>(inputs.size())}, {0}, layer.name)
             : result;
}

ValueId import_concatenate(const KerasLayer& layer, const Ids& inputs) {
  parameters::Concatenate table;
  const std::size_t axis = layer.axis(inputs[0], -1);
  if (axis < 1)
    layer.refuse("concatenates along axis 0, the batch, which Nacre does not support",
                 "build the model so that it concatenates along another axis");
  table.axis = static_cast<std::uint8_t>(axis);
  return layer.graph.add(table, inputs, layer.name);
}

}  // namespace nacre::tools
