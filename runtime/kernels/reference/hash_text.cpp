#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/text_fingerprint.hpp"

namespace nacre::reference {
namespace {

using text::Bytes;

std::uint64_t words_of(std::uint32_t low, std::uint32_t high) { return std::uint64_t{high} << 32 | low; }

std::uint64_t hashed(const parameters::HashText& p, const Bytes& bytes) {
  const auto word = [](std::int32_t key) { return static_cast<std::uint32_t>(key); };
  return p.method == HashFunction::sip
             ? text::SipHash::of(bytes, words_of(word(p.key_0), word(p.key_1)), words_of(word(p.key_2), word(p.key_3)))
             : text::Fingerprint::of(bytes);
}

std::uint64_t hash_of(const parameters::HashText& p, const String& x) {
  return hashed(p, {reinterpret_cast<const unsigned char*>(x.data), x.size});
}

std::uint64_t hash_of(const parameters::HashText& p, std::int32_t x) {
  if (p.method == HashFunction::itself) return static_cast<std::uint64_t>(std::int64_t{x});
  unsigned char digits[11];
  unsigned first = sizeof digits;
  std::uint32_t left = x < 0 ? 0u - static_cast<std::uint32_t>(x) : static_cast<std::uint32_t>(x);
  do digits[--first] = static_cast<unsigned char>('0' + left % 10);
  while ((left /= 10) != 0);
  if (x < 0) digits[--first] = '-';
  return hashed(p, {digits + first, static_cast<std::uint32_t>(sizeof digits) - first});
}

std::uint64_t together(std::uint64_t before, std::uint64_t hash) {
  constexpr std::uint64_t kFactor = 0xc6a4a7935bd1e995;
  const std::uint64_t both = (before ^ kFactor ^ text::folded(hash * kFactor) * kFactor) * kFactor;
  return text::folded(text::folded(both) * kFactor);
}

/// Bit by bit: a processor of 32 bits divides no 64 without a library.
std::int32_t remainder_of(std::uint64_t hash, std::uint32_t bins) {
  std::uint32_t rest = 0;
  for (unsigned bit = 64; bit-- > 0;) {
    rest = rest << 1 | static_cast<std::uint32_t>(hash >> bit & 1);
    if (rest >= bins) rest -= bins;
  }
  return static_cast<std::int32_t>(rest);
}

template <typename T>
Status hash_all(const Layer& layer) {
  const auto& p = layer.parameters<parameters::HashText>();
  const auto* const before = layer.has_input(1) ? layer.input<std::uint32_t>(1) : nullptr;
  const T* const x = layer.input<T>(0);
  auto* const y = layer.output<std::int32_t>(0);
  for (std::uint32_t i = 0, count = layer.input_shape(0).size(); i < count; ++i) {
    std::uint64_t hash = hash_of(p, x[i]);
    if (before != nullptr) hash = together(words_of(before[2 * i], before[2 * i + 1]), hash);
    if (p.bins != 0) {
      y[i] = remainder_of(hash, static_cast<std::uint32_t>(p.bins));
      continue;
    }
    y[2 * i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(hash));
    y[2 * i + 1] = static_cast<std::int32_t>(static_cast<std::uint32_t>(hash >> 32));
  }
  return Status::ok;
}

}  // namespace

Status hash_text_string(const Layer& layer) { return hash_all<String>(layer); }
Status hash_text_i32(const Layer& layer) { return hash_all<std::int32_t>(layer); }

}  // namespace nacre::reference
