#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

/// Sums of products of kRows rows of x by kUnits rows of weights, in the vectors of an instruction set's Elements: a
/// Type of x and of w, a Sums of partial sums. Eight sums are rescaled at a time: those of a row by eight rows of
/// weights, or those of two rows by four.
template <typename Elements, unsigned kRows, unsigned kUnits>
class Int8Tile {
 public:
  using Type = typename Elements::Type;
  static_assert((kRows == 1 && kUnits == 8) || (kRows % 2 == 0 && kUnits == 4), "as sums_of() takes them");

  Int8Tile() {
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned u = 0; u < kUnits; ++u) sums_[r][u] = typename Elements::Sums{};
  }

  /// Adds x[r][…] * w[u][…] over `length` elements. Weights may be read up to `w_end`, and x up to the next multiple of
  /// 64 where it `is_padded` by zeros.
  template <bool is_padded = false>
  void add(const std::int8_t* const (&x)[kRows], const std::int8_t* const (&w)[kUnits], std::uint32_t length,
           const std::int8_t* w_end) {
    std::size_t d = 0;
    for (; d + Elements::kWidth <= length; d += Elements::kWidth)
      step([&](const std::int8_t* at) { return Elements::load_x(at + d); }, x, w,
           [&](const std::int8_t* at) { return Elements::load_w(at + d); });
    const auto left = static_cast<std::uint32_t>(length - d);
    if (left == 0) return;
    step([&](const std::int8_t* at) {
           return is_padded ? Elements::load_x(at + d) : Elements::load_first_x(at + d, left);
         }, x, w,
         [&](const std::int8_t* at) {
           const bool is_whole = Elements::kReadsWeightsAhead &&
                                 w_end - (at + d) >= static_cast<std::ptrdiff_t>(Elements::kWidth);
           return is_whole ? Elements::load_w(at + d) : Elements::load_first_w(at + d, left);
         });
  }

  /// Eight sums: of row r by eight rows of weights, or of rows r and r + 1 by four.
  typename Elements::Eight::Sums sums_of(unsigned r) const {
    typename Elements::Sums of[8];
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; ++i) of[i] = sums_[r + i / kUnits][i % kUnits];
    return Elements::add_up(of);
  }

 private:
  template <typename LoadX, typename LoadW>
  void step(LoadX load_x, const std::int8_t* const (&x)[kRows], const std::int8_t* const (&w)[kUnits], LoadW load_w) {
    Type factors[kRows];
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r) factors[r] = load_x(x[r]);
#pragma GCC unroll 16
    for (unsigned u = 0; u < kUnits; ++u) {
      const Type row = load_w(w[u]);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums_[r][u] = Elements::add_products(factors[r], row, sums_[r][u]);
    }
  }

  typename Elements::Sums sums_[kRows][kUnits];
};

}  // namespace
}  // namespace nacre
