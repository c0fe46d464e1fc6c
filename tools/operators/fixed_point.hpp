#pragma once

#include <cstdint>

namespace nacre::tools {

/// TensorFlow Lite's fixed-point functions, in 64-bit integers: written from their formulas, for the evaluation of
/// integer operators. A fraction is stored as its value times 2^bits: Q0.31 or Q0.15.
class FixedPoint {
 public:
  explicit FixedPoint(int bits) : bits_(bits), one_(std::int64_t{1} << bits) {}

  std::int64_t saturate(std::int64_t x) const;
  /// Product of two fractions, rounded to nearest with ties away from zero.
  std::int64_t product(std::int64_t a, std::int64_t b) const;
  /// exp(a) for a <= 0, of which so many bits are integer.
  std::int64_t exp_of_negative(std::int64_t a, int integer_bits) const;
  /// 1 / (1 + a) for a fraction a >= 0.
  std::int64_t one_over_one_plus(std::int64_t a) const;
  std::int64_t sigmoid(std::int64_t x, int integer_bits) const;
  std::int64_t tanh(std::int64_t x, int integer_bits) const;

  /// x / 2^bits, rounded to nearest with ties away from zero.
  static std::int64_t shift_right(std::int64_t x, int bits);

 private:
  std::int64_t constant(double value, int integer_bits) const;
  std::int64_t exp_of_quarter(std::int64_t a) const;
  std::int64_t reciprocal_of_half(std::int64_t a) const;

  int bits_;
  std::int64_t one_;  // saturated where stored
};

}  // namespace nacre::tools
