#pragma once

#include <algorithm>
#include <array>

#include "tests/support/images.hpp"

namespace nacre::test {

// Weights packed as schema/operators/{fully_connected,conv_2d,depthwise_conv_2d}.md say of the layout dsp, and
// workspaces of dsp and mve, written from there and not from the converter.

/// Words of rows [rows, columns], whose pairs follow each other by `pairs` at once, those that are left by themselves.
/// To the first weight of two, `offset` is added.
inline std::vector<std::int32_t> words_of_rows(const std::vector<std::byte>& weights, std::uint32_t rows,
                                               std::uint32_t columns, std::uint32_t pairs, std::int32_t offset) {
  const auto weight = [&](std::uint32_t row, std::uint32_t column) {
    const bool is_there = row < rows && column < columns;
    return is_there ? static_cast<std::int8_t>(weights[row * columns + column]) : std::int8_t{0};
  };
  const auto half = [&](std::uint32_t row, std::uint32_t column) {
    return static_cast<std::uint16_t>(weight(row, column) + offset + 256 * weight(row + 1, column));
  };
  std::vector<std::int32_t> words;
  for (std::uint32_t begin = 0; begin < rows; begin += 2 * pairs) {
    if (rows - begin < 2 * pairs) pairs = 1;
    for (std::uint32_t four = 0; four < columns; four += 4)
      for (std::uint32_t column = four; column < four + 2; ++column)
        for (std::uint32_t row = begin; row < std::min(rows, begin + 2 * pairs); row += 2)
          words.push_back(
              static_cast<std::int32_t>(half(row, column) + (std::uint32_t{half(row, column + 2)} << 16)));
  }
  return words;
}

inline void replace_weights(ModelBuilder& model, const std::vector<std::int32_t>& words, Dimensions shape) {
  Argument& weights = model.argument(1);
  weights.type = DataType::int32;
  weights.shape = std::move(shape);
  weights.bytes.resize(words.size() * sizeof words[0]);
  std::memcpy(weights.bytes.data(), words.data(), weights.bytes.size());
}

/// Multipliers m and shifts s, where there are some: 2 m modulo 2^32 and -1 - s.
inline void pack_rescale_for_dsp(ModelBuilder& model) {
  if (model.inputs < 4) return;
  std::vector<std::byte>& bytes = model.argument(3).bytes;
  std::vector<std::int32_t> pairs(bytes.size() / sizeof(std::int32_t));
  std::memcpy(pairs.data(), bytes.data(), bytes.size());
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = i % 2 == 0 ? static_cast<std::int32_t>(2 * static_cast<std::uint32_t>(pairs[i])) : -1 - pairs[i];
  std::memcpy(bytes.data(), pairs.data(), bytes.size());
}

/// A fully connected layer.
inline void pack_for_dsp(ModelBuilder& model, std::uint32_t depth, std::uint32_t units) {
  replace_weights(model, words_of_rows(model.argument(1).bytes, units, depth, 3, 128),
                  {(units + 1) / 2, (depth + 3) / 4 * 2});
  pack_rescale_for_dsp(model);
  model.parameters<parameters::FullyConnected>().layout = Layout::dsp;
}

/// A convolution of one group, which has no weight of -128.
inline void pack_convolution_for_dsp(ModelBuilder& model, const Sliding& s, std::uint32_t outputs) {
  const std::uint32_t columns = s.kernel_h * s.kernel_w * s.channels, fours = (columns + 3) / 4;
  replace_weights(model, words_of_rows(model.argument(1).bytes, outputs, columns, 1, 0),
                  {(outputs + 1) / 2, fours * 2});
  pack_rescale_for_dsp(model);
  auto& table = model.parameters<parameters::Conv2D>();
  table.layout = Layout::dsp;
  s.write_kernel(&table);
  model.temporary<std::int32_t>({7 * fours});
}

/// A depthwise convolution with an output for each of at least four channels.
inline void pack_depthwise_for_dsp(ModelBuilder& model, const Sliding& s) {
  const std::vector<std::byte> weights = model.argument(1).bytes;
  std::vector<std::int32_t> words;
  for (std::uint32_t group = 0; group < (s.channels + 3) / 4; ++group) {
    const std::uint32_t c = std::min(4 * group, s.channels - 4);
    const auto byte = [&](std::uint32_t h, std::uint32_t k, std::uint32_t channel) {
      return static_cast<std::uint32_t>(weights[(h * s.kernel_w + k) * s.channels + c + channel]);
    };
    const auto add = [&](const std::array<std::uint32_t, 4>& bytes) {
      words.push_back(static_cast<std::int32_t>(bytes[0] + (bytes[1] << 8) + (bytes[2] << 16) + (bytes[3] << 24)));
    };
    for (std::uint32_t h = 0; h < s.kernel_h; h += 2)
      for (std::uint32_t k = 0; k < s.kernel_w; ++k) {
        if (h + 1 == s.kernel_h) {
          add({byte(h, k, 0), byte(h, k, 1), byte(h, k, 2), byte(h, k, 3)});
          continue;
        }
        add({byte(h, k, 0), byte(h, k, 1), byte(h + 1, k, 0), byte(h + 1, k, 1)});
        add({byte(h, k, 2), byte(h, k, 3), byte(h + 1, k, 2), byte(h + 1, k, 3)});
      }
  }
  replace_weights(model, words, {(s.channels + 3) / 4, s.kernel_h, s.kernel_w});
  pack_rescale_for_dsp(model);
  model.parameters<parameters::DepthwiseConv2D>().layout = Layout::dsp;
  const std::uint32_t pairs = (s.kernel_h + 1) / 2;
  const std::uint32_t columns = (s.output_width() - 1) * s.stride_w + (s.kernel_w - 1) * s.dilation_w + 1;
  model.temporary<std::int32_t>({4 * (pairs * s.kernel_w + (2 * pairs - 1) * columns)});
}

/// A convolution of one group.
inline void mark_convolution_for_mve(ModelBuilder& model, const Sliding& s) {
  model.parameters<parameters::Conv2D>().layout = Layout::mve;
  const bool is_pixel = s.kernel_h == 1 && s.kernel_w == 1 && s.pad_bottom == 0 && s.pad_right == 0;
  const std::uint32_t columns = s.kernel_h * s.kernel_w * s.channels;
  model.temporary<std::int32_t>({is_pixel ? 4 : 8 * ((columns + 15) / 16)});
}

/// A depthwise convolution with an output for each channel.
inline void mark_depthwise_for_mve(ModelBuilder& model, const Sliding& s) {
  model.parameters<parameters::DepthwiseConv2D>().layout = Layout::mve;
  const bool is_small = s.kernel_h <= 4 && s.kernel_w <= 4 && s.dilation_h == 1 && s.dilation_w == 1;
  model.temporary<std::int32_t>({is_small ? 8 * ((s.output_width() - 1) * s.stride_w + 4) : 4});
}

}  // namespace nacre::test
