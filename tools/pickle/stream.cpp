#include "tools/pickle/stream.hpp"

namespace nacre::tools {

std::string_view Stream::line() {
  const std::string_view rest = bytes_.substr(position_, limit_ - position_);
  const std::size_t length = rest.find('\n');
  if (length == std::string_view::npos) refuse_short();
  position_ += length + 1;
  return rest.substr(0, length);
}

std::string_view Stream::name_line() {
  const std::string_view name = line();
  if (name.ends_with('\r'))
    malformed("the name of a class ends in a carriage return, as line ends do that a transfer as text changed");
  return name;
}

void Stream::begin_frame(std::uint64_t size) {
  if (framed_ && position_ != limit_) malformed("a frame begins inside another frame");
  if (size > remaining())
    throw Refusal("", "the file is cut short: a frame is longer than the rest of the file", kCutShort);
  limit_ = position_ + size;
  framed_ = true;
}

void Stream::end_frame() {
  if (framed_ && position_ != limit_) malformed("array data begin inside a frame");
  leave_frame();
}

void Stream::refuse_short() const {
  if (framed_) malformed("an opcode crosses the end of its frame");
  throw Refusal("", "the file is cut short: the pickle ends inside an opcode", kCutShort);
}

}  // namespace nacre::tools
