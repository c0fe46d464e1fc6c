#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of impute: missing elements become the fill value of their place in the row.
struct Impute {
  std::uint32_t rows;
  std::uint32_t width;
  float missing_value;  ///< NaN: any NaN is missing
};

}  // namespace nacre
