#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "loader/npy/npy.hpp"

namespace nacre::tools::test {
namespace write_test {

std::string header(DataType type, std::uint32_t width, std::uint64_t rows, std::vector<std::uint32_t> shape) {
  std::byte bytes[npy::kHeaderBytes];
  npy::write_header(bytes, type, width, rows, {shape.data(), static_cast<unsigned>(shape.size())});
  CHECK(std::memcmp(bytes, "\x93NUMPY\x01\x00\x76\x00", 10) == 0);
  CHECK(bytes[npy::kHeaderBytes - 1] == std::byte{'\n'});
  const std::string text(reinterpret_cast<const char*>(bytes) + 10, npy::kHeaderBytes - 11);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

TEST_SUITE("npy/write") {
  TEST_CASE("the header is NumPy's, its first axis the rows of all runs") {
    CHECK(header(DataType::float32, 0, 7, {1, 10}) == "{'descr': '<f4', 'fortran_order': False, 'shape': (7, 10), }");
    CHECK(header(DataType::int64, 0, 7, {1}) == "{'descr': '<i8', 'fortran_order': False, 'shape': (7,), }");
    CHECK(header(DataType::int8, 0, 2, {3, 4, 5}) == "{'descr': '|i1', 'fortran_order': False, 'shape': (6, 4, 5), }");
    CHECK(header(DataType::string, 12, 1, {1}) == "{'descr': '<U12', 'fortran_order': False, 'shape': (1,), }");
  }

  TEST_CASE("the longest header of eight dimensions fits") {
    const std::string text = header(DataType::string, 1048576, 4294967295, {1, 16, 16, 16, 16, 16, 16, 16});
    CHECK(text.substr(text.size() - 4) == "), }");
  }

  TEST_CASE("NaNs of any payload are written as one, other bits stay") {
    const std::uint32_t single[] = {0xffc00001, 0x7f800001, 0x7f800000, 0x80000000};
    std::uint32_t written[4];
    npy::write_row(reinterpret_cast<std::byte*>(written), DataType::float32, 0,
                   {reinterpret_cast<const std::byte*>(single), sizeof single});
    CHECK(written[0] == 0x7fc00000);
    CHECK(written[1] == 0x7fc00000);
    CHECK(written[2] == 0x7f800000);
    CHECK(written[3] == 0x80000000);
    const std::uint64_t twofold[] = {0xfff8000000000001, 0xfff0000000000000};
    std::uint64_t long_written[2];
    npy::write_row(reinterpret_cast<std::byte*>(long_written), DataType::float64, 0,
                   {reinterpret_cast<const std::byte*>(twofold), sizeof twofold});
    CHECK(long_written[0] == 0x7ff8000000000000);
    CHECK(long_written[1] == 0xfff0000000000000);
  }

  TEST_CASE("text is written as code points and filled up with zeros") {
    const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    CHECK(npy::characters(text.data(), 10) == 4);
    const String element{text.data(), 10};
    char32_t written[5];
    npy::write_row(reinterpret_cast<std::byte*>(written), DataType::string, 5,
                   {reinterpret_cast<const std::byte*>(&element), sizeof element});
    CHECK(std::u32string(written, 5) == std::u32string(U"aé€😀\0", 5));
  }
}

}  // namespace write_test
}  // namespace nacre::tools::test
