#include "tools/trees/thresholds.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

namespace nacre::tools {
namespace {

template <typename Real>
constexpr Real kBeyond = std::numeric_limits<Real>::infinity();

/// Numbers in ascending order as integers without gaps; both zeros are two of them.
template <typename Integer, typename Real>
Integer ordinal(Real x) {
  const auto bits = std::bit_cast<Integer>(x);
  return bits < 0 ? std::numeric_limits<Integer>::min() - bits - 1 : bits;
}

template <typename Real, typename Integer>
Real from_ordinal(Integer n) {
  return std::bit_cast<Real>(n < 0 ? std::numeric_limits<Integer>::min() - n - 1 : n);
}

/// The largest number of which `goes_left` holds, where it holds of all below too.
template <typename Real, typename Integer, typename Question>
Real last_left(Question goes_left) {
  constexpr Real kMost = std::numeric_limits<Real>::max();
  if (goes_left(kMost)) return kBeyond<Real>;
  if (!goes_left(-kMost)) return -kBeyond<Real>;
  Integer below = ordinal<Integer>(-kMost), above = ordinal<Integer>(kMost);
  for (;;) {
    const Integer middle = std::midpoint(below, above);
    if (middle == below) return from_ordinal<Real>(below);
    (goes_left(from_ordinal<Real>(middle)) ? below : above) = middle;
  }
}

}  // namespace

MovedThreshold moved_threshold(const ColumnPath& path, double threshold, bool rounds) {
  const auto goes_left = [&](double y) {
    return (rounds ? static_cast<double>(static_cast<float>(y)) : y) <= threshold;
  };
  const auto last = [&](int way) {
    return last_left<double, std::int64_t>([&](double x) { return goes_left(path.bound(x, way)); });
  };
  const auto last_of_float32 = [&](int way) {
    return last_left<float, std::int32_t>([&](float x) { return path.bound_float32(x, way) <= threshold; });
  };
  MovedThreshold moved{};
  moved.exact = last(0);
  moved.of_float32 = last_of_float32(0);
  moved.fills_left = goes_left(path.of(std::numeric_limits<double>::quiet_NaN()));
  for (const int i : {0, 1}) {
    moved.in_doubt[i] = path.has_powers() ? last(1 - 2 * i) : moved.exact;
    moved.float32_in_doubt[i] = path.has_powers() ? last_of_float32(1 - 2 * i) : moved.of_float32;
  }
  return moved;
}

double doubt_around(const ColumnPath& path, double number) {
  if (!path.has_powers()) return 0;
  const double x = moved_threshold(path, number, false).exact;
  return std::isfinite(x) ? path.bound(x, 1) - path.bound(x, -1) : 0;
}

double decimal_of(float x) {
  constexpr int kDigits = std::numeric_limits<float>::digits10;
  char text[32];
  char* const end =
      std::to_chars(text, text + sizeof text, x, std::chars_format::scientific).ptr;  // the shortest that rounds to x
  const std::string_view mantissa = std::string_view(text, end).substr(0, std::string_view(text, end).find('e'));
  const auto digits =
      mantissa.size() - (mantissa.starts_with('-') ? 1 : 0) - (mantissa.find('.') != mantissa.npos ? 1 : 0);
  double decimal = x;
  if (std::isfinite(x) && digits <= kDigits) std::from_chars(text, end, decimal);
  return decimal;
}

float device_threshold(const MovedThreshold& moved, schema::InputPrecision precision) {
  if (precision == schema::InputPrecision::float32) return moved.of_float32;
  const auto nearest = static_cast<float>(moved.exact);  // its decimal rounds to it, as does the threshold
  return decimal_of(nearest) > moved.exact ? std::nextafter(nearest, -kBeyond<float>) : nearest;
}

}  // namespace nacre::tools
