#pragma once

#include <map>
#include <string>
#include <vector>

namespace nacre::tools {

/// Ecosystems for which a folder can have a manifest: "arduino", "zephyr" …, each a folder of tools/codegen/packages.
std::vector<std::string> package_names();

/// Where the manifest of a package expects the sources: "src/", or "" beside itself.
std::string source_folder(const std::string& package);

/// The files of a package that are not sources, by their path. `word` is what the model is called, `version` its
/// version; `serves` where nacre_serve is among the sources.
std::map<std::string, std::string> package_files(const std::string& package, const std::string& word,
                                                 const std::string& version, bool serves);

}  // namespace nacre::tools
