#pragma once

#include <string>
#include <vector>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// A data file as the bytes of a .npy file: .npy files as they are, .csv files (RFC 4180, with a header
/// row) as float64 or text, their columns ordered by `features` where the model names them. An empty
/// field is a missing value, NaN. Throws Refusal.
Buffer read_table(const std::string& path, const std::vector<std::string>& features);

}  // namespace nacre::tools
