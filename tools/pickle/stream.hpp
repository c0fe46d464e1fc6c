#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tools/common/buffer.hpp"
#include "tools/pickle/malformed.hpp"

namespace nacre::tools {

/// The bytes of a pickle, read in order. Knows frames (protocol 4): no opcode may cross the end of
/// one, because Python's readers disagree on what such bytes mean.
class Stream {
 public:
  explicit Stream(const Buffer& source, std::size_t position = 0)
      : bytes_(reinterpret_cast<const char*>(source.data()), source.size()),
        position_(position),
        limit_(source.size()) {}

  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }

  /// The next opcode; leaves a frame that is used up.
  std::uint8_t opcode() {
    if (position_ == limit_) leave_frame();
    if (position_ == limit_)
      throw Refusal("", "the file is cut short: the pickle ends without a STOP opcode", kCutShort);
    return static_cast<std::uint8_t>(bytes_[position_++]);
  }

  /// The next `size` bytes, not beyond the current frame.
  std::string_view take(std::uint64_t size) {
    if (size > limit_ - position_) refuse_short();
    const std::string_view result = bytes_.substr(position_, size);
    position_ += size;
    return result;
  }

  /// A little-endian number.
  template <typename T>
  T number() {
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  /// The bytes up to the next line feed, which is consumed too.
  std::string_view line();

  /// The same of a module or a name, which no carriage return ends unless a transfer put it there.
  std::string_view name_line();

  void begin_frame(std::uint64_t size);

  /// Leaves the frame, if any: what follows (array data) must not lie inside one.
  void end_frame();

 private:
  static constexpr const char* kCutShort = "download or copy it again in full, or save the model again";

  void leave_frame() {
    framed_ = false;
    limit_ = bytes_.size();
  }
  [[noreturn]] void refuse_short() const;

  std::string_view bytes_;
  std::size_t position_;
  std::size_t limit_;  ///< end of the current frame, or of the bytes
  bool framed_ = false;
};

}  // namespace nacre::tools
