#include "runtime/strict_float.hpp"  // first

#include "loader/sha256.hpp"

namespace nacre {
namespace {

/// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Byte `i` of words, the most significant one of each first.
std::uint8_t byte_of(const std::uint32_t* words, unsigned i) {
  return static_cast<std::uint8_t>(words[i / 4] >> (24 - 8 * (i % 4)));
}

inline std::uint32_t rotate(std::uint32_t x, unsigned bits) { return x >> bits | x << (32 - bits); }

}  // namespace

void Sha256::block(const std::uint8_t* bytes) {
  std::uint32_t w[16];
  for (unsigned i = 0; i < 16; ++i, bytes += 4)
    w[i] = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
           std::uint32_t{bytes[2]} << 8 | bytes[3];
  std::uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3], e = state_[4], f = state_[5],
                g = state_[6], h = state_[7];
  for (unsigned i = 0; i < 64; ++i) {
    if (i >= 16) {
      const std::uint32_t early = w[(i + 1) & 15], late = w[(i + 14) & 15];
      w[i & 15] += (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) + w[(i + 9) & 15] +
                   (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
    const std::uint32_t choice = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);
    const std::uint32_t first =
        h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + kRound[i] + w[i & 15];
    const std::uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  const std::uint32_t result[] = {a, b, c, d, e, f, g, h};
  for (unsigned i = 0; i < 8; ++i) state_[i] += result[i];
}

void Sha256::update(Span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (std::size_t left = bytes.size(); left > 0;) {
    const bool is_whole = (length_ & 63) == 0 && left >= 64;
    const unsigned taken = is_whole ? 64 : 1;
    if (is_whole)
      block(data), length_ += 64;
    else
      put(*data);
    data += taken, left -= taken;
  }
}

void Sha256::put(std::uint8_t byte) {
  pending_[length_ & 63] = byte;
  if ((++length_ & 63) == 0) block(pending_);
}

void Sha256::finish(std::uint8_t digest[32]) {
  const std::uint32_t words[] = {length_ >> 29, length_ << 3};  // in bits
  put(0x80);
  while ((length_ & 63) != 56) put(0);
  for (unsigned i = 0; i < 8; ++i) put(byte_of(words, i));
  for (unsigned i = 0; i < 32; ++i) digest[i] = byte_of(state_, i);
}

bool Sha256::gives(const std::uint8_t digest[32]) {
  std::uint8_t own[32];
  finish(own);
  std::uint32_t difference = 0;
  for (unsigned i = 0; i < 32; ++i) difference |= own[i] ^ digest[i];
  return difference == 0;
}

}  // namespace nacre
