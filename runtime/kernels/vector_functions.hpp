#pragma once

#include <cstdint>

#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

// Functions of whole vectors: the steps of runtime/numerics on every element, all branches computed and one chosen, so
// that each element gets the bits that it gets alone. A `Vector` is one of vector_tile.hpp.

template <typename Vector>
struct VectorFunctions {
  using F = typename Vector::Type;
  using I = typename Vector::Integers;

  static F add_f32(F a, F b) { return a + b; }
  static F subtract_f32(F a, F b) { return a - b; }
  static F multiply_f32(F a, F b) { return a * b; }
  static F divide_f32(F a, F b) { return a / b; }
  static F multiply_add_f32(F a, F b, F c) { return Vector::fma(a, b, c); }
  static F square_f32(F a) { return a * a; }

  static F sqrt_f32(F a) { return a < 0.0f ? all(__builtin_nanf("")) : Vector::sqrt(a); }

  static F exponential_f32(F x) {
    // Limited, so that every number on the way is one; beyond, the result is chosen below.
    const F limited = Vector::clamp(x == x ? x : all(0), all(-104), all(89));
    const auto [n, r] = reduced(limited);
    const F power = scaled(1.0f + fma(r * r, tail(r), r), n);
    const F finite = x < -103.972084f ? all(0) : power;
    return x == x ? (x > 88.7228394f ? all(__builtin_inff()) : finite) : x;
  }

  /// The exponential of a number that is not above 0, or of a NaN.
  static F exponential_of_negative(F x) {
    const auto [n, r] = reduced(x < -104.0f ? all(-104) : x);
    const I above = n + 126, rest = above < 0 ? above : n - n;
    const F power = (1.0f + fma(r * r, tail(r), r)) * power_of_two(rest) * power_of_two(n - rest);
    return x < -103.972084f ? all(0) : power;  // of a NaN, whose n is some number, a NaN
  }

  static F sigmoid_f32(F x) {
    const F e = exponential_of_negative(-absolute(x));
    return (x < 0.0f ? e : all(1)) / (1.0f + e);
  }

  static F tanh_f32(F x) {
    const F magnitude = absolute(x);
    const F small = fma(x, tanh_series(x * x), x);
    const F large = 1.0f - 2.0f / (expm1_beyond_1(2.0f * magnitude) + 2.0f);
    const F curve = magnitude > 9.1f ? all(1) : large;
    return x == x ? (magnitude < 0.625f ? small : with_sign(curve, x)) : x;
  }

  static F erf_f32(F x) {
    const F magnitude = absolute(x);
    const F small = fma(x, erf_series(x * x), x);
    const F least = Vector::smaller(all(4), magnitude);
    // Of every float beyond 3.92 this is 1, as numerics::erf() says; of a NaN a NaN.
    const F large = fma(-exponential_of_few(-least * least), erf_complement(least), all(1));
    return magnitude < 0.9f ? small : with_sign(large, x);
  }

  static F swish_f32(F x) { return x == -__builtin_inff() ? all(0) : x * sigmoid_f32(x); }

  static F gelu_f32(F x) {
    return x == -__builtin_inff() ? all(0) : 0.5f * x * (1.0f + erf_f32(x * static_cast<float>(0.70710678118654752)));
  }

  static F gelu_tanh_f32(F x) {
    const F inner = fma(static_cast<float>(0.044715) * x * x, x, x);
    const F y = 0.5f * x * (1.0f + tanh_f32(static_cast<float>(0.79788456080286536) * inner));
    return x == -__builtin_inff() ? all(0) : y;
  }

 private:
  struct Reduced {
    I n;
    F r;
  };

  static F all(float x) { return Vector::broadcast(x); }
  static F fma(F a, F b, F c) { return Vector::fma(a, b, c); }
  template <typename To, typename From>
  static To bits(From x) {
    To y;
    __builtin_memcpy(&y, &x, sizeof y);
    return y;
  }
  static F absolute(F x) { return bits<F>(bits<I>(x) & 0x7fffffff); }
  static F with_sign(F magnitude, F sign) {
    return bits<F>((bits<I>(magnitude) & 0x7fffffff) | (bits<I>(sign) & static_cast<std::int32_t>(0x80000000)));
  }
  static F power_of_two(I n) { return bits<F>((n + 127) << 23); }

  /// x 2^n, as numerics::scale().
  static F scaled(F x, I n) {
    const I rest = n < -126 ? n + 126 : (n > 127 ? n - 127 : n - n);
    return x * power_of_two(rest) * power_of_two(n - rest);
  }

  static Reduced reduced(F x) {
    constexpr float kLog2E = 1.44269504f, kHigh = 0.693147182f, kLow = -1.90465421e-9f, kShift = 12582912.0f;
    const F n = (x * kLog2E + kShift) - kShift;
    return {__builtin_convertvector(n, I), fma(n, all(-kLow), fma(n, all(-kHigh), x))};
  }

  template <std::size_t count>
  static F polynomial(F x, const float (&terms)[count]) {
    F p = all(terms[0]);
#pragma GCC unroll 16
    for (std::size_t i = 1; i < count; ++i) p = fma(p, x, all(terms[i]));
    return p;
  }

  /// The exponential of a number from -16 to 16, or of a NaN, which becomes any number: 2^n is one float.
  static F exponential_of_few(F x) {
    const auto [n, r] = reduced(x);
    return (1.0f + fma(r * r, tail(r), r)) * power_of_two(n);
  }

  static F tail(F r) {
    constexpr float kTerms[] = {1.98412698e-4f / 8, 1.98412698e-4f, 1.38888889e-3f, 8.33333333e-3f,
                                4.16666667e-2f,     1.66666667e-1f, 0.5f};
    return polynomial(r, kTerms);
  }

  /// expm1 of what is at least 1, and at most 88: n is neither 0 nor 128.
  static F expm1_beyond_1(F x) {
    const auto [n, r] = reduced(Vector::clamp(x == x ? x : all(1), all(1), all(88)));
    const F two_n = power_of_two(n);
    return fma(fma(r * r, tail(r), r), two_n, two_n - 1.0f);
  }

  static F tanh_series(F z) {
    constexpr float kTerms[] = {-2.39129115e-4f, 5.90027441e-4f,  -1.45583440e-3f, 3.59212803e-3f, -8.86323553e-3f,
                                2.18694885e-2f,  -5.39682540e-2f, 0.133333333f,    -0.333333333f};
    return polynomial(z, kTerms) * z;
  }

  static F erf_series(F z) {
    constexpr float kTerms[] = {1.48071928e-8f,  -1.63658447e-7f, 1.64621144e-6f,  -1.49256504e-5f,
                                1.20553330e-4f,  -8.54832702e-4f, 5.22397763e-3f,  -2.68661706e-2f,
                                1.12837917e-1f,  -3.76126389e-1f, 0.128379167f};
    return polynomial(z, kTerms);
  }

  static F erf_complement(F x) {
    constexpr float kTerms[] = {0.119040663f, -0.470063592f, 0.561483603f, -0.102063601f,
                                0.347002573f, 0.259934104f,  0.284870692f, -0.000151166580f};
    return polynomial(2.0f / (2.0f + x), kTerms);
  }
};

/// An operand of a strip: elements side by side, or one for all.
template <typename Vector>
struct StripOperand {
  const float* x;
  bool stays;

  StripOperand(const Strip& strip, unsigned i) : x(static_cast<const float*>(strip.x[i])), stays(strip.step[i] == 0) {}
  template <typename Part>
  typename Vector::Type at(std::uint32_t i, Part part) const {
    return stays ? Vector::broadcast(*x) : part.load(x + i);
  }
};

template <typename Vector, typename Function>
inline void vector_map_1(const Strip& strip, const Function& f) {
  const StripOperand<Vector> a(strip, 0);
  for_each_vector<Vector>(strip.count, [&](std::uint32_t i, auto part) {
    part.store(static_cast<float*>(strip.y) + i, f(a.at(i, part)));
  });
}

template <typename Vector, typename Function>
inline void vector_map_2(const Strip& strip, const Function& f) {
  const StripOperand<Vector> a(strip, 0), b(strip, 1);
  for_each_vector<Vector>(strip.count, [&](std::uint32_t i, auto part) {
    part.store(static_cast<float*>(strip.y) + i, f(a.at(i, part), b.at(i, part)));
  });
}

template <typename Vector, typename Function>
inline void vector_map_3(const Strip& strip, const Function& f) {
  const StripOperand<Vector> a(strip, 0), b(strip, 1), c(strip, 2);
  for_each_vector<Vector>(strip.count, [&](std::uint32_t i, auto part) {
    part.store(static_cast<float*>(strip.y) + i, f(a.at(i, part), b.at(i, part), c.at(i, part)));
  });
}

}  // namespace
}  // namespace nacre
