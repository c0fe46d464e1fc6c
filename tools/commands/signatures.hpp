#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// What a model says of who signed it.
struct Signed {
  std::string key;             ///< its number, in hexadecimal digits
  std::uint32_t rollback = 0;  ///< of the header
  bool is_checked = false;     ///< with a key that the caller gave
};

/// Nothing where the file is not signed. With the paths of public keys, one of them must have signed it: throws Refusal
/// otherwise.
std::optional<Signed> signed_by(const ModelFile& model, const std::vector<std::string>& keys);

/// Throws Refusal for a section whose bytes are not those that the table has the digest of.
void check_sections(const ModelFile& model);

}  // namespace nacre::tools
