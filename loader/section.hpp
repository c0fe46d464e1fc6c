#pragma once

#include "loader/flatbuffer.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"

namespace nacre {

/// The sections that load() leaves alone, because a firmware may do without them.
enum class SectionName : std::uint8_t { golden, description };

/// Finds a section and compares its digest. Gives `missing` when the file has none, or when it was
/// stripped from the end of the file.
Status find_section(Span<const std::byte> model, SectionName name, Status missing,
                    Span<const std::uint8_t>* section);

/// The FlatBuffer that a section holds, structurally verified; null when it is malformed.
template <typename Root>
const Root* verified_root(Span<const std::uint8_t> section, flatbuffers::uoffset_t tables) {
  constexpr flatbuffers::uoffset_t kDepth = 4;
  flatbuffers::Verifier verifier(section.data(), section.size(), kDepth, tables);
  if (!verifier.VerifyBuffer<Root>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<Root>(section.data());
}

}  // namespace nacre
