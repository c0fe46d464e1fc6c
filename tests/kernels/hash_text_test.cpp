#include <doctest/doctest.h>

#include <string>

#include "tests/support/model_builder.hpp"

// hash_text: what TensorFlow 2.21 gives with to_hash_bucket_fast, to_hash_bucket_strong and sparse.cross_hashed.

namespace nacre::test {
namespace hash_text_test {

using Words = std::vector<std::int32_t>;

constexpr std::int32_t kMostBins = 2147483647;

ModelBuilder hasher(const parameters::HashText& p, const std::vector<std::string>& texts) {
  std::vector<String> x;
  for (const std::string& text : texts) x.push_back({text.data(), static_cast<std::uint32_t>(text.size())});
  ModelBuilder model(p);
  model.input({static_cast<std::uint32_t>(x.size())}, x);
  return model;
}

ModelBuilder hasher(const parameters::HashText& p, const Words& x) {
  ModelBuilder model(p);
  model.input({static_cast<std::uint32_t>(x.size())}, x);
  return model;
}

/// The bins of elements, or with 0 bins the words of their hashes.
template <typename T>
Words hashed(const parameters::HashText& p, const std::vector<T>& x, const Words& before = {}) {
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model = hasher(p, x);
  if (!before.empty()) model.input({count, 2}, before);
  if (p.bins == 0) model.output<std::int32_t>({count, 2});
  else model.output<std::int32_t>({count});
  return model.run<std::int32_t>();
}

std::string repeated(const char* text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

const std::vector<std::string>& texts_of_all_lengths() {
  static const std::vector<std::string> texts{
      "", "a", "dog", "cats", "eight888", "abcdefghijklmnop", "abcdefghijklmnopq", repeated("x", 32),
      "The quick brown fox jumps over the lazy dog", repeated("ab", 32), repeated("ab", 32) + "c",
      repeated("0123456789", 13), "\u00e9"};
  return texts;
}

TEST_SUITE("hash_text") {
  TEST_CASE("texts of all lengths have the fingerprints of FarmHash") {
    const parameters::HashText p{.bins = kMostBins};
    CHECK(hashed(p, texts_of_all_lengths()) ==
          Words{1699943623, 493484721, 262308617, 1456833827, 1568262375, 533456409, 1773773112, 848040801, 311974173,
                1589534432, 1885134910, 1177357632, 2146984076});
  }

  TEST_CASE("texts of all lengths have the hashes of SipHash with its key") {
    const parameters::HashText p{.bins = kMostBins, .key_0 = 133, .key_2 = 137, .method = HashFunction::sip};
    CHECK(hashed(p, texts_of_all_lengths()) ==
          Words{1380786607, 1322453157, 1266314685, 1007341204, 1103914793, 1655646054, 1650992243, 615956187,
                638821040, 1539058092, 350363878, 1297051488, 1158116967});
  }

  TEST_CASE("integers are hashed as their digits") {
    const parameters::HashText p{.bins = kMostBins};
    CHECK(hashed(p, Words{-12, 0, -kMostBins - 1}) == Words{360679, 1633463888, 1508909984});
    CHECK(hashed(p, Words{-12, 2147483647}) == hashed(p, std::vector<std::string>{"-12", "2147483647"}));
  }

  TEST_CASE("hashes are joined one after the other") {
    const parameters::HashText text{}, number{.method = HashFunction::itself};
    constexpr std::int32_t kLow = -0x35035002, kHigh = 0xde;
    const Words first = hashed(text, std::vector<std::string>{"a", "dog"}, {kLow, kHigh, kLow, kHigh});
    parameters::HashText last = number;
    last.bins = 1000;
    CHECK(hashed(last, Words{-3, 12}, first) == Words{567, 260});
    last = text, last.bins = 1000000007;
    CHECK(hashed(last, std::vector<std::string>{"x", ""}, hashed(number, Words{-3, 12}, first)) ==
          Words{731904325, 541558854});
  }

  TEST_CASE("a text, which is no hash of itself, has FarmHash's") {
    const std::vector<std::string> x{"a", "of", ""};
    CHECK(hashed({.method = HashFunction::itself}, x) == hashed({}, x));
  }

  TEST_CASE("outputs have room for what the layer gives") {
    ModelBuilder words = hasher({}, Words{1, 2});
    CHECK(words.output<std::int32_t>({2}).try_run<std::int32_t>().status == Status::bad_arguments);
    ModelBuilder bins = hasher({.bins = 3}, Words{1, 2});
    CHECK(bins.output<std::int32_t>({2, 2}).try_run<std::int32_t>().status == Status::bad_arguments);
    ModelBuilder joined = hasher({.bins = 3}, Words{1, 2});
    CHECK(joined.input({2}, Words{1, 2}).output<std::int32_t>({2}).try_run<std::int32_t>().status ==
          Status::bad_arguments);
  }
}

}  // namespace hash_text_test
}  // namespace nacre::test
