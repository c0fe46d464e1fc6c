#pragma once

#include <arm_neon.h>

#include <cstdint>

#include "runtime/kernels/neon/eight.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Sixteen outputs, as vector_int8_blocks.hpp takes them.
struct Sixteen {
  struct Sums {
    int32x4_t four[4];
  };
  struct Rescale {
    Eight::Rescale low, high;
  };
  static constexpr unsigned kVectors = 1;  // by 4 rows: 16 of 32 registers
  static constexpr std::uint32_t kFlip = 0;

  static Sums zero() {
    const int32x4_t none = vdupq_n_s32(0);
    return {{none, none, none, none}};
  }
  static Sums load_first(const std::int32_t* at, std::uint32_t count) {
    const Eight::Sums low = Eight::load_first(at, low_of(count)), high = Eight::load_first(at + 8, high_of(count));
    return {{low.low, low.high, high.low, high.high}};
  }
  static Rescale load_rescale(const std::int32_t* pairs, std::uint32_t count) {
    return {Eight::Rescale::load(pairs, low_of(count)), Eight::Rescale::load(pairs + 16, high_of(count))};
  }
  static Sums add(const Sums& a, const Sums& b) {
    return {{vaddq_s32(a.four[0], b.four[0]), vaddq_s32(a.four[1], b.four[1]), vaddq_s32(a.four[2], b.four[2]),
             vaddq_s32(a.four[3], b.four[3])}};
  }
  static Sums corrected(const Sums& sums, const Sums&) { return sums; }
  static Sums add_too_much(const Sums& sums, int8x16_t) { return sums; }
  /// The four elements of x from there on, for all outputs.
  static int8x16_t broadcast_four(const std::int8_t* at) {
    std::int32_t four;
    __builtin_memcpy(&four, at, 4);
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
  }
  struct Weights {
    int8x16_t four[4];
  };
  static Weights load_weights(const std::uint32_t* words) {
    const auto* const bytes = reinterpret_cast<const std::int8_t*>(words);
    return {{vld1q_s8(bytes), vld1q_s8(bytes + 16), vld1q_s8(bytes + 32), vld1q_s8(bytes + 48)}};
  }
  static Sums add_products(const Sums& sums, const Weights& weights, int8x16_t factor) {
    return {{vdotq_s32(sums.four[0], weights.four[0], factor), vdotq_s32(sums.four[1], weights.four[1], factor),
             vdotq_s32(sums.four[2], weights.four[2], factor), vdotq_s32(sums.four[3], weights.four[3], factor)}};
  }
  static void store_first(std::int8_t* at, const Sums& sums, const Rescale& rescale, const Int8Range& range,
                          std::uint32_t count) {
    Eight::store_first(at, Eight::rescale_to_int8({sums.four[0], sums.four[1]}, rescale.low, range), low_of(count));
    if (count > 8)
      Eight::store_first(at + 8, Eight::rescale_to_int8({sums.four[2], sums.four[3]}, rescale.high, range), count - 8);
  }

 private:
  static std::uint32_t low_of(std::uint32_t count) { return count < 8 ? count : 8; }
  static std::uint32_t high_of(std::uint32_t count) { return count < 8 ? 0 : count - 8; }
};

}  // namespace
}  // namespace nacre
