#include <doctest/doctest.h>

#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/sklearn/read.hpp"
#include "tools/skops/npy.hpp"
#include "tools/skops/read.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools::test {
namespace {

/// A .npy file of version 1 with a header and the bytes 0, 1, 2… behind it.
Buffer npy(const std::string& header, std::size_t bytes, char version = 1) {
  std::vector<std::byte> file;
  const auto put = [&file](std::string_view text) {
    for (const char c : text) file.push_back(static_cast<std::byte>(c));
  };
  put("\x93NUMPY");
  put({&version, 1});
  put(std::string_view("\0", 1));
  const std::size_t length = header.size();
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) file.push_back(static_cast<std::byte>(length >> (8 * i) & 255));
  put(header);
  for (std::size_t i = 0; i < bytes; ++i) file.push_back(static_cast<std::byte>(i));
  return Buffer::from(std::move(file));
}

std::string refusal(const Buffer& file) {
  try {
    read_npy(file);
    return "";
  } catch (const Refusal& refusal) {
    return refusal.obstacle();
  }
}

TEST_SUITE("arrays of skops") {
  TEST_CASE("a header states type, order and shape; the last comma of a tuple is none of JSON's") {
    const NumpyArray array = read_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }   \n", 6));
    CHECK(array.to_array().to<int>() == std::vector<int>{0, 1, 2, 3, 4, 5});
    CHECK(array.shape == std::vector<std::int64_t>{2, 3});
    CHECK(read_npy(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (3,), }", 3, 2)).fortran_order);
    CHECK(read_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 1)).shape.empty());
  }
  TEST_CASE("fields of a structure lie one behind the other, and one without a name fills a gap") {
    const NumpyArray array = read_npy(
        npy("{'descr': [('a', '|u1'), ('', '|V3'), ('b', '<i4'), ('c', '|u1', (1, 2))], "
            "'fortran_order': False, 'shape': (2,), }", 20));
    CHECK(array.type->item_size == 10);
    CHECK(array.field("a").to<int>() == std::vector<int>{0, 10});
    CHECK(array.field("b").to<int>() == std::vector<int>{0x07060504, 0x11100f0e});
    CHECK(array.field("c").to<int>() == std::vector<int>{8, 9, 18, 19});
  }
  TEST_CASE("what is no array of numbers or text is refused") {
    CHECK(refusal(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8)) ==
          "an array holds objects of Python");
    CHECK(refusal(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", 2)) ==
          "an array has other bytes than its shape needs");
    CHECK(refusal(npy("{'descr': '|u1', 'shape': (3,), }", 3)) ==
          "the header of an array lacks its type, order or shape");
    CHECK(refusal(npy("{'descr': [('a', [('a', 1)])], 'fortran_order': False, 'shape': (1,), }", 3)) != "");
    CHECK(refusal(npy("__import__('os')", 3)) != "");
    CHECK(refusal(npy("{'descr': '|u1", 3)) == "the header of an array is no literal of Python");
    CHECK(refusal(Buffer()) == "is no .npy file");
  }
}

/// All values inside a JSON document, by their pointers.
void list_values(const nlohmann::json& value, const nlohmann::json::json_pointer& at,
                 std::vector<nlohmann::json::json_pointer>* all) {
  all->push_back(at);
  if (value.is_object())
    for (const auto& item : value.items()) list_values(item.value(), at / item.key(), all);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) list_values(value[i], at / i, all);
}

TEST_SUITE("skops archives") {
  TEST_CASE("a schema in which any one value is of another kind is refused, or means what it says") {
    for (const char* name : {"skops/pipeline.skops", "skops/sparse.skops", "skops/columns.skops"}) {
      const Buffer file = Buffer::map_file(fixture(name));
      const Buffer text = ZipArchive(file).read("schema.json");
      const auto schema = nlohmann::json::parse(reinterpret_cast<const char*>(text.data()),
                                                reinterpret_cast<const char*>(text.data()) + text.size());
      std::vector<nlohmann::json::json_pointer> places;
      list_values(schema, nlohmann::json::json_pointer(), &places);
      const std::array<const char*, 6> others = {"null", "-7", "\"x\"", "[]", "{}", "[[{}]]"};
      nlohmann::json changed = schema;
      unsigned refused = 0;
      for (std::size_t i = 0; i < 2 * places.size(); ++i) {  // two of the kinds for each place, in turn
        const nlohmann::json kept = changed[places[i / 2]];
        changed[places[i / 2]] = nlohmann::json::parse(others[(i / 2 + i % 2 * 3) % others.size()]);
        try {
          Graph graph;
          Keys select;
          add_sklearn(graph, read_skops(file, changed.dump()), select, nullptr);
        } catch (const Refusal& refusal) {
          CHECK(refusal.obstacle() != "");
          ++refused;
        }
        changed[places[i / 2]] = kept;
      }
      CHECK(refused > places.size() / 2);
    }
  }
  TEST_CASE("a later protocol is refused by name") {
    const Buffer file = Buffer::map_file(fixture("skops/pipeline.skops"));
    CHECK_THROWS_WITH_AS(read_skops(file, R"({"protocol": 3})"), doctest::Contains("later protocol"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
