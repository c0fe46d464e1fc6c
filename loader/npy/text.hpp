#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nacre::npy {

/// A line of text in memory of its own, cut at its capacity: for messages and headers where there
/// is no heap.
class Text {
 public:
  Text& add(const char* text) { return add(text, std::strlen(text)); }
  Text& add(const char* text, std::size_t size) {
    const std::size_t room = sizeof characters_ - 1 - size_;
    if (size > room) size = room;
    std::memcpy(characters_ + size_, text, size);
    size_ += size;
    characters_[size_] = 0;
    return *this;
  }
  Text& add(char character) { return add(&character, 1); }
  Text& add(std::uint64_t number) {
    char digits[20];
    std::size_t begin = sizeof digits;
    do digits[--begin] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    return add(digits + begin, sizeof digits - begin);
  }
  /// A shape as Python writes it: "(3,)".
  template <typename Dimensions>
  Text& add_shape(const Dimensions& dimensions, unsigned rank) {
    add('(');
    for (unsigned axis = 0; axis < rank; ++axis) {
      if (axis > 0) add(" ");
      add(std::uint64_t{dimensions[axis]});
      if (axis + 1 < rank || rank == 1) add(',');
    }
    return add(')');
  }

  const char* c_str() const { return characters_; }
  std::size_t size() const { return size_; }

 private:
  char characters_[256] = {};
  std::size_t size_ = 0;
};

}  // namespace nacre::npy
