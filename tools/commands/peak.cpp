#include "tools/commands/peak.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "nacre/kernels.hpp"

#if NACRE_KERNELS_AVX2
#include "runtime/kernels/avx512/intrinsics.hpp"
#endif
#if NACRE_KERNELS_NEON
#include "runtime/kernels/neon/float4.hpp"
#endif

namespace nacre::tools {
namespace {

constexpr unsigned kTurns = 4000, kChains = 12;  // sums: enough to hide the latency, and few enough for 16 registers

/// What `run` reaches at best, of which each call does so much.
template <typename Run>
[[maybe_unused]] double best_in_a_second(double amount, Run run) {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  for (const auto start = Clock::now(); Clock::now() - start < std::chrono::milliseconds(25);) {
    const auto before = Clock::now();
    run();
    best = std::max(best, amount / std::chrono::duration<double>(Clock::now() - before).count());
  }
  return best;
}

// Weights as those of a dense layer on one row, which reads each once: more than a first cache holds.
constexpr std::size_t kRow = 640, kRows = 512;

/// Bytes that `read` reaches, which takes two rows.
template <typename Read>
[[maybe_unused]] double bytes_per_second(Read read) {
  struct alignas(64) Line {  // of a cache, as weights in a file begin
    std::byte bytes[64];
  };
  const std::vector<Line> weights(kRow * kRows / sizeof(Line), Line{{std::byte{1}}});
  const auto* const first = reinterpret_cast<const std::byte*>(weights.data());
  return best_in_a_second(kRow * kRows, [&] {
    for (std::size_t row = 0; row < kRows; row += 2) read(first + row * kRow);
  });
}

}  // namespace
}  // namespace nacre::tools

// Twelve sums with names of their own: of an array, compilers keep a copy in memory. The empty assembly says that it
// reads and writes a register, so that no sum is the same as another one to the compiler, nor left out.
#define NACRE_TWELVE_SUMS(work)                                                                                    \
  work(0) work(1) work(2) work(3) work(4) work(5) work(6) work(7) work(8) work(9) work(10) work(11)
#define NACRE_START(i) auto sum##i = zero; NACRE_KEEP(i)
#define NACRE_STEP(i) sum##i = step(sum##i, x); NACRE_KEEP(i)
#define NACRE_KEEP(i) asm volatile("" : "+" NACRE_REGISTER (sum##i));
#define NACRE_PEAK_LOOP                                                                                            \
  NACRE_TWELVE_SUMS(NACRE_START)                                                                                   \
  for (unsigned turn = 0; turn < kTurns; ++turn) { NACRE_TWELVE_SUMS(NACRE_STEP) }

#if NACRE_KERNELS_AVX512
#define NACRE_REGISTER "v"
#include "runtime/kernels/avx512/begin.hpp"
namespace nacre::tools {
namespace {
void multiply_floats_avx512() {
  const __m512 zero = _mm512_setzero_ps(), x = _mm512_set1_ps(0.5f);
  const auto step = [](auto sum, auto x) { return _mm512_fmadd_ps(x, x, sum); };
  NACRE_PEAK_LOOP
}
void read_rows_avx512(const std::byte* two) {
  __m512i a = _mm512_setzero_si512(), b = a;
  for (std::size_t i = 0; i < kRow; i += 64) {
    a = _mm512_xor_si512(a, _mm512_loadu_si512(two + i));
    b = _mm512_xor_si512(b, _mm512_loadu_si512(two + kRow + i));
  }
  asm volatile("" : : "v"(a), "v"(b));
}
void multiply_bytes_avx512() {
  const __m512i zero = _mm512_setzero_si512(), x = _mm512_set1_epi8(1);
  const auto step = [](auto sum, auto x) { return _mm512_dpbusd_epi32(sum, x, x); };
  NACRE_PEAK_LOOP
}
}  // namespace
}  // namespace nacre::tools
#include "runtime/kernels/avx512/end.hpp"
#undef NACRE_REGISTER
#endif

#if NACRE_KERNELS_AVX2
#define NACRE_REGISTER "x"
#include "runtime/kernels/avx2/begin.hpp"
namespace nacre::tools {
namespace {
void multiply_floats_avx2() {
  const __m256 zero = _mm256_setzero_ps(), x = _mm256_set1_ps(0.5f);
  const auto step = [](auto sum, auto x) { return _mm256_fmadd_ps(x, x, sum); };
  NACRE_PEAK_LOOP
}
void read_rows_avx2(const std::byte* two) {
  __m256i a = _mm256_setzero_si256(), b = a;
  const auto load = [](const std::byte* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); };
  for (std::size_t i = 0; i < kRow; i += 32) {
    a = _mm256_xor_si256(a, load(two + i));
    b = _mm256_xor_si256(b, load(two + kRow + i));
  }
  asm volatile("" : : "x"(a), "x"(b));
}
void multiply_pairs_avx2() {
  const __m256i zero = _mm256_setzero_si256(), x = _mm256_set1_epi16(1);
  const auto step = [](auto sum, auto x) { return _mm256_add_epi32(x, _mm256_madd_epi16(sum, x)); };
  NACRE_PEAK_LOOP
}
}  // namespace
}  // namespace nacre::tools
#include "runtime/kernels/avx2/end.hpp"
#undef NACRE_REGISTER
#endif

#if NACRE_KERNELS_NEON
#define NACRE_REGISTER "w"
namespace nacre::tools {
namespace {
void multiply_floats_neon() {
  const float32x4_t zero = vdupq_n_f32(0), x = vdupq_n_f32(0.5f);
  const auto step = [](auto sum, auto x) { return vfmaq_f32(sum, x, x); };
  NACRE_PEAK_LOOP
}
}  // namespace
}  // namespace nacre::tools
#undef NACRE_REGISTER
#endif

namespace nacre::tools {

Peak measured_peak(const std::string& kernels) {
  [[maybe_unused]] const auto is_asked_for = [&](const char* name) {
    return (kernels.empty() || kernels == "native" || kernels == name) && !find_kernels(name).empty();
  };
  [[maybe_unused]] constexpr double kSteps = kTurns * kChains;
#if NACRE_KERNELS_AVX512
  if (is_asked_for("avx512"))
    return {best_in_a_second(16 * kSteps, multiply_floats_avx512),
            best_in_a_second(64 * kSteps, multiply_bytes_avx512), bytes_per_second(read_rows_avx512)};
#endif
#if NACRE_KERNELS_AVX2
  if (is_asked_for("avx2"))
    return {best_in_a_second(8 * kSteps, multiply_floats_avx2),
            best_in_a_second(16 * kSteps, multiply_pairs_avx2), bytes_per_second(read_rows_avx2)};
#endif
#if NACRE_KERNELS_NEON
  if (is_asked_for("neon")) return {best_in_a_second(4 * kSteps, multiply_floats_neon), 0, 0};
#endif
  return {};
}

}  // namespace nacre::tools
