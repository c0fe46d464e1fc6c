#pragma once

#include <cstdint>

#include "nacre/kernel.hpp"

namespace nacre {

// Loops over a strip. Elements do not depend on each other, also where y lies where an operand lies: that is what
// NACRE_INDEPENDENT tells a compiler that takes the hint. Where speed counts more than size, the loops whose operands
// all have a step of 1 are there twice, once without the steps, so that a compiler can make them vectors.

#if defined(__OPTIMIZE_SIZE__) || (defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M')
#define NACRE_VECTORS 0
#else
#define NACRE_VECTORS 1
#endif

#if defined(__clang__)
#define NACRE_INDEPENDENT
#else
#define NACRE_INDEPENDENT _Pragma("GCC ivdep")
#endif

/// y = f(a), element by element.
template <typename A, typename Y = A, typename Function>
inline void map_1(const Strip& strip, Function f) {
  const A* a = static_cast<const A*>(strip.x[0]);
  Y* y = static_cast<Y*>(strip.y);
  const std::uint32_t count = strip.count, step = strip.step[0];
#if NACRE_VECTORS
  if (step == 1) {
    NACRE_INDEPENDENT
    for (std::uint32_t i = 0; i < count; ++i) y[i] = f(a[i]);
    return;
  }
#endif
  for (std::uint32_t i = 0; i < count; ++i, a += step) y[i] = f(*a);
}

/// y = f(a, b), element by element.
template <typename A, typename Y = A, typename Function>
inline void map_2(const Strip& strip, Function f) {
  const A *a = static_cast<const A*>(strip.x[0]), *b = static_cast<const A*>(strip.x[1]);
  Y* y = static_cast<Y*>(strip.y);
  const std::uint32_t count = strip.count, step_a = strip.step[0], step_b = strip.step[1];
#if NACRE_VECTORS
  if (step_a + step_b == 2) {
    NACRE_INDEPENDENT
    for (std::uint32_t i = 0; i < count; ++i) y[i] = f(a[i], b[i]);
    return;
  }
  if (step_a == 1) {
    const A one = *b;
    NACRE_INDEPENDENT
    for (std::uint32_t i = 0; i < count; ++i) y[i] = f(a[i], one);
    return;
  }
#endif
  for (std::uint32_t i = 0; i < count; ++i, a += step_a, b += step_b) y[i] = f(*a, *b);
}

/// y = f(a, b, c), element by element.
template <typename A, typename Y = A, typename Function>
inline void map_3(const Strip& strip, Function f) {
  const A *a = static_cast<const A*>(strip.x[0]), *b = static_cast<const A*>(strip.x[1]),
          *c = static_cast<const A*>(strip.x[2]);
  Y* y = static_cast<Y*>(strip.y);
  const std::uint32_t count = strip.count, step_a = strip.step[0], step_b = strip.step[1], step_c = strip.step[2];
#if NACRE_VECTORS
  if (step_a + step_b + step_c == 3) {
    NACRE_INDEPENDENT
    for (std::uint32_t i = 0; i < count; ++i) y[i] = f(a[i], b[i], c[i]);
    return;
  }
  if (step_a == 1 && step_b + step_c == 0) {
    const A second = *b, third = *c;
    NACRE_INDEPENDENT
    for (std::uint32_t i = 0; i < count; ++i) y[i] = f(a[i], second, third);
    return;
  }
#endif
  for (std::uint32_t i = 0; i < count; ++i, a += step_a, b += step_b, c += step_c) y[i] = f(*a, *b, *c);
}

/// y = f(a, b, c, d), element by element.
template <typename A, typename Y = A, typename Function>
inline void map_4(const Strip& strip, Function f) {
  const A* x[] = {static_cast<const A*>(strip.x[0]), static_cast<const A*>(strip.x[1]),
                  static_cast<const A*>(strip.x[2]), static_cast<const A*>(strip.x[3])};
  Y* y = static_cast<Y*>(strip.y);
  for (std::uint32_t i = 0, count = strip.count; i < count; ++i) {
    y[i] = f(*x[0], *x[1], *x[2], *x[3]);
    for (unsigned n = 0; n < 4; ++n) x[n] += strip.step[n];
  }
}

}  // namespace nacre
