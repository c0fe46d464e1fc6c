#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/network.hpp"

namespace nacre::rows {

/// What a schedule says of a layer: how the rows of its output become more (schema/operators/rows.md).
struct Growth {
  std::int32_t height, first, step, kept;

  /// Rows that are there after step `t`; before the first one, which is 0, there are none.
  std::int32_t done(std::int32_t t) const { return t < 0 ? 0 : limited(first + t * step); }
  /// The row with which its buffer begins in step `t`.
  std::int32_t base(std::int32_t t) const { return t <= 0 ? 0 : limited(kept + (t - 1) * step); }

 private:
  std::int32_t limited(std::int32_t row) const { return row < 0 ? 0 : row < height ? row : height; }
};

/// What it takes to run an operator on rows: the bytes of its struct, and where that has the stride and the padding
/// above of a window that slides over rows; stride 0: the operator works element by element.
struct Sliding {
  std::uint8_t bytes, stride, pad_top;

  /// Of an operator that rows.md does not name, `bytes` is 0.
  static constexpr Sliding of(Operator op) {
    switch (op) {
      case Operator::conv_2d: return of_window<parameters::Conv2D>();
      case Operator::depthwise_conv_2d: return of_window<parameters::DepthwiseConv2D>();
      case Operator::max_pool_2d: return of_window<parameters::MaxPool2D>();
      case Operator::average_pool_2d: return of_window<parameters::AveragePool2D>();
      case Operator::binary: return {sizeof(parameters::Binary), 0, 0};
      case Operator::lookup_table: return {sizeof(parameters::LookupTable), 0, 0};
      case Operator::map: return {sizeof(parameters::Map), 0, 0};
      case Operator::requantize: return {sizeof(parameters::Requantize), 0, 0};
      default: return {0, 0, 0};
    }
  }

 private:
  template <typename Parameters>
  static constexpr Sliding of_window() {
    static_assert(offsetof(Parameters, pad_bottom) == offsetof(Parameters, pad_top) + 2, "so the loader reads it");
    return {sizeof(Parameters), offsetof(Parameters, stride_h), offsetof(Parameters, pad_top)};
  }
};

/// The arguments of a layer that stands for one of the file: copies of their records, which may be changed.
struct OwnArguments {
  static constexpr unsigned kMaxArguments = 8, kMaxDimensions = 32;
  /// Argument i is tensor i.
  static constexpr std::uint32_t kNumbers[kMaxArguments] = {0, 1, 2, 3, 4, 5, 6, 7};

  TensorRecord tensors[kMaxArguments];
  std::uint32_t shapes[kMaxDimensions];

  static constexpr bool has_room(unsigned arguments, unsigned dimensions) {
    return arguments <= kMaxArguments && dimensions <= kMaxDimensions;
  }

  /// Copies the records of `count` arguments, which are all there, and for which there is room.
  [[gnu::noinline]] void copy(unsigned count, const std::uint32_t* numbers, const TensorRecord* all_tensors,
                              const std::uint32_t* all_shapes) {
    TensorRecord* tensor = tensors;
    for (std::uint32_t used = 0; count != 0; --count) {
      *tensor = all_tensors[*numbers++];
      const std::uint32_t* dimension = all_shapes + tensor->shape;
      std::uint32_t left = tensor->rank, *to = shapes + used;
      tensor++->shape = used;
      used += left;
      if (left == 4) __builtin_memcpy(to, dimension, 4 * sizeof *to);  // an image
      else
        for (; left != 0; --left) *to++ = *dimension++;
    }
  }

  /// The height of an image.
  std::uint32_t& height(unsigned i) { return shapes[tensors[i].shape + 1]; }
  /// Bytes of one of its rows.
  std::uint32_t row_bytes(unsigned i) const {
    const std::uint32_t* const shape = shapes + tensors[i].shape;
    return shape[2] * shape[3] * element_bytes(tensors[i].type);
  }
  /// The image becomes so many of its rows.
  void take(unsigned i, std::uint32_t first, std::uint32_t rows) {
    tensors[i].offset += first * row_bytes(i);
    height(i) = rows;
  }
};

/// A layer of its own that stands for one of the file.
struct OwnLayer {
  static constexpr unsigned kMaxBytes = 64;

  LayerRecord record;
  OwnArguments arguments;
  std::uint32_t offset;  ///< as the file has it: from here to the struct
  std::byte parameters[kMaxBytes];

  /// Copies the records of a layer that load() has verified.
  void copy_layer(const LayerRecord& layer, const std::uint32_t* its_arguments, const TensorRecord* all_tensors,
                  const std::uint32_t* all_shapes) {
    record = layer;
    record.arguments = 0;
    const unsigned count = unsigned{layer.inputs} + layer.outputs + layer.temporaries;
    arguments.copy(count, its_arguments, all_tensors, all_shapes);
  }
  std::uint16_t number(unsigned place) const {
    std::uint16_t value;
    __builtin_memcpy(&value, parameters + place, sizeof value);
    return value;
  }
  void set_number(unsigned place, std::int32_t value) {
    const auto narrow = static_cast<std::uint16_t>(value);
    __builtin_memcpy(parameters + place, &narrow, sizeof narrow);
  }
};

}  // namespace nacre::rows
