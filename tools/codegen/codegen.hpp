#pragma once

#include <map>
#include <string>

#include "tools/codegen/kernel_rows.hpp"

namespace nacre::tools {

/// How the bytes of a model reach the firmware's image.
enum class Embedding {
  array,  ///< a C array, which any compiler takes
  incbin  ///< an assembler file that includes the model file beside it
};

struct CodeOptions {
  std::string name;  ///< what the code calls the model; becomes an identifier
  Embedding embedding = Embedding::array;
  std::string section = {};  ///< of the image, in which the model lies; empty: the compiler's choice
  bool standalone = false;  ///< with the runtime and the loader as one source, instead of for who links the library
  bool all_kernels = false;  ///< instead of those of the model: the image then runs other models too
  bool serve = false;  ///< standalone, with nacre_serve for a workstation on a serial line
  std::string package = {};  ///< whose manifest a standalone folder has (package_names()); empty: none
};

/// The kernels that the code lists.
std::vector<KernelRow> code_rows(const ModelFile& model, const CodeOptions& options);

/// The files that put a model into a firmware, by their path in the folder: the model itself, the kernels that it
/// needs, and what it is as constants.
std::map<std::string, std::string> generate_code(const ModelFile& model, const CodeOptions& options);

}  // namespace nacre::tools
