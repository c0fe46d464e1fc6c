#pragma once

#include <cstdint>

#include "nacre/tensor.hpp"

namespace nacre {

/// Input element that output element `output` gathers as its `step`th.
inline std::uint32_t reduced_source(const Shape& shape, std::uint32_t axes, std::uint32_t output, std::uint32_t step) {
  std::uint32_t index = 0, stride = 1;
  for (unsigned axis = shape.rank(); axis-- > 0; stride *= shape[axis]) {
    std::uint32_t& counter = axes >> axis & 1 ? step : output;
    index += counter % shape[axis] * stride;
    counter /= shape[axis];
  }
  return index;
}

/// What an output gathers is several runs along the last axis that is gathered and has more than one element.
struct ReducedRun {
  std::uint32_t length = 1, stride = 1;

  ReducedRun(const Shape& shape, std::uint32_t axes) {
    for (unsigned axis = shape.rank(); axis-- > 0; stride *= shape[axis]) {
      if ((axes >> axis & 1) == 0 || shape[axis] == 1) continue;
      length = shape[axis];
      return;
    }
  }
};

}  // namespace nacre
