#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/reduce.hpp"
#include "runtime/kernels/vector_rows.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Sums over axes, or their means. Each sum begins with its first element and takes the others in ascending order; what
/// is taken together are sums.
template <typename Vector>
class VectorReduce {
 public:
  explicit VectorReduce(const Layer& layer)
      : axes_(layer.parameters<parameters::Reduce>().axes),
        shape_(layer.input_shape(0)),
        x_(layer.input<float>(0)),
        y_(layer.output<float>(0)),
        outputs_(layer.output_shape(0).size()),
        count_(shape_.size() / outputs_),
        run_(shape_, axes_) {}

  void run(bool is_mean) const {
    const float divisor = is_mean ? static_cast<float>(count_) : 1;
    if (run_.stride == 1) sum_rows(count_ == run_.length ? sum_whole_rows(divisor) : 0, divisor);
    else sum_columns(divisor);
  }

 private:
  using F = typename Vector::Type;

  /// The last axis stays: outputs lie side by side as their elements do.
  void sum_columns(float divisor) const {
    const std::uint32_t width = shape_.last();
    for (std::uint32_t row = 0; row < outputs_; row += width)
      for_each_vector<Vector>(width, [&](std::uint32_t i, auto part) {
        F sum = part.load(first_of(row + i, 0));
        for (std::uint32_t step = 0; step < count_; step += run_.length) {
          const float* at = first_of(row + i, step);
          if (step > 0) sum = sum + part.load(at);
          for (std::uint32_t n = 1; n < run_.length; ++n) sum = sum + part.load(at += run_.stride);
        }
        part.store(y_ + row + i, sum / Vector::broadcast(divisor));
      });
  }

  /// The last axis alone is gathered: as many outputs at a time as a vector has. Returns how many that were.
  std::uint32_t sum_whole_rows(float divisor) const {
    std::uint32_t output = 0;
    for (; output + Vector::kWidth <= outputs_; output += Vector::kWidth)
      Vector::store(y_ + output, sums_of_rows<Vector>(x_ + output * std::size_t{count_}, count_, count_) /
                                     Vector::broadcast(divisor));
    return output;
  }

  /// The last axis is gathered, for the outputs from `output` on: eight at a time, whose chains do not wait for each
  /// other.
  void sum_rows(std::uint32_t output, float divisor) const {
    constexpr std::uint32_t kChains = 8;
    for (; output < outputs_; output += kChains) {
      const std::uint32_t chains = outputs_ - output < kChains ? outputs_ - output : kChains;
      float sums[kChains];
      for (std::uint32_t step = 0; step < count_; step += run_.length) {
        const float* at[kChains];
        for (std::uint32_t c = 0; c < kChains; ++c) {
          const std::uint32_t each = output + (c < chains ? c : 0);
          at[c] = count_ == run_.length ? x_ + each * std::size_t{count_} : first_of(each, step);
          sums[c] = step > 0 ? sums[c] + *at[c] : *at[c];
        }
        for (std::uint32_t n = 1; n < run_.length; ++n)
#pragma GCC unroll 8
          for (std::uint32_t c = 0; c < kChains; ++c) sums[c] += at[c][n];
      }
      for (std::uint32_t c = 0; c < chains; ++c) y_[output + c] = sums[c] / divisor;
    }
  }

  const float* first_of(std::uint32_t output, std::uint32_t step) const {
    return x_ + reduced_source(shape_, axes_, output, step);
  }

  const std::uint32_t axes_;
  const Shape shape_;
  const float* const x_;
  float* const y_;
  const std::uint32_t outputs_, count_;
  const ReducedRun run_;
};

template <typename Vector>
Status vector_reduce(const Layer& layer, bool is_mean) {
  VectorReduce<Vector>(layer).run(is_mean);
  return Status::ok;
}

}  // namespace
}  // namespace nacre
