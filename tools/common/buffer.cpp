#include "tools/common/buffer.hpp"

#include <cerrno>
#include <cstring>

#include "nacre/mapped_file.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {

Buffer Buffer::map_file(const std::string& path) {
  const auto file = std::make_shared<MappedFile>();
  if (MappedFile::open(path.c_str(), file.get()) != Status::ok) {
    const std::string why = errno == ENODEV ? "not a regular file" : std::strerror(errno);
    throw Refusal("", "cannot read the file (" + why + ")", "check the path and its permissions");
  }
  const Span<const std::byte> bytes = file->bytes();
  return {file, {bytes.data(), bytes.size()}};
}

}  // namespace nacre::tools
