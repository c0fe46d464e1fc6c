#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

// Blocks of float sums that stay in registers, for any processor with vectors. A `Vector` has kWidth elements of its
// Type, a vector of the compiler's with the operators of numbers, and Integers, as many int32; load, store, load_first
// and store_first of fewer, broadcast, sqrt, fma (one rounding) and clamp (as clamp.hpp):
// nothing else differs between processors. Every sum is the same chain of fused multiply-adds as in the reference
// kernel, whatever block it stands in.

/// All elements of a vector.
template <typename Vector>
struct Whole {
  typename Vector::Type load(const float* at) const { return Vector::load(at); }
  void store(float* at, typename Vector::Type x) const { Vector::store(at, x); }
};

/// The first `count` of them: the others are neither read nor written.
template <typename Vector>
struct First {
  std::uint32_t count;
  typename Vector::Type load(const float* at) const { return Vector::load_first(at, count); }
  void store(float* at, typename Vector::Type x) const { Vector::store_first(at, x, count); }
};

/// Sums of `kRows` rows by `kVectors` vectors of outputs.
template <typename Vector, unsigned kRows, unsigned kVectors, typename Part>
class Tile {
 public:
  using Type = typename Vector::Type;

  Tile(const float* start, Part part) : part_(part) {
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v) {
      const Type first = part_.load(start + v * Vector::kWidth);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums_[r][v] = first;
    }
  }

  explicit Tile(Part part) : part_(part) {
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v)
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums_[r][v] = Vector::broadcast(0);
  }

  /// Adds x[r][d] * w[d * stride + …] for d from 0 to depth - 1 to the sums of every row r.
  void add(const float* const (&x)[kRows], std::uint32_t depth, const float* w, std::size_t stride) {
    for (std::uint32_t d = 0; d < depth; ++d, w += stride) {
      Type row[kVectors];
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) row[v] = part_.load(w + v * Vector::kWidth);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) {
        const Type factor = Vector::broadcast(x[r][d]);
#pragma GCC unroll 16
        for (unsigned v = 0; v < kVectors; ++v) sums_[r][v] = Vector::fma(factor, row[v], sums_[r][v]);
      }
    }
  }

  /// Adds x[r][…] * w[…], element by element, to the sums of every row r.
  void add_each(const float* const (&x)[kRows], const float* w) {
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v) {
      const Type row = part_.load(w + v * Vector::kWidth);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r)
        sums_[r][v] = Vector::fma(part_.load(x[r] + v * Vector::kWidth), row, sums_[r][v]);
    }
  }

  /// Adds x[r][…], element by element, to the sums of every row r.
  void add_each(const float* const (&x)[kRows]) {
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v)
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r)
        sums_[r][v] = sums_[r][v] + part_.load(x[r] + v * Vector::kWidth);
  }

  void divide_by(float count) {
    const Type divisor = Vector::broadcast(count);
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v)
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums_[r][v] = sums_[r][v] / divisor;
  }

  void store(float* const (&y)[kRows]) const {
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) part_.store(y[r] + v * Vector::kWidth, sums_[r][v]);
  }

  void store(float* const (&y)[kRows], float minimum, float maximum) const {
    const Type lowest = Vector::broadcast(minimum), highest = Vector::broadcast(maximum);
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v)
        part_.store(y[r] + v * Vector::kWidth, Vector::clamp(sums_[r][v], lowest, highest));
  }

 private:
  Type sums_[kRows][kVectors];
  Part part_;
};

/// Calls work(index, part) for whole vectors of `count` elements, and for what is left.
template <typename Vector, typename Work>
inline void for_each_vector(std::uint32_t count, const Work& work) {
  std::uint32_t i = 0;
  for (; i + Vector::kWidth <= count; i += Vector::kWidth) work(i, Whole<Vector>{});
  if (i < count) work(i, First<Vector>{count - i});
}

/// Names a type to a generic lambda.
template <typename Named>
struct TypeName {
  using Type = Named;
};

/// Covers outputs `o` up to `end` by tiles of kVectors vectors, then of half as many …, the last of a part of one:
/// calls work(TypeName<tile>, o, part) for each.
template <typename Vector, unsigned kRows, unsigned kVectors, typename Work>
inline void for_each_tile(std::uint32_t o, std::uint32_t end, const Work& work) {
  constexpr std::uint32_t kOutputs = kVectors * Vector::kWidth;
  for (; o + kOutputs <= end; o += kOutputs)
    work(TypeName<Tile<Vector, kRows, kVectors, Whole<Vector>>>{}, o, Whole<Vector>{});
  if constexpr (kVectors > 1)
    for_each_tile<Vector, kRows, kVectors / 2>(o, end, work);
  else if (o < end)
    work(TypeName<Tile<Vector, kRows, 1, First<Vector>>>{}, o, First<Vector>{end - o});
}

}  // namespace
}  // namespace nacre
