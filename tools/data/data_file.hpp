#pragma once

#include <string>

#include "tools/data/table.hpp"

namespace nacre::tools {

/// What messages call a path: "-" is standard input.
std::string shown_path(const std::string& path);

/// The content of a data file, unpacked where it is compressed (gzip, bzip2, xz…). Standard input, which "-" names, and
/// pipes are read to their end, once. Throws Refusal.
Buffer read_data(const std::string& path);

/// A data file as table_of gives it. Throws Refusal that names the file.
Table read_table(const std::string& path, const TableUse& use);

/// Whether the file is an .npz that has an array for each of these names.
bool has_arrays(const Buffer& content, const std::vector<std::string>& names);

}  // namespace nacre::tools
