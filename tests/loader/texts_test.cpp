#include <doctest/doctest.h>

#include <algorithm>

#include "nacre/load.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::texts_test {

/// Loads the model of one layer into memory that is full of something else.
Network loaded_over_rubbish(const char* name) {
  alignas(64) static std::byte file[4096], memory[4096];
  const std::vector<std::byte> bytes = test::small_layer(name).file();
  REQUIRE(bytes.size() <= sizeof file);
  std::copy(bytes.begin(), bytes.end(), file);
  std::fill(std::begin(memory), std::end(memory), std::byte{0xa5});
  Network network;
  REQUIRE(load({file, bytes.size()}, reference_kernels(), memory, &network, Digest::decline) == Status::ok);
  return network;
}

TEST_SUITE("texts") {
  TEST_CASE("the texts of a network that has not run are empty") {
    Span<const String> texts;
    SUBCASE("inputs") {
      const Span<String> inputs = loaded_over_rubbish("label_encode_string").input<String>(0);
      texts = {inputs.data(), inputs.size()};
    }
    SUBCASE("outputs") { texts = loaded_over_rubbish("label_decode of text").output<String>(0); }
    REQUIRE(texts.size() == 2);
    for (const String& text : texts) CHECK((text.data == nullptr && text.size == 0));
  }
}

}  // namespace nacre::texts_test
