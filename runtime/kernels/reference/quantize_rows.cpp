#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/nearest.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/double_sum.hpp"

namespace nacre::reference {
namespace {

using numerics::minus, numerics::plus;

/// The range of a row and 0.
struct Range {
  float least = 0, most = 0;
  bool is_finite = true;
};

Range range_of(const float* x, std::uint32_t count) {
  Range range;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (x[i] < range.least) range.least = x[i];
    if (x[i] > range.most) range.most = x[i];
    if (!(x[i] - x[i] == 0)) range.is_finite = false;
  }
  return range;
}

/// What a row is quantised with.
struct Codes {
  float scale, inverse;
  std::int32_t zero_point, least;
};

Codes symmetric(const Range& range) {
  const float largest = -range.least > range.most ? -range.least : range.most;
  return {largest / 127, 127 / largest, 0, -127};
}

Codes asymmetric(const Range& range) {
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

}  // namespace

Status quantize_rows_f32(const Layer& layer) {
  const bool is_symmetric = layer.parameters<parameters::QuantizeRows>().symmetric;
  const std::uint32_t rows = dimensions_of(layer, 0)[0], count = count_of(layer) / rows;
  const float* x = layer.input<float>(0);
  std::int8_t* q = layer.output<std::int8_t>(0);
  float* scale = layer.output<float>(1);
  std::int32_t* zero_point = layer.output<std::int32_t>(2);
  for (std::uint32_t row = 0; row < rows; ++row, x += count, q += count) {
    const Range range = range_of(x, count);
    if (!range.is_finite || range.least == range.most) {
      for (std::uint32_t i = 0; i < count; ++i) q[i] = 0;
      scale[row] = range.is_finite ? 1.0f : __builtin_nanf("");
      zero_point[row] = 0;
      continue;
    }
    const Codes codes = is_symmetric ? symmetric(range) : asymmetric(range);
    scale[row] = codes.scale, zero_point[row] = codes.zero_point;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::int32_t code = nearest_away(x[i] * codes.inverse, 0) + codes.zero_point;
      q[i] = static_cast<std::int8_t>(code < codes.least ? codes.least : (code > 127 ? 127 : code));
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
