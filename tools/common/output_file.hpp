#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::tools {

/// Whether the name of an output ends in one of these, large letters or small.
bool has_ending(const std::string& path, std::initializer_list<std::string_view> endings);

/// Refuses an output that cannot be written, before the work for it begins: its folder is missing or
/// closed, it is a folder itself, or it is one of the files that are read. Throws Refusal.
void check_output(const std::string& path, const std::vector<std::string>& sources);

struct OutputFile {
  std::string path;
  std::span<const std::byte> bytes;
};

/// Makes the bytes of each the content of its path: all are written to temporary files beside them and synced before
/// the first is renamed, so that there are the old files or the whole new ones; only a rename that fails, after
/// others did not, leaves some of both. A signal that would end the program in between ends it when the temporary files
/// are gone. Devices and pipes are written in place. Throws Refusal; nothing is left behind then. Returns the seconds
/// that syncing took.
double write_atomically(const std::vector<OutputFile>& files);

/// The same of one file.
double write_atomically(const std::string& path, std::span<const std::byte> bytes);

}  // namespace nacre::tools
