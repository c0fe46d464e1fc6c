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
  schema::Header& header = *schema::GetMutableModel(file.data())->mutable_header();
  for (schema::Section* section : {&header.mutable_weights(), &header.mutable_golden(), &header.mutable_description()})
    if (section->offset() + section->size() <= file.size()) seal_section(file, *section);
  header.mutable_digest() = schema::Digest{};
  Sha256 hash;
  hash.update({file.data(), header.weights().offset()});
  hash.finish(reinterpret_cast<std::uint8_t*>(&header.mutable_digest()));
}

}  // namespace nacre::test
