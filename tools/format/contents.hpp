#pragma once

#include <string>

#include "tools/common/buffer.hpp"
#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {

/// Why a file of a format that is not read is refused: what it is and what to do. Of an archive, the members that look
/// like models.
Refusal refuse_unread(const Buffer& file, Format format);

/// Refuses a folder by what lies in it, naming the files that look like models. Returns where `path` is no folder.
void require_no_folder(const std::string& path);

}  // namespace nacre::tools
