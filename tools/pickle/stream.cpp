#include "tools/pickle/stream.hpp"

namespace nacre::tools {

std::string_view Stream::line() {
  const std::string_view rest = bytes_.substr(position_, limit_ - position_);
  const std::size_t length = rest.find('\n');
  if (length == std::string_view::npos) refuse_short();
  position_ += length + 1;
  return rest.substr(0, length);
}

void Stream::begin_frame(std::uint64_t size) {
  if (framed_ && position_ != limit_) malformed("a frame begins inside another frame");
  if (size > remaining()) malformed("a frame is longer than the rest of the file");
  limit_ = position_ + size;
  framed_ = true;
}

void Stream::end_frame() {
  if (framed_ && position_ != limit_) malformed("array data begin inside a frame");
  leave_frame();
}

void Stream::refuse_short() const {
  if (framed_) malformed("an opcode crosses the end of its frame");
  malformed("the pickle ends inside an opcode");
}

}  // namespace nacre::tools
