#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// What a layer `move` copies, in elements.

using Axes = std::vector<std::int64_t>;

/// Bytes of an element of the device.
std::int64_t width_of(DataType type);

/// An axis of a box, in elements.
struct BoxAxis {
  std::int64_t length, stride;
};

/// A box of elements: its first one, and its axes, of which the last runs fastest.
struct Box {
  std::int64_t start;
  std::vector<BoxAxis> axes;
};

/// The box of a layer, of elements instead of units. The last axis of what is put is as long as `elements` need it.
Box box_of(const parameters::Move& move, DataType type, std::int64_t elements);

/// Numbers of all elements of a box, in its order.
Axes elements_of(const Box& box);

/// A whole tensor of `size` elements as axes of which each takes a range, in descending order of strides.
struct Grid {
  Axes dims;                      ///< of the whole
  Axes first, length;             ///< the range of each
  std::vector<bool> is_reversed;  ///< and whether the box runs through it backwards
  Axes axis_of;                   ///< for each axis of the box, its axis here; -1 where it repeats
};

/// The ranges of axes that a box in `size` elements is; nothing where it is none.
std::optional<Grid> grid_of(Box box, std::int64_t size);

}  // namespace nacre::tools
