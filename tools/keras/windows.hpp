#pragma once

#include <cstdint>
#include <vector>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

// What convolutions and poolings share. Layers of one spatial axis are those of an image of height 1.

/// A size as tables of operators hold it; throws std::out_of_range where it is beyond 65535.
std::uint16_t narrow(std::int64_t x);

/// Elements of padding along one axis.
struct KerasPadding {
  std::uint16_t before = 0, after = 0;
};
KerasPadding padding_of(const KerasLayer& layer, std::int64_t input, std::int64_t kernel, std::int64_t stride,
                        std::int64_t dilation);

/// Numbers of the configuration for each axis of the image.
std::vector<std::int64_t> spatial(const KerasLayer& layer, const char* key, std::size_t axes, std::int64_t otherwise,
                                  std::int64_t leading = 1);
/// The kernel of a layer of `axes` axes, weight `i`, as an image has it.
Array image_kernel(const KerasLayer& layer, std::size_t i, std::size_t axes);

/// [batch, time, channels] as an image of height 1, and back.
ValueId as_image(const KerasLayer& layer, ValueId x);
ValueId as_sequence(const KerasLayer& layer, ValueId x);

/// `import` applied to x with its channels last, a sequence as an image.
template <typename Import>
ValueId on_image(const KerasLayer& layer, ValueId x, std::size_t axes, Import import) {
  return layer.with_channels_last(x, [&](ValueId given) {
    layer.require_rank(given, axes + 2);
    return axes == 1 ? as_sequence(layer, import(as_image(layer, given))) : import(given);
  });
}

/// y, to which the layer has added its bias along its channels; refuses it where Keras leaves open along which axis.
ValueId biased_along_channels(const KerasLayer& layer, ValueId y);

/// How many spatial axes the class of a layer works on: of "Conv2D" two.
std::size_t axes_of(const KerasLayer& layer);
/// The strides of a pooling layer, which are its pool_size where it states none.
std::vector<std::int64_t> pool_strides(const KerasLayer& layer, std::size_t axes);

}  // namespace nacre::tools
