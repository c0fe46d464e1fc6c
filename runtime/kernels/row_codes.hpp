#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/nearest.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/double_sum.hpp"

namespace nacre {

/// The range of a row and 0.
struct RowRange {
  float least = 0, most = 0;
  bool is_finite = true;
};

/// What a row is quantised with: codes are from `least` to 127.
struct RowCodes {
  float scale, inverse;
  std::int32_t zero_point, least;

  static RowCodes symmetric(const RowRange& range) {
    const float largest = -range.least > range.most ? -range.least : range.most;
    return {largest / 127, 127 / largest, 0, -127};
  }

  static RowCodes asymmetric(const RowRange& range) {
    using numerics::minus, numerics::plus;
    const float width = range.most - range.least;
    const double step = static_cast<double>(width) / 255;
    const double below = range.least / step, above = range.most / step;  // below is not positive
    const double wanted = minus(128.0, below) < plus(127.0, above) ? minus(-128.0, below) : minus(127.0, above);
    std::int32_t zero_point = wanted <= -128 ? -128 : 127;
    if (wanted > -128 && wanted < 127) {
      const auto whole = static_cast<std::int32_t>(wanted);
      const double rest = minus(wanted, static_cast<double>(whole));
      zero_point = whole + (rest >= 0.5 ? 1 : (rest <= -0.5 ? -1 : 0));
    }
    const auto scale = static_cast<float>(step);
    return {scale, 1 / scale, zero_point, -128};
  }
};

/// Quantises the rows of a layer: Row::range_of(x, count) gives the range of a row, Row::quantize(x, count, codes, q)
/// its codes.
template <typename Row>
inline Status quantize_each_row(const Layer& layer) {
  const bool is_symmetric = layer.parameters<parameters::QuantizeRows>().symmetric;
  const std::uint32_t rows = dimensions_of(layer, 0)[0], count = count_of(layer) / rows;
  const float* x = layer.input<float>(0);
  std::int8_t* q = layer.output<std::int8_t>(0);
  float* scale = layer.output<float>(1);
  std::int32_t* zero_point = layer.output<std::int32_t>(2);
  for (std::uint32_t row = 0; row < rows; ++row, x += count, q += count) {
    const RowRange range = Row::range_of(x, count);
    if (!range.is_finite || range.least == range.most) {
      for (std::uint32_t i = 0; i < count; ++i) q[i] = 0;
      scale[row] = range.is_finite ? 1.0f : __builtin_nanf("");
      zero_point[row] = 0;
      continue;
    }
    const RowCodes codes = is_symmetric ? RowCodes::symmetric(range) : RowCodes::asymmetric(range);
    scale[row] = codes.scale, zero_point[row] = codes.zero_point;
    Row::quantize(x, count, codes, q);
  }
  return Status::ok;
}

/// A number as a code.
inline std::int8_t code_of(float x, const RowCodes& codes) {
  const std::int32_t code = nearest_away(x * codes.inverse, 0) + codes.zero_point;
  return static_cast<std::int8_t>(code < codes.least ? codes.least : (code > 127 ? 127 : code));
}

}  // namespace nacre
