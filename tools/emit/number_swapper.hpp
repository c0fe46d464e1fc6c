#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "flatbuffers/flatbuffers.h"

namespace nacre::tools {

/// Swaps the bytes of a FlatBuffer's numbers in place: what the type tables of generated code list, and
/// FlatBuffers' own offsets, lengths and vtables. Several references may lead to one number, which is swapped once.
class NumberSwapper {
 public:
  /// `is_native`: whether the numbers are in this machine's byte order now.
  NumberSwapper(std::span<std::byte> bytes, bool is_native)
      : bytes_(bytes), is_native_(is_native), swapped_(bytes.size()) {}

  /// Swaps the whole FlatBuffer at `start`, whose root table is of `type`. Returns the place of that table.
  std::size_t swap(std::size_t start, const flatbuffers::TypeTable& type);

  /// The place of a table's field, by its place in the vtable (VT_... of generated code); 0 where it is absent.
  std::size_t field(std::size_t table, unsigned slot);
  /// The place that the offset at `at` leads to.
  std::size_t target(std::size_t at) { return at + swap<flatbuffers::uoffset_t>(at); }

 private:
  using Type = flatbuffers::TypeTable;

  /// Swaps the number at `at`, unless that has been done. Returns it.
  template <typename T>
  T swap(std::size_t at) {
    std::byte* const place = bytes_.data() + at;
    std::byte reversed[sizeof(T)];
    std::reverse_copy(place, place + sizeof(T), reversed);
    T value;
    std::memcpy(&value, is_native_ == swapped_[at] ? reversed : place, sizeof(T));
    if (!swapped_[at]) std::copy_n(reversed, sizeof(T), place);
    swapped_[at] = true;
    return value;
  }
  void table(std::size_t at, const Type& type);
  void structure(std::size_t at, const Type& type);
  void vector(std::size_t at, flatbuffers::TypeCode code, const Type* type, std::size_t kinds);
  /// What stands at `at`: a number, a struct, or an offset. `kind` chooses among a union's types.
  void value(std::size_t at, flatbuffers::TypeCode code, const Type* type, std::uint8_t kind);

  std::span<std::byte> bytes_;
  bool is_native_;
  std::vector<bool> swapped_;  ///< by the place of a number's first byte
};

}  // namespace nacre::tools
