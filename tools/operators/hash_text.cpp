#include <bit>
#include <string>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using Word = std::uint64_t;

bool gives_words(const Node& node) { return node.as<parameters::HashText>().bins == 0; }

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  Dimensions hashes = inputs.at(0).shape;
  hashes.push_back(2);
  require_shapes((inputs[0].type == DataType::string || inputs[0].type == DataType::int32) &&
                     (inputs.size() == 1 || (inputs.size() == 2 && inputs[1].shape == hashes)),
                 node, "needs texts or integers, and hashes of as many");
  return {DataType::int32, gives_words(node) ? hashes : inputs[0].shape};
}

Word little_endian(const std::string& bytes) {
  Word word = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

Word shifted(Word x) { return x ^ (x >> 47); }

/// FarmHash's Fingerprint64 as its authors write it, over the bytes of a text.
class Farm {
 public:
  explicit Farm(const std::string& text) : text_(text), size_(text.size()), factor_(kThird + 2 * size_) {}

  Word hash() const {
    if (size_ > 64) return of_blocks();
    if (size_ > 32) return of_two_halves();
    if (size_ > 16) {
      const Word c = at(size_ - 8) * factor_, a = at(0) * kSecond;
      return mixed(std::rotr(a + at(8), 43) + std::rotr(c, 30) + at(size_ - 16) * kThird,
                   a + std::rotr(at(8) + kThird, 18) + c, factor_);
    }
    return of_few();
  }

 private:
  static constexpr Word kFirst = 0xc3a5c85c97cb3127, kSecond = 0xb492b66fbe98f273, kThird = 0x9ae16a3b2f90404f;

  Word at(std::size_t place, std::size_t bytes = 8) const { return little_endian(text_.substr(place, bytes)); }

  static Word mixed(Word u, Word v, Word factor) {
    const Word a = shifted((u ^ v) * factor);
    return shifted((v ^ a) * factor) * factor;
  }

  Word of_few() const {
    if (size_ >= 8) {
      const Word a = at(0) + kThird, b = at(size_ - 8);
      return mixed(std::rotr(b, 37) * factor_ + a, (std::rotr(a, 25) + b) * factor_, factor_);
    }
    if (size_ >= 4) return mixed(size_ + 8 * at(0, 4), at(size_ - 4, 4), factor_);
    if (size_ == 0) return kThird;
    const Word y = at(0, 1) + 256 * at(size_ / 2, 1), z = size_ + 4 * at(size_ - 1, 1);
    return shifted(y * kThird ^ z * kFirst) * kThird;
  }

  Word of_two_halves() const {
    const Word a = at(0) * kThird, b = at(8), c = at(size_ - 8) * factor_, d = at(size_ - 16) * kThird;
    const Word y = std::rotr(a + b, 43) + std::rotr(c, 30) + d,
               z = mixed(y, a + std::rotr(b + kThird, 18) + c, factor_);
    const Word e = at(16) * factor_, f = at(24), g = (y + at(size_ - 32)) * factor_, h = (z + at(size_ - 24)) * factor_;
    return mixed(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + a, 18) + g, factor_);
  }

  std::pair<Word, Word> weak(std::size_t place, Word a, Word b) const {
    const Word w = at(place), x = at(place + 8), y = at(place + 16), z = at(place + 24);
    const Word turned = std::rotr(b + a + w + z, 21), sum = a + w + x + y;
    return {sum + z, turned + std::rotr(sum, 44) + a + w};
  }

  Word of_blocks() const {
    Word x = 81, y = 81 * kSecond + 113, z = shifted(y * kThird + 113) * kThird, factor = kSecond;
    std::pair<Word, Word> v{0, 0}, w{0, 0};
    x = x * kThird + at(0);
    const std::size_t blocks = (size_ - 1) / 64;
    for (std::size_t block = 0; block <= blocks; ++block) {
      const bool is_last = block == blocks;
      const std::size_t place = is_last ? size_ - 64 : 64 * block;
      if (is_last) {
        factor = kSecond + 2 * (z & 0xff);
        w.first += (size_ - 1) % 64;
        v.first += w.first;
        w.first += v.first;
      }
      x = std::rotr(x + y + v.first + at(place + 8), 37) * factor;
      y = std::rotr(y + v.second + at(place + 48), 42) * factor;
      x ^= is_last ? w.second * 9 : w.second;
      y += (is_last ? v.first * 9 : v.first) + at(place + 40);
      z = std::rotr(z + w.first, 33) * factor;
      v = weak(place, v.second * factor, x + w.first);
      w = weak(place + 32, z + w.second, y + at(place + 16));
      std::swap(z, x);
    }
    return mixed(mixed(v.first, w.first, factor) + shifted(y) * kFirst + z, mixed(v.second, w.second, factor) + x,
                 factor);
  }

  const std::string& text_;
  std::size_t size_;
  Word factor_;
};

Word sip_hash(const std::string& text, Word key_0, Word key_1) {
  Word v[] = {key_0 ^ little_endian("uespemos"), key_1 ^ little_endian("modnarod"), key_0 ^ little_endian("arenegyl"),
              key_1 ^ little_endian("setybdet")};
  const auto half_round = [&v](int a, int b, int c, int d, int s, int t) {
    v[a] += v[b], v[c] += v[d];
    v[b] = std::rotl(v[b], s) ^ v[a], v[d] = std::rotl(v[d], t) ^ v[c];
    v[a] = std::rotl(v[a], 32);
  };
  const auto rounds = [&](int count) {
    for (; count > 0; --count) half_round(0, 1, 2, 3, 13, 16), half_round(2, 1, 0, 3, 17, 21);
  };
  for (std::size_t place = 0; place <= text.size(); place += 8) {
    Word word = little_endian(text.substr(place, 8));
    if (place + 8 > text.size()) word |= static_cast<Word>(text.size()) << 56;
    v[3] ^= word;
    rounds(2);
    v[0] ^= word;
  }
  v[2] ^= 0xff;
  rounds(4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

Word joined(double low, double high) {
  const auto word = [](double x) { return Word{static_cast<std::uint32_t>(static_cast<std::int64_t>(x))}; };
  return word(low) | word(high) << 32;
}

Word hash_of(const parameters::HashText& p, const Tensor64& x, std::size_t i) {
  const bool is_text = x.type.type == DataType::string;
  if (p.method == HashFunction::itself && !is_text) return static_cast<Word>(static_cast<std::int64_t>(x.values[i]));
  const std::string text = is_text ? x.strings[i] : std::to_string(static_cast<std::int64_t>(x.values[i]));
  return p.method == HashFunction::sip ? sip_hash(text, joined(p.key_0, p.key_1), joined(p.key_2, p.key_3))
                                       : Farm(text).hash();
}

Word together(Word before, Word hash) {
  constexpr Word kFactor = 0xc6a4a7935bd1e995;
  const Word both = (before ^ kFactor) ^ shifted(hash * kFactor) * kFactor;
  return shifted(shifted(both * kFactor) * kFactor);
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& p = node.as<parameters::HashText>();
  Tensor64 y = zeros(output);
  const auto signed_word = [](Word word) { return static_cast<double>(static_cast<std::int32_t>(word)); };
  for (std::size_t i = 0, count = y.values.size() / (p.bins == 0 ? 2 : 1); i < count; ++i) {
    Word hash = hash_of(p, inputs[0], i);
    if (inputs.size() > 1) hash = together(joined(inputs[1].values[2 * i], inputs[1].values[2 * i + 1]), hash);
    if (p.bins != 0) {
      y.values[i] = static_cast<double>(hash % static_cast<Word>(p.bins));
      continue;
    }
    y.values[2 * i] = signed_word(hash & 0xffffffff), y.values[2 * i + 1] = signed_word(hash >> 32);
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  return integer_errors(inputs, output);
}

}  // namespace

const Definition definitions::hash_text = {
    .name = "hash_text", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
