#pragma once

#include <string>
#include <vector>

namespace nacre::tools {

// Files of the repository that are part of this program (cmake/Embedded.cmake): the sources of the runtime and the
// loader, what they include, and the manifests of packages.

/// Paths as they are included, or below tools/codegen: "runtime/network.cpp", "flatbuffers/base.h".
const std::vector<std::string>& embedded_names();
bool is_embedded(const std::string& path);
/// The text of one.
const std::string& embedded_text(const std::string& path);

}  // namespace nacre::tools
