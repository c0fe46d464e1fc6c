#include "tools/keras/version.hpp"

#include <cstdlib>

namespace nacre::tools {

KerasVersion KerasVersion::of(const std::string& text) {
  KerasVersion version;
  if (text.empty()) return version;
  char* rest = nullptr;
  version.major = static_cast<int>(std::strtol(text.c_str(), &rest, 10));
  for (int* part : {&version.minor, &version.patch})
    if (*rest == '.') *part = static_cast<int>(std::strtol(rest + 1, &rest, 10));
  version.may_be_later = text.ends_with('+');
  version.is_tensorflows = version.is_since(2, 4) || text.find("tf") != std::string::npos;
  return version;
}

}  // namespace nacre::tools
