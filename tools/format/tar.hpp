#pragma once

#include <string>
#include <vector>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

struct TarMember {
  std::string name;
  Buffer content;  ///< as much as there is, where the archive is cut short
};

/// The regular files of a tar archive, `most` at most; fewer where it is damaged.
std::vector<TarMember> list_tar(const Buffer& archive, std::size_t most);

}  // namespace nacre::tools
