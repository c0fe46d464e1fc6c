// A GRU written out as one loop, with the functions of the runtime: what the layers of a scan are measured against.
// Formula and order of sums are those of the layers that `convert` makes of Keras's GRU(64) with reset_after.

#include "runtime/strict_float.hpp"  // first

#include <cstddef>
#include <cstdint>

#include "runtime/numerics/activations.hpp"

// Marks for instruction counts, as in examples/firmware.
extern "C" __attribute__((noinline, used)) void count_begin() { __asm__ volatile(""); }
extern "C" __attribute__((noinline, used)) void count_end() { __asm__ volatile(""); }

namespace {

constexpr std::uint32_t kSteps = 100, kDepth = 16, kUnits = 64, kWidth = 3 * kUnits;  // gates: update, reset, candidate

float weights[kDepth * kWidth], recurrent[kUnits * kWidth], biases[2 * kWidth];
float x[kSteps * kDepth], hidden[kUnits], from_x[kWidth], from_hidden[kWidth];

/// y = bias + v . w, w [depth, kWidth].
void multiply(const float* v, std::uint32_t depth, const float* w, const float* bias, float* y) {
  for (std::uint32_t i = 0; i < kWidth; ++i) y[i] = bias[i];
  for (std::uint32_t d = 0; d < depth; ++d, w += kWidth)
    for (std::uint32_t i = 0; i < kWidth; ++i) y[i] = nacre::numerics::fma(v[d], w[i], y[i]);
}

void run() {
  for (float& h : hidden) h = 0;
  for (std::uint32_t t = 0; t < kSteps; ++t) {
    multiply(x + t * kDepth, kDepth, weights, biases, from_x);
    multiply(hidden, kUnits, recurrent, biases + kWidth, from_hidden);
    for (std::uint32_t u = 0; u < kUnits; ++u) {
      const float z = nacre::numerics::sigmoid(from_x[u] + from_hidden[u]);
      const float r = nacre::numerics::sigmoid(from_x[kUnits + u] + from_hidden[kUnits + u]);
      const float candidate = nacre::numerics::tanh(from_x[2 * kUnits + u] + r * from_hidden[2 * kUnits + u]);
      hidden[u] = candidate + z * (hidden[u] - candidate);
    }
  }
}

/// Numbers from -1 to 1 that no compiler knows.
void fill(float* numbers, std::size_t count, float scale) {
  static volatile std::uint32_t seed = 1;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    numbers[i] = scale * (static_cast<float>(seed >> 8) * 0x1p-23f - 1);
  }
}

}  // namespace

int main() {
  fill(weights, sizeof weights / sizeof *weights, 0.25f);
  fill(recurrent, sizeof recurrent / sizeof *recurrent, 0.25f);
  fill(biases, sizeof biases / sizeof *biases, 0.25f);
  fill(x, sizeof x / sizeof *x, 1);
  count_begin();
  run();
  count_end();
  volatile float result = hidden[0];
  return result == result ? 0 : 1;
}
