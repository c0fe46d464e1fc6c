#pragma once

#include <string>
#include <vector>

#include "nacre/load.hpp"
#include "tools/common/output_file.hpp"
#include "tools/convert/self_check.hpp"
#include "tools/read/read.hpp"

namespace nacre::tools {

struct ConvertOptions {
  std::vector<std::string> files;
  std::string output;
  std::string name;           ///< empty: the output's base name without extension
  std::string model_version;
  std::string target = "portable";   ///< whose kernels the weights are packed for
  std::vector<std::string> outputs;  ///< names to keep; empty: all
  ReadOptions read;
};

struct Conversion {
  SelfCheck check;
  MemoryNeeds needs;
  std::size_t file_bytes = 0;
  std::vector<std::string> warnings;
};

/// Reads, plans, writes and checks one model. The file appears under its name only when all of that
/// has succeeded. Throws Refusal.
Conversion convert(const ConvertOptions& options);

}  // namespace nacre::tools
