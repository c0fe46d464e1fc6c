#include "runtime/strict_float.hpp"  // first

#include "loader/section.hpp"

#include "loader/loader.hpp"

namespace nacre {

Status find_section(Span<const std::byte> model, SectionName name, Status missing,
                    Span<const std::uint8_t>* section) {
  if (model.data() == nullptr) return Status::null_argument;
  Loader loader(model, {}, {});
  if (!loader.map_is_usable() || !loader.header_is_readable() || !loader.version_is_known() ||
      !loader.sections_tile_the_file())
    return loader.status();
  const schema::Section* const found =
      loader.section(name == SectionName::golden ? schema::SectionKind::golden : schema::SectionKind::description);
  if (found == nullptr || found->size() == 0) return missing;
  if (!loader.section_matches(*found)) return Status::digest_mismatch;
  *section = {reinterpret_cast<const std::uint8_t*>(model.data()) + found->offset(), found->size()};
  return Status::ok;
}

}  // namespace nacre
