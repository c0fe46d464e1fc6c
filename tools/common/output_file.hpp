#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace nacre::tools {

/// Refuses an output that cannot be written, before the work for it begins: its folder is missing or
/// closed, it is a folder itself, or it is one of the files that are read. Throws Refusal.
void check_output(const std::string& path, const std::vector<std::string>& sources);

/// Makes `bytes` the content of `path`: written to a temporary file beside it, synced and renamed, so
/// that there is the old file or the whole new one. A signal that would end the program in between ends
/// it when the temporary file is gone. Devices and pipes are written in place. Throws Refusal; nothing
/// is left behind then. Returns the seconds that syncing took.
double write_atomically(const std::string& path, std::span<const std::byte> bytes);

}  // namespace nacre::tools
