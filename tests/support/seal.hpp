#pragma once

#include <cstring>

#include "loader/sha256.hpp"
#include "schema/model_generated.h"

namespace nacre::test {

/// Writes the digests of a file anew, as an attacker would after changing it; sections must lie in it.
inline void seal_section(Span<std::byte> file, schema::Section& section) {
  Sha256 hash;
  hash.update({file.data() + section.offset(), section.size()});
  hash.finish(reinterpret_cast<std::uint8_t*>(&section.mutable_digest()));
}

inline void seal(Span<std::byte> file) {
  schema::Model& model = *schema::GetMutableModel(file.data());
  auto& sections = *model.mutable_sections();
  std::size_t device_bytes = model.header()->file_size();
  for (flatbuffers::uoffset_t i = sections.size(); i-- > 0;) {
    schema::Section& section = *sections.GetMutableObject(i);
    device_bytes = section.offset();
    if (std::size_t{section.offset()} + section.size() <= file.size()) seal_section(file, section);
  }
  schema::Header& header = *model.mutable_header();
  header.mutable_digest() = schema::Digest{};
  Sha256 hash;
  hash.update({file.data(), device_bytes});
  hash.finish(reinterpret_cast<std::uint8_t*>(&header.mutable_digest()));
}

}  // namespace nacre::test
