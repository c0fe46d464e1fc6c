#pragma once

#include <map>
#include <string>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// How the bytes of a model reach the firmware's image.
enum class Embedding {
  array,  ///< a C array: any compiler, but a large model compiles slowly
  incbin  ///< an assembler file that includes the model file beside it
};

/// The files that put a model into a firmware, by name: the model itself, the list of the kernels
/// that it needs, and its memory as constants, for C++ and for C. `name` becomes an identifier.
std::map<std::string, std::string> generate_code(const ModelFile& model, const std::string& name,
                                                 Embedding embedding = Embedding::array);

/// `text` as an identifier of C and C++ that is nobody else's: other characters become underscores,
/// so that no name can leave its place, and keywords and reserved names get a prefix.
std::string identifier(const std::string& text);

}  // namespace nacre::tools
