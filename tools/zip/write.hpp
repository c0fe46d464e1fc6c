#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace nacre::tools {

/// A zip archive of these members, stored as they are, each with the date on which zip's calendar begins: the same
/// members give the same bytes. Throws std::runtime_error where libzip cannot.
std::vector<std::byte> write_zip(const std::vector<std::pair<std::string, std::vector<std::byte>>>& members);

}  // namespace nacre::tools
