#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/common/array.hpp"
#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// The content of an HDF5 file, in memory. Paths have no leading slash ("model_weights/dense"); the
/// root is the empty path. Backslashes in names, as Windows wrote them, are slashes.
struct Hdf5File {
  std::set<std::string> groups;
  std::map<std::string, Array> datasets;
  std::map<std::string, std::map<std::string, Array>> attributes;  ///< by path of their object, then name

  bool has_group(const std::string& path) const;
  const Array* dataset(const std::string& path) const;
  const Array* attribute(const std::string& path, const std::string& name) const;
  /// The text of an attribute; nothing where it is absent or no text.
  std::optional<std::string> text(const std::string& path, const std::string& name) const;
  /// A list of texts, joined from its chunks where it was too long for one attribute (name0, name1 …).
  std::vector<std::string> texts(const std::string& path, const std::string& name) const;
  /// Names of the groups directly below `path`.
  std::vector<std::string> children(const std::string& path) const;
};

/// Reads an HDF5 file with libhdf5 in a child process that a damaged file may crash without harm.
/// Plug-ins are off; links that leave the file, external storage and virtual datasets are refused.
/// Throws Refusal.
Hdf5File read_hdf5(const Buffer& file);

/// What the child does: reads the file and writes records to `fd`. Returns false after writing an
/// error record; throws std::bad_alloc.
bool extract_hdf5(const Buffer& file, int fd);

}  // namespace nacre::tools
