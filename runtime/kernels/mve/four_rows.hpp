#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/mve/channel.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::mve {

/// Four rows of eight channels of an image, each channel by itself: of each column its four rows. So 16 bytes are four
/// columns of four rows: what a small window reads, or four windows of 3 x 3 that lie side by side and above each
/// other.
class FourRows {
 public:
  /// `bytes` holds 4 kChannels for each of `columns`, from the first that a window reads.
  FourRows(const Window& window, std::int32_t zero_point, std::int8_t* bytes, std::uint32_t columns)
      : bytes_(bytes), columns_(columns), depth_(window.channels()), row_size_(window.width() * window.channels()),
        height_(window.height()) {
    const auto left = static_cast<std::uint32_t>(-window.column(0, 0));
    begin_ = left < columns ? left : columns;
    inside_ = window.width() < columns - begin_ ? window.width() : columns - begin_;
    const int8x16_t outside = vdupq_n_s8(static_cast<std::int8_t>(zero_point));
    for (std::uint32_t i = 0; i < 4 * kChannels * columns; i += 16) vstrbq_s8(bytes + i, outside);
    to_ = vmulq_n_u16(vidupq_n_u16(0, 1), static_cast<std::uint16_t>(4 * columns));
    vstrbq_s8(outside_, outside);
  }

  const std::int8_t* first_channel() const { return bytes_; }
  /// Bytes from one channel to the next.
  std::uint32_t channel_step() const { return 4 * columns_; }

  /// Collects the rows from `row` on of `channels` channels, kChannels at most, of which `image` is the first.
  [[gnu::noinline]] void collect(const std::int8_t* image, std::int32_t row, std::uint32_t channels) const {
    if (inside_ == 0) return;
    const std::uint32_t depth = depth_, row_size = row_size_, height = height_;
    struct {
      const std::int8_t* rows[4];
      std::uint32_t steps[4];
    } from;
    auto index = static_cast<std::uint32_t>(row);
    std::uintptr_t at_row = reinterpret_cast<std::uintptr_t>(image) + index * row_size;
#pragma GCC unroll 4
    for (unsigned r = 0; r < 4; ++r, ++index, at_row += row_size) {
      const bool is_inside = index < height;
      from.rows[r] = is_inside ? reinterpret_cast<const std::int8_t*>(at_row) : outside_;
      from.steps[r] = is_inside ? depth : 0;
    }
    const uint16x8_t to = to_, to1 = vaddq_n_u16(to, 1), to2 = vaddq_n_u16(to, 2), to3 = vaddq_n_u16(to, 3);
    std::int8_t* at = bytes_ + 4 * begin_;
    mve_pred16_t changed;
    register std::uint32_t left __asm__("lr") = inside_;
    __asm__ volatile(
        "vctp.16 %[channels]\n dls lr, lr\n ldm %[from], {r0, r1, r2, r3, r4, r5, r6, r7}\n"
        "1: vpstttt\n vldrbt.s16 q0, [r0]\n vldrbt.s16 q1, [r1]\n"
        "vstrbt.16 q0, [%[at], %q[to0]]\n vstrbt.16 q1, [%[at], %q[to1]]\n"
        "vpstttt\n vldrbt.s16 q0, [r2]\n vldrbt.s16 q1, [r3]\n"
        "vstrbt.16 q0, [%[at], %q[to2]]\n vstrbt.16 q1, [%[at], %q[to3]]\n"
        "add r0, r0, r4\n add r1, r1, r5\n add r2, r2, r6\n add r3, r3, r7\n add %[at], %[at], #4\n le lr, 1b\n"
        : [at] "+r"(at), "+r"(left), "=Up"(changed)
        : [from] "r"(&from), [to0] "w"(to), [to1] "w"(to1), [to2] "w"(to2), [to3] "w"(to3), [channels] "r"(channels)
        : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "memory", "q0", "q1");
  }

 private:
  std::int8_t* const bytes_;
  const std::uint32_t columns_, depth_, row_size_, height_;
  std::uint32_t begin_, inside_;
  uint16x8_t to_;  // where the channels of one element go
  std::int8_t outside_[16];
};

}  // namespace nacre::mve
