#pragma once

#include <cstdint>

namespace nacre::text {

/// Bytes that are hashed: words are little-endian wherever they stand.
struct Bytes {
  const unsigned char* at;
  std::uint32_t size;

  std::uint64_t word(std::uint32_t place, unsigned bytes = 8) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint64_t{at[place + i]} << (8 * i);
    return value;
  }
};

constexpr std::uint64_t turned(std::uint64_t x, unsigned right) { return x >> right | x << (64 - right); }
constexpr std::uint64_t folded(std::uint64_t x) { return x ^ x >> 47; }

/// Fingerprint64 of FarmHash (Geoff Pike), which is the Hash64 of its farmhashna.
class Fingerprint {
 public:
  static std::uint64_t of(const Bytes& text) {
    if (text.size <= 16) return of_16(text);
    if (text.size <= 32) return of_32(text);
    return text.size <= 64 ? of_64(text) : of_more(text);
  }

 private:
  static constexpr std::uint64_t k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

  struct Pair {
    std::uint64_t first, second;
  };

  static std::uint64_t joined(std::uint64_t u, std::uint64_t v, std::uint64_t factor) {
    const std::uint64_t a = folded((u ^ v) * factor);
    return folded((v ^ a) * factor) * factor;
  }

  static std::uint64_t of_16(const Bytes& text) {
    const std::uint32_t size = text.size;
    const std::uint64_t factor = k2 + size * 2;
    if (size >= 8) {
      const std::uint64_t a = text.word(0) + k2, b = text.word(size - 8);
      return joined(turned(b, 37) * factor + a, (turned(a, 25) + b) * factor, factor);
    }
    if (size >= 4) return joined(size + (text.word(0, 4) << 3), text.word(size - 4, 4), factor);
    if (size == 0) return k2;
    const std::uint32_t y = text.at[0] + (std::uint32_t{text.at[size >> 1]} << 8),
                        z = size + (std::uint32_t{text.at[size - 1]} << 2);
    return folded(y * k2 ^ z * k0) * k2;
  }

  static std::uint64_t of_32(const Bytes& text) {
    const std::uint64_t factor = k2 + text.size * 2, a = text.word(0) * k1, b = text.word(8),
                        c = text.word(text.size - 8) * factor, d = text.word(text.size - 16) * k2;
    return joined(turned(a + b, 43) + turned(c, 30) + d, a + turned(b + k2, 18) + c, factor);
  }

  static std::uint64_t of_64(const Bytes& text) {
    const std::uint64_t factor = k2 + text.size * 2, a = text.word(0) * k2, b = text.word(8),
                        c = text.word(text.size - 8) * factor, d = text.word(text.size - 16) * k2;
    const std::uint64_t y = turned(a + b, 43) + turned(c, 30) + d, z = joined(y, a + turned(b + k2, 18) + c, factor);
    const std::uint64_t e = text.word(16) * factor, f = text.word(24), g = (y + text.word(text.size - 32)) * factor,
                        h = (z + text.word(text.size - 24)) * factor;
    return joined(turned(e + f, 43) + turned(g, 30) + h, e + turned(f + a, 18) + g, factor);
  }

  static Pair of_32_with(const Bytes& text, std::uint32_t place, std::uint64_t a, std::uint64_t b) {
    const std::uint64_t x = text.word(place + 8), y = text.word(place + 16), z = text.word(place + 24);
    a += text.word(place);
    b = turned(b + a + z, 21);
    const std::uint64_t c = a;
    a += x + y;
    return {a + z, b + turned(a, 44) + c};
  }

  struct State {
    std::uint64_t x, y, z;
    Pair v{0, 0}, w{0, 0};

    void add(const Bytes& text, std::uint32_t place, std::uint64_t factor, std::uint64_t of_w, std::uint64_t of_v) {
      x = turned(x + y + v.first + text.word(place + 8), 37) * factor;
      y = turned(y + v.second + text.word(place + 48), 42) * factor;
      x ^= w.second * of_w;
      y += v.first * of_v + text.word(place + 40);
      z = turned(z + w.first, 33) * factor;
      v = of_32_with(text, place, v.second * factor, x + w.first);
      w = of_32_with(text, place + 32, z + w.second, y + text.word(place + 16));
      const std::uint64_t other = z;
      z = x, x = other;
    }
  };

  static std::uint64_t of_more(const Bytes& text) {
    constexpr std::uint64_t kSeed = 81, kY = kSeed * k1 + 113;
    State state{kSeed * k2 + text.word(0), kY, folded(kY * k2 + 113) * k2};
    const std::uint32_t rest = (text.size - 1) & 63, end = text.size - 1 - rest;
    for (std::uint32_t place = 0; place != end; place += 64) state.add(text, place, k1, 1, 1);
    const std::uint64_t factor = k1 + ((state.z & 0xff) << 1);
    state.w.first += rest;
    state.v.first += state.w.first;
    state.w.first += state.v.first;
    state.add(text, text.size - 64, factor, 9, 9);
    return joined(joined(state.v.first, state.w.first, factor) + folded(state.y) * k0 + state.z,
                  joined(state.v.second, state.w.second, factor) + state.x, factor);
  }
};

/// SipHash-2-4 (Jean-Philippe Aumasson, Daniel J. Bernstein).
class SipHash {
 public:
  static std::uint64_t of(const Bytes& text, std::uint64_t key_0, std::uint64_t key_1) {
    SipHash hash(key_0, key_1);
    std::uint32_t place = 0;
    for (; place + 8 <= text.size; place += 8) hash.add(text.word(place));
    hash.add(text.word(place, text.size - place) | std::uint64_t{text.size} << 56);
    hash.v2_ ^= 0xff;
    for (int i = 0; i < 4; ++i) hash.round();
    return hash.v0_ ^ hash.v1_ ^ hash.v2_ ^ hash.v3_;
  }

 private:
  SipHash(std::uint64_t key_0, std::uint64_t key_1)
      : v0_(key_0 ^ 0x736f6d6570736575), v1_(key_1 ^ 0x646f72616e646f6d),
        v2_(key_0 ^ 0x6c7967656e657261), v3_(key_1 ^ 0x7465646279746573) {}

  void add(std::uint64_t word) {
    v3_ ^= word;
    round();
    round();
    v0_ ^= word;
  }

  void round() {
    v0_ += v1_, v1_ = turned(v1_, 51) ^ v0_, v0_ = turned(v0_, 32);
    v2_ += v3_, v3_ = turned(v3_, 48) ^ v2_;
    v0_ += v3_, v3_ = turned(v3_, 43) ^ v0_;
    v2_ += v1_, v1_ = turned(v1_, 47) ^ v2_, v2_ = turned(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

}  // namespace nacre::text
