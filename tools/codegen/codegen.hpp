#pragma once

#include <map>
#include <string>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// The files that put a model into a firmware, by name: the model as an array, the list of the kernels
/// that it needs, and its memory as constants, for C++ and for C. `name` becomes an identifier.
std::map<std::string, std::string> generate_code(const ModelFile& model, const std::string& name);

/// `text` as a C identifier: other characters become underscores, so that no name can leave its place.
std::string identifier(const std::string& text);

}  // namespace nacre::tools
