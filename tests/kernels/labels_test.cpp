#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>

#include "tests/support/model_builder.hpp"

// label_decode and label_encode: what looks up labels.

namespace nacre::test {
namespace labels_test {

const std::string kBytes = "catoxen";
const std::vector<std::uint8_t> kText(kBytes.begin(), kBytes.end());  // cat, (empty), ox, en
const std::vector<std::int32_t> kOffsets{0, 3, 3, 5, 7};
const std::string kSortedBytes = "catenox";
const std::vector<std::uint8_t> kSorted(kSortedBytes.begin(), kSortedBytes.end());  // (empty), cat, en, ox
const std::vector<std::int32_t> kSortedOffsets{0, 0, 3, 5, 7};

template <typename T>
ModelBuilder decoder(const std::vector<std::int32_t>& indices, const std::vector<T>& labels) {
  const auto count = static_cast<std::uint32_t>(indices.size());
  ModelBuilder model{parameters::LabelDecode{}};
  model.input({count}, indices)
      .constant({static_cast<std::uint32_t>(labels.size())}, labels)
      .template output<T>({count});
  return model;
}

ModelBuilder text_decoder(const std::vector<std::int32_t>& indices,
                          const std::vector<std::int32_t>& offsets = kOffsets) {
  const auto count = static_cast<std::uint32_t>(indices.size());
  ModelBuilder model{parameters::LabelDecode{}};
  model.input({count}, indices)
      .constant({static_cast<std::uint32_t>(offsets.size())}, offsets)
      .constant({7}, kText)
      .output<String>({count});
  return model;
}

template <typename T>
ModelBuilder encoder(const std::vector<T>& x, const std::vector<T>& classes) {
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{parameters::LabelEncode{}};
  model.input({count}, x)
      .constant({static_cast<std::uint32_t>(classes.size())}, classes)
      .template output<std::int64_t>({count});
  return model;
}

ModelBuilder text_encoder(const std::vector<std::string>& x,
                          const std::vector<std::int32_t>& offsets = kSortedOffsets) {
  std::vector<String> strings;
  for (const std::string& text : x) strings.push_back({text.data(), static_cast<std::uint32_t>(text.size())});
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{parameters::LabelEncode{}};
  model.input({count}, strings)
      .constant({static_cast<std::uint32_t>(offsets.size())}, offsets)
      .constant({7}, kSorted)
      .output<std::int64_t>({count});
  return model;
}

TEST_SUITE("labels") {
  TEST_CASE("an index becomes the label of its class") {
    CHECK(decoder<std::int64_t>({2, 0, 2}, {-5, 7, 1ll << 40}).run<std::int64_t>() ==
          std::vector<std::int64_t>{1ll << 40, -5, 1ll << 40});
    CHECK(decoder<double>({1, 0}, {0.1, 0.2}).run<double>() == std::vector<double>{0.2, 0.1});
  }

  TEST_CASE("an index becomes the size of the text of its class") {
    const std::vector<String> y = text_decoder({2, 1, 0, 3}).run<String>();
    REQUIRE(y.size() == 4);
    const std::uint32_t sizes[] = {2, 0, 3, 2};
    for (std::size_t i = 0; i < 4; ++i) CHECK(y[i].size == sizes[i]);
    CHECK(y[0].data - y[2].data == 3);
  }

  TEST_CASE("an index outside its table ends the run, whichever table") {
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min(),
                           kMost = std::numeric_limits<std::int32_t>::max();
    for (const std::int32_t index : {std::int32_t{-1}, std::int32_t{4}, kLeast, kMost}) {
      CAPTURE(index);
      CHECK(decoder<double>({0, index}, {1, 2, 3, 4}).try_run<double>().status == Status::index_out_of_range);
      CHECK(text_decoder({0, index}).try_run<String>().status == Status::index_out_of_range);
    }
  }

  TEST_CASE("a label becomes the index of its class, wherever it stands among however many") {
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    CHECK(encoder<std::int64_t>({7, kLeast, 1ll << 40, 7}, {kLeast, 7, 1ll << 40}).run<std::int64_t>() ==
          std::vector<std::int64_t>{1, 0, 2, 1});
    CHECK(encoder<double>({0.2, -0.0}, {0, 0.2}).run<std::int64_t>() == std::vector<std::int64_t>{1, 0});
    CHECK(text_encoder({"ox", "", "cat", "en"}).run<std::int64_t>() == std::vector<std::int64_t>{3, 0, 1, 2});
    for (std::int64_t classes = 1; classes <= 17; ++classes) {
      std::vector<std::int64_t> labels, places;
      for (std::int64_t i = 0; i < classes; ++i) labels.push_back(2 * i), places.push_back(i);
      CHECK(encoder(labels, labels).run<std::int64_t>() == places);
      for (std::int64_t between = -1; between < 2 * classes; between += 2)
        CHECK(encoder({between}, labels).try_run<std::int64_t>().status == Status::unknown_label);
    }
  }

  TEST_CASE("a label of no class ends the run") {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    CHECK(encoder<std::int64_t>({7, 8}, {1, 7}).try_run<std::int64_t>().status == Status::unknown_label);
    CHECK(encoder<double>({kNaN}, {1}).try_run<std::int64_t>().status == Status::unknown_label);
    CHECK(encoder<double>({kNaN}, {1, kNaN}).try_run<std::int64_t>().status == Status::unknown_label);
    for (const char* text : {"ca", "cats", "oxen", "Cat", "o\xc3\xa9"})
      CHECK(text_encoder({text}).try_run<std::int64_t>().status == Status::unknown_label);
  }

  TEST_CASE("texts are ordered by their bytes, which are no numbers with signs, and then by their length") {
    const std::string bytes = "aab\xc3\xa9";  // a, ab, é
    const std::vector<std::string> x{"\xc3\xa9", "a", "ab"};
    ModelBuilder model = text_encoder(x, {0, 1, 3, 5});
    std::memcpy(model.argument(2).bytes.data(), bytes.data(), bytes.size());
    CHECK(model.run<std::int64_t>() == std::vector<std::int64_t>{2, 0, 1});
  }

  TEST_CASE("classes that do not ascend are refused") {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    CHECK(encoder<std::int64_t>({7}, {7, 1}).load_status() == Status::bad_weights);
    CHECK(encoder<std::int64_t>({7}, {7, 7}).load_status() == Status::bad_weights);
    CHECK(encoder<double>({1}, {1, kNaN, 2}).load_status() == Status::bad_weights);
    CHECK(encoder<double>({1}, {0, -0.0}).load_status() == Status::bad_weights);
    CHECK(encoder<double>({1}, {1, kNaN, kNaN}).load_status() == Status::ok);
    CHECK(text_encoder({"ox"}, {0, 3, 3, 5, 7}).load_status() == Status::bad_weights);  // "" behind "cat"
    CHECK(text_encoder({"ox"}, {0, 0, 0, 3, 7}).load_status() == Status::bad_weights);  // "" twice
  }

  TEST_CASE("offsets that do not ascend from 0 to the end of the bytes are refused") {
    for (const std::vector<std::int32_t>& offsets : {std::vector<std::int32_t>{1, 3, 3, 5, 7},
                                                     {-1, 3, 3, 5, 7},
                                                     {0, 3, 2, 5, 7},
                                                     {0, 3, 3, 5, 8},
                                                     {0, 3, 3, 5, -1}}) {
      CHECK(text_decoder({0}, offsets).load_status() == Status::bad_weights);
      CHECK(text_encoder({"ox"}, offsets).load_status() == Status::bad_weights);
    }
  }

  TEST_CASE("a decoder whose arguments do not fit is refused") {
    ModelBuilder model = text_decoder({0, 1});
    SUBCASE("offsets that a run could change") { model.argument(1).memory = MemoryKind::activations; }
    SUBCASE("bytes that a run could change") { model.argument(2).memory = MemoryKind::activations; }
    SUBCASE("offsets of another type") { model.argument(1).type = DataType::float32; }
    SUBCASE("bytes of another type") { model.argument(2).type = DataType::int8; }
    SUBCASE("an output of another type") { model.argument(3).type = DataType::float64; }
    SUBCASE("an output of another length") { model.argument(3).shape = {3}; }
    SUBCASE("no bytes") { model.inputs = 2, model.arguments.erase(model.arguments.begin() + 2); }
    SUBCASE("labels that cannot be") { model = decoder<float>({0}, {1, 2}); }
    SUBCASE("labels of one type, output of another") {
      model = decoder<double>({0}, {1, 2}), model.argument(2).type = DataType::int64;
    }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("an encoder whose arguments do not fit is refused") {
    ModelBuilder model = encoder<std::int64_t>({1, 2}, {1, 2, 3});
    SUBCASE("classes of another type") { model.argument(1).type = DataType::float64; }
    SUBCASE("classes that a run could change") { model.argument(1).memory = MemoryKind::activations; }
    SUBCASE("an output of another type") { model.argument(2).type = DataType::int32; }
    SUBCASE("an output of another length") { model.argument(2).shape = {1}; }
    SUBCASE("text without its bytes") {
      model = text_encoder({"ox"}), model.inputs = 2, model.arguments.erase(model.arguments.begin() + 2);
    }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("text that the codes for it would be written over is refused") {
    ModelBuilder model = text_encoder({"ox", "en"});
    model.argument(3).same_place_as = 0;
    CHECK(model.load_status() == Status::bad_plan);
  }
}

}  // namespace labels_test
}  // namespace nacre::test
