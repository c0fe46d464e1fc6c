#pragma once

#include <arm_neon.h>

#include <cstdint>

#include "runtime/kernels/neon/eight.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Sixteen elements of int8 at a time, as vector_int8_tile.hpp takes them, but for their products: these are added to
/// four sums of int32.
struct Bytes16 {
  using Eight = nacre::Eight;
  using Type = int8x16_t;
  using Sums = int32x4_t;
  static constexpr std::uint32_t kWidth = 16;
  static constexpr bool kReadsWeightsAhead = true;  ///< what lies behind the last weight is multiplied by 0

  static Type load_x(const std::int8_t* at) { return vld1q_s8(at); }
  static Type load_first_x(const std::int8_t* at, std::uint32_t count) { return load_first_of_16(at, count); }
  static Type load_w(const std::int8_t* at) { return load_x(at); }
  static Type load_first_w(const std::int8_t* at, std::uint32_t count) { return load_first_x(at, count); }
  static Eight::Sums add_up(const Sums (&of)[8]) { return sums_of_eight(of); }
};

}  // namespace
}  // namespace nacre
