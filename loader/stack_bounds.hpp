#pragma once

#include <cstdint>

// What calls take of the stack at most, in bytes, compiled by GCC 12 at -O2: what nacre.h and docs/trust.md promise.
// tests/loader/stack_test.cpp measures it on each of these processors.

namespace nacre::stack {

struct Bounds {
  std::uint32_t load, nacre_load, run;
};
constexpr Bounds kCortexM0{1280, 1440, 704};  // more registers are kept on the stack
constexpr Bounds kCortexM3{1216, 1376, 640};  // floats are computed by functions
constexpr Bounds kCortexM4{1216, 1376, 608};
constexpr Bounds kCortexM55{1216, 1376, 1152};

/// More for each loop around a layer, for a fused layer, and for one that looks for neighbours or terms of a text.
constexpr std::uint32_t kOfLoop = 128, kOfFused = 448, kOfSearch = 224;

}  // namespace nacre::stack
