#pragma once

#include <arm_neon.h>

#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

/// Four floats, as vector_tile.hpp takes them.
struct Float4 {
  using Type = float32x4_t;
  using Integers __attribute__((vector_size(16))) = std::int32_t;
  static constexpr std::uint32_t kWidth = 4;
  static constexpr unsigned kVectors = 4;  // by 6 rows: 24 of 32 registers
  static constexpr unsigned kRowsOfOne = 16;  // by one vector

  static Type load(const float* at) { return vld1q_f32(at); }
  static void store(float* at, Type x) { vst1q_f32(at, x); }
  static Type load_first(const float* at, std::uint32_t count) {
    float all[kWidth] = {};
    for (std::uint32_t i = 0; i < count; ++i) all[i] = at[i];
    return load(all);
  }
  static void store_first(float* at, Type x, std::uint32_t count) {
    float all[kWidth];
    store(all, x);
    for (std::uint32_t i = 0; i < count; ++i) at[i] = all[i];
  }
  static Type in_register(Type x) {
    asm("" : "+w"(x));
    return x;
  }
  static Type broadcast(float x) { return vdupq_n_f32(x); }
  static Type sqrt(Type x) { return vsqrtq_f32(x); }
  static Type fma(Type a, Type b, Type c) { return vfmaq_f32(c, a, b); }
  static Type smaller(Type a, Type b) { return vminq_f32(a, b); }
  static Type clamp(Type x, Type minimum, Type maximum) {
    return vbslq_f32(vcltq_f32(x, minimum), minimum, vbslq_f32(vcgtq_f32(x, maximum), maximum, x));
  }
  /// The largest element; NaN where there is one.
  static float largest(Type x) { return vmaxvq_f32(x); }
};

}  // namespace
}  // namespace nacre
