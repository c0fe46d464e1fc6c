#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of reduce: each output element gathers the input elements whose kept coordinates it has,
/// in ascending order.
struct Reduce {
  std::uint32_t axes;   ///< bit i: axis i is reduced
  std::uint32_t count;  ///< input elements per output element
  std::int32_t input_zero_point;  ///< int8 only, as what follows
  std::int32_t output_zero_point;
  std::int32_t multiplier;
  std::int32_t shift;
};

}  // namespace nacre
