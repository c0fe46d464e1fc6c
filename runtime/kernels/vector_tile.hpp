#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

// Blocks of float sums that stay in registers, for any processor with vectors. A `Vector` has kWidth elements of its
// Type, a vector of the compiler's with the operators of numbers, and Integers, as many int32; load, store, load_first
// and store_first of fewer, broadcast, sqrt, fma (one rounding), smaller (of a number and a NaN in b: the NaN), clamp
// (as clamp.hpp, where minimum is not above maximum), largest, and in_register, without which GCC loads a vector again
// for each product; kVectors and kRowsOfOne shape tiles: nothing else differs between processors. Every sum is the same
// chain of fused multiply-adds as in the reference kernel, whatever block it stands in.

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

  /// Rows of x that are `step` apart. An address holds a pointer and one or two steps: a pointer for each row would not
  /// fit into registers.
  struct Rows {
    Rows(const float* x, std::size_t its_step) : step(its_step) {
      for (unsigned t = 0; 3 * t < kRows; ++t) third[t] = x + 3 * t * step;
    }
    const float* third[(kRows + 2) / 3];
    std::size_t step;
  };

  /// Adds x[r * step + from + d] * w[d * stride + …] for d from 0 to depth - 1 to the sums of every row r.
  void add(const Rows& x, std::ptrdiff_t from, std::uint32_t depth, const float* w, std::size_t stride) {
    const auto step = static_cast<std::ptrdiff_t>(x.step);
    for (const std::ptrdiff_t end = from + depth; from != end; ++from, w += stride) {
      Type row[kVectors];
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) row[v] = part_.load(w + v * Vector::kWidth);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) {
        const Type factor = Vector::broadcast(x.third[r / 3][r % 3 * step + from]);
#pragma GCC unroll 16
        for (unsigned v = 0; v < kVectors; ++v) sums_[r][v] = Vector::fma(factor, row[v], sums_[r][v]);
      }
    }
  }
  void add(const float* x, std::size_t step, std::uint32_t depth, const float* w, std::size_t stride) {
    add(Rows(x, step), 0, depth, w, stride);
  }

  /// Adds x[r * step + …] * w[…], element by element, to the sums of every row r.
  void add_each(const float* x, std::size_t step, const float* w) {
    const std::size_t three = 3 * step;
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v) {
      const Type row = part_.load(w + v * Vector::kWidth);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r)
        sums_[r][v] = Vector::fma(part_.load(x + r / 3 * three + r % 3 * step + v * Vector::kWidth), row, sums_[r][v]);
    }
  }

  /// Adds x[r * step + …], element by element, to the sums of every row r.
  void add_each(const float* x, std::size_t step) {
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v)
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r)
        sums_[r][v] = sums_[r][v] + part_.load(x + r * step + v * Vector::kWidth);
  }

  void divide_by(float count) {
    const Type divisor = Vector::broadcast(count);
#pragma GCC unroll 16
    for (unsigned v = 0; v < kVectors; ++v)
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums_[r][v] = sums_[r][v] / divisor;
  }

  /// Row r becomes y[r * step + …].
  void store(float* y, std::size_t step) const {
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v) part_.store(y + r * step + v * Vector::kWidth, sums_[r][v]);
  }

  void store(float* y, std::size_t step, float minimum, float maximum) const {
    const Type lowest = Vector::broadcast(minimum), highest = Vector::broadcast(maximum);
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned v = 0; v < kVectors; ++v)
        part_.store(y + r * step + v * Vector::kWidth, Vector::clamp(sums_[r][v], lowest, highest));
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

/// A number that is known when a lambda is compiled.
template <unsigned kNumber>
struct Count {
  static constexpr unsigned kCount = kNumber;
};

/// Calls work(Count<n>) for n from 1 to kMost.
template <unsigned kMost, typename Work>
inline void with_count(std::uint32_t n, const Work& work) {
  if constexpr (kMost > 1)
    if (n < kMost) return with_count<kMost - 1>(n, work);
  work(Count<kMost>{});
}

/// Shares rows out among as few blocks of at most kMost as there can be, evenly: a block of one row would load all
/// weights for itself alone. Calls work(Count<rows>, first row) for each.
template <unsigned kMost, typename Work>
inline void for_each_block(std::uint32_t rows, const Work& work) {
  const std::uint32_t blocks = (rows + kMost - 1) / kMost;
  if (blocks == 0) return;
  const std::uint32_t least = rows / blocks, longer = rows % blocks;
  for (std::uint32_t block = 0, row = 0; block < blocks; ++block) {
    const std::uint32_t count = least + (block < longer ? 1 : 0);
    with_count<kMost>(count, [&](auto known) { work(known, row); });
    row += count;
  }
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
