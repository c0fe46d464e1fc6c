#include <doctest/doctest.h>

#include <cstring>

#include "tests/hostile/reader_pickles.hpp"
#include "tools/pickle/read.hpp"

// Arrays inside pickles: joblib's, whose bytes lie between the opcodes, and numpy's own.

namespace nacre::tools::test {
namespace {

using namespace pickles;

std::string doubles(const std::vector<double>& values) {
  if (values.empty()) return {};
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)};
}

std::string array_refusal(const std::string& pickle) {
  return refusal_of([&] {
    const Document document = read_pickle(file_of(pickle));
    if (document.root().is_array()) (void)document.root().as_array();
  });
}

const std::string kDouble = dtype("f8", plain_state("<"));
const std::string kObject = dtype("O8", plain_state("|"));

/// numpy's _reconstruct, with the bytes in its state.
std::string array_state(const std::string& shape, const std::string& type, const std::string& data,
                        const std::string& fortran = "\x89") {
  return global("numpy.core.multiarray", "_reconstruct") +
         tuple(global("numpy", "ndarray") + "K\x00\x85"s +
               "C\x01"
               "b") +
         "R" + tuple("K\x01" + shape + type + fortran + data) + "b.";
}
std::string bytes(const std::string& data) { return "B" + little_endian(data.size(), 4) + data; }

/// A structured dtype of 16 bytes, with fields `a` and `b` (both f8) at these offsets.
std::string structure(std::uint32_t first, std::uint32_t second, std::uint32_t item_size = 16,
                      const std::string& type = kDouble) {
  const std::string fields = dict({{"a", tuple(type + integer(first))}, {"b", tuple(type + integer(second))}});
  return dtype("V" + std::to_string(item_size), tuple("K\x03" + text("|") + "N" + tuple(text("a") + text("b")) +
                                                      fields + integer(item_size) + "K\x01K\x00"s));
}

TEST_SUITE("hostile joblib files") {
  TEST_CASE("C4: padding of any length is skipped, and refused where the file ends in it") {
    const std::string before = "\x80\x02" + wrapper(kDouble, "K\x02\x85", "C", true);
    for (unsigned padding = 0; padding < 256; ++padding) {
      CAPTURE(padding);
      const std::string skipped = little_endian(padding, 1) + std::string(padding, '\xff');
      const Document document = read_pickle(file_of(before + skipped + doubles({1.5, -2}) + "."));
      CHECK(document.root().as_doubles() == std::vector<double>{1.5, -2});
      CHECK_FALSE(array_refusal(before + skipped + doubles({1.5}) + ".").empty());
      if (padding > 0) CHECK_FALSE(array_refusal(before + skipped.substr(0, padding)).empty());
    }
  }

  TEST_CASE("C4: a shape that needs more bytes than follow, or overflows, is refused") {
    for (const std::string& shape :
         {"K\x03\x85"s, tuple("K\x02K\x02"), tuple(integer(0x7fffffff) + integer(0x7fffffff)),
          "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85"s, tuple("\x8a\x08\x01\x00\x00\x00\x00\x00\x00\x20K\x08"s),
          tuple("\x8a\x06\x00\x00\x00\x00\x00\x04\x8a\x06\x00\x00\x00\x00\x00\x04K\x00"s), "J\xff\xff\xff\xff\x85"s,
          text("ab"), tuple(text("ab")), "N"s, tuple(repeated("K\x01", 65))}) {
      CAPTURE(shape);
      CHECK_FALSE(array_refusal("\x80\x02" + wrapper(kDouble, shape, "C", false) + doubles({1, 2}) + ".").empty());
    }
  }

  TEST_CASE("C4: Fortran order of any rank reads each element once") {
    const auto read = [](const std::string& shape, const std::vector<double>& stored) {
      return read_pickle(file_of("\x80\x02" + wrapper(kDouble, shape, "F", false) + doubles(stored) + "."))
          .root()
          .as_doubles();
    };
    CHECK(read(")", {7}) == std::vector<double>{7});
    CHECK(read("K\x03\x85", {1, 2, 3}) == std::vector<double>{1, 2, 3});
    CHECK(read(tuple("K\x02K\x03"), {1, 4, 2, 5, 3, 6}) == std::vector<double>{1, 2, 3, 4, 5, 6});
    CHECK(read(tuple("K\x02K\x01K\x02"), {1, 3, 2, 4}) == std::vector<double>{1, 2, 3, 4});
    CHECK(read(tuple("K\x00K\x05"s), {}).empty());
  }

  TEST_CASE("C4: the pickle inside an object array is as inert as the one around it") {
    const std::string before = "\x80\x02" + wrapper(kObject, "K\x01\x85", "C", true);
    const std::string payload = global("os", "system") + tuple(text("id")) + "R";
    CHECK(says(array_refusal(before + "\x80\x02" + payload + ".."), "holds something else"));
    const std::string inside = "\x80\x02" + array_state("K\x01\x85", kObject, "](" + payload + "e");
    const Document document = read_pickle(file_of(before + inside + "."));
    CHECK(document.root().at(0).class_name() == "os.system");
    CHECK(says(conversion_refusal(before + inside + "."), "os.system"));
  }

  TEST_CASE("C4: pickles inside pickles inside pickles end at the eighth") {
    std::string nested;
    for (int level = 0; level < 100000; ++level) nested += "\x80\x02" + wrapper(kObject, "K\x01\x85", "C", false);
    CHECK(says(array_refusal(nested), "nested too deeply"));
  }

  TEST_CASE("C4: an object array whose bytes are no pickle, or whose pickle does not end") {
    const std::string before = "\x80\x02" + wrapper(kObject, "K\x01\x85", "C", false);
    CHECK_FALSE(array_refusal(before + doubles({1}) + ".").empty());
    CHECK_FALSE(array_refusal(before).empty());
    CHECK_FALSE(array_refusal(before + "\x80\x02" + array_state("K\x02\x85", kObject, "](NNNe") + ".").empty());
    CHECK(says(array_refusal(array_state("K\x02\x85", kObject, "](NNNe")), "other elements than its shape"));
    CHECK(says(array_refusal(array_state("K\x02\x85", kObject, bytes("abcd"))), "no list"));
    CHECK_FALSE(array_refusal(array_state("K\x01\x85", kDouble, "](Ne")).empty());
  }

  TEST_CASE("C4: an array that begins inside a frame is refused") {
    const std::string opcodes = wrapper(kDouble, "K\x01\x85", "C", false);
    CHECK(says(array_refusal("\x80\x04\x95" + little_endian(opcodes.size() + 9, 8) + opcodes + doubles({1}) + "."),
               "inside a frame"));
    CHECK(array_refusal("\x80\x04\x95" + little_endian(opcodes.size(), 8) + opcodes + doubles({1}) + ".").empty());
  }

  TEST_CASE("C4: files beside the pickle are never opened, whatever their names") {
    for (const char* path : {"../../etc/passwd", "/etc/passwd", "model.pkl_01.npy", "/proc/self/mem"})
      for (const char* name : {"NDArrayWrapper", "ZNDArrayWrapper"}) {
        const std::string call =
            global("joblib.numpy_pickle", name) + tuple(text(path) + global("numpy", "ndarray")) + "R.";
        CHECK(says(conversion_refusal(call), "files of their own"));
        CHECK_FALSE(
            conversion_refusal(global("joblib.numpy_pickle", name) + ")\x81" + dict({{"filename", text(path)}}) + "b.")
                .empty());
      }
  }

  TEST_CASE("C4: a joblib file cut or changed at any byte is read or refused") {
    const std::string whole = text_of(Buffer::map_file(fixture("naive_bayes.joblib")));
    for (std::size_t at = 0; at < whole.size(); ++at) {
      CHECK_FALSE(array_refusal(whole.substr(0, at)).empty());
      std::string changed = whole;
      for (const int change : {0x01, 0x80, 0xff}) {
        changed[at] = static_cast<char>(whole[at] ^ change);
        (void)conversion_refusal(changed);
      }
    }
  }
}

TEST_SUITE("hostile numpy arrays") {
  TEST_CASE("C6: a field outside its item is refused, overlapping fields are read as they lie") {
    const auto field = [](const std::string& type, const char* name) {
      const Document document = read_pickle(file_of(array_state("K\x01\x85", type, bytes(doubles({1, 2})))));
      return document.root().numpy().field(name).to<double>();
    };
    CHECK(field(structure(0, 8), "b") == std::vector<double>{2});
    CHECK(field(structure(8, 8), "a") == std::vector<double>{2});
    for (const std::uint32_t offset : {9u, 16u, 0x7fffffffu, 0x80000000u, 0xffffffffu})
      CHECK_FALSE(array_refusal(array_state("K\x01\x85", structure(0, offset), bytes(doubles({1, 2})))).empty());
    CHECK_FALSE(array_refusal(array_state("K\x01\x85", structure(0, 0, 4), bytes("abcd"))).empty());
  }

  TEST_CASE("C6: items of no size, of any size, and of sizes that numpy does not have") {
    CHECK(
        says(array_refusal(array_state(integer(1000000000) + "\x85", dtype("V0"), bytes(""))), "elements of no size"));
    CHECK(says(array_refusal(array_state(integer(1000000000) + "\x85", structure(0, 0, 0, dtype("V0")), bytes(""))),
               "elements of no size"));
    for (const char* code : {"f3", "i16", "u0", "U4294967295", "S99999999999", "f", "", ">", "x8", "f8f8", "8", "b2",
                             "O3", "c7", "M4", "U-1", "f 8"}) {
      CAPTURE(code);
      CHECK_FALSE(array_refusal(array_state("K\x01\x85", dtype(code), bytes("12345678"))).empty());
    }
    CHECK_FALSE(array_refusal(array_state("K\x01\x85", dtype("U2147483647"), bytes("12345678"))).empty());
  }

  TEST_CASE("C6: big-endian numbers keep their values, times and complex numbers are refused") {
    CHECK(read_pickle(file_of(array_state("K\x02\x85", dtype("i2", plain_state(">")), bytes("\x01\x02\xff\xfe"s))))
              .root()
              .as_doubles() == std::vector<double>{258, -2});
    for (const char* code : {"M8", "m8", "c16", "V8", "f16"}) {
      CAPTURE(code);
      CHECK_FALSE(array_refusal(array_state("K\x01\x85", dtype(code, plain_state("<")),
                                            bytes(std::string(code == "c16"s || code == "f16"s ? 16 : 8, 'a'))))
                      .empty());
    }
    CHECK(says(array_refusal(array_state("K\x01\x85", dtype("U1", plain_state("<")), bytes("\xff\xff\xff\xff"))),
               "above U+10FFFF"));
  }

  TEST_CASE("C6: structures inside structures end at the eighth, and at four thousand fields") {
    std::string nested = kDouble;
    for (int level = 0; level < 12; ++level) nested = structure(0, 0, 8, nested);
    CHECK_FALSE(
        array_refusal(array_state("K\x01\x85", structure(0, 0, 8, structure(0, 0, 8)), bytes("12345678"))).empty());
    CHECK(says(array_refusal(array_state("K\x01\x85", nested, bytes("12345678"))), "nested too deeply"));
    // Eight levels of eight fields, all of one type: two hundred million by their paths.
    std::string level = dtype("V8", "") + put(1) + "0";
    for (unsigned i = 2; i < 10; ++i) {
      std::string names, fields;
      for (int f = 0; f < 8; ++f)
        names += text(std::to_string(f)), fields += text(std::to_string(f)) + tuple(get(i - 1) + "K\x00"s);
      level += dtype("V8", tuple("K\x03" + text("|") + "N" + tuple(names) + "}(" + fields + "u" + "K\x08K\x01K\x00"s)) +
               put(i) + "0";
    }
    CHECK(says(array_refusal(level + array_state("K\x01\x85", get(9), bytes("12345678"))), "too many fields"));
    // One name, again and again, in a dictionary of a hundred thousand.
    std::string fields, names = text("x") + put(1) + repeated(get(1), 100000);
    for (int i = 0; i < 100000; ++i) fields += text("f" + std::to_string(i)) + "N";
    CHECK(says(array_refusal(array_state("K\x01\x85",
                                         dtype("V8", tuple("K\x03" + text("|") + "N" + tuple(names) + "}(" + fields +
                                                           "u" + "K\x08K\x01K\x00"s)),
                                         bytes("12345678"))),
               "too many fields"));
  }

  TEST_CASE("C6: a dtype that is a field of itself is refused") {
    const std::string itself = global("numpy", "dtype") + tuple(text("V8") + "\x89\x88") + "R" + put(0) +
                               tuple("K\x03" + text("|") + "N" + tuple(text("a")) +
                                     dict({{"a", tuple(get(0) + "K\x00"s)}}) + "K\x08K\x01K\x00"s) +
                               "b";
    CHECK(says(array_refusal(array_state("K\x01\x85", itself, bytes("12345678"))), "nested too deeply"));
  }

  TEST_CASE("C6: a scalar that is no number, and a number that no integer holds") {
    const auto scalar = [](const std::string& type, const std::string& data) {
      return global("numpy.core.multiarray", "scalar") + tuple(type + data) + "R.";
    };
    CHECK(read_pickle(file_of(scalar(kDouble, bytes(doubles({2.5}))))).root().as_double() == 2.5);
    for (const std::string& bad : {scalar(kDouble, bytes("abc")), scalar(structure(0, 8), bytes(doubles({1, 2}))),
                                   scalar(dtype("M8"), bytes("12345678")), scalar("N", "N"), scalar(kDouble, "N")})
      CHECK_FALSE(array_refusal(bad).empty());
  }
}

}  // namespace
}  // namespace nacre::tools::test
