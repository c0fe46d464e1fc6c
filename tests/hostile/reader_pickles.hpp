#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/hostile/reader_support.hpp"

// Pickles, written opcode by opcode.

namespace nacre::tools::test::pickles {

using namespace std::string_literals;

inline std::string text(const std::string& value) { return "\x8c" + little_endian(value.size(), 1) + value; }
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string put(unsigned index) { return "r" + little_endian(index, 4); }
inline std::string get(unsigned index) { return "j" + little_endian(index, 4); }
inline std::string integer(std::uint32_t value) { return "J" + little_endian(value, 4); }
inline std::string repeated(const std::string& part, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += part;
  return result;
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string result = "}(";
  for (const auto& [key, value] : entries) result += text(key) + value;
  return result + "u";
}
inline std::string tuple(const std::string& items) { return "(" + items + "t"; }
/// An object of a class, kept as memo 0 so that it can hold itself.
inline std::string object(const std::string& module, const std::string& name, const std::string& state) {
  return global(module, name) + ")\x81" + put(0) + state + "b";
}

/// A numpy.dtype, with the state that BUILD gives it.
inline std::string dtype(const std::string& code, const std::string& state = "") {
  return global("numpy", "dtype") + tuple(text(code) + "\x89\x88") + "R" + (state.empty() ? "" : state + "b");
}
inline std::string plain_state(const std::string& order) {
  return tuple("K\x03" + text(order) + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00"s);
}

/// What joblib writes before the bytes of an array.
inline std::string wrapper(const std::string& type, const std::string& shape, const std::string& order, bool padded) {
  std::vector<std::pair<std::string, std::string>> state = {{"subclass", global("numpy", "ndarray")},
                                                            {"shape", shape},
                                                            {"order", text(order)},
                                                            {"dtype", type},
                                                            {"allow_mmap", "\x88"}};
  if (padded) state.push_back({"numpy_array_alignment_bytes", "K\x10"});
  return global("joblib.numpy_pickle", "NumpyArrayWrapper") + ")\x81" + dict(state) + "b";
}

}  // namespace nacre::tools::test::pickles
