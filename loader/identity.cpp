#include "runtime/strict_float.hpp"  // first

#include "loader/loader.hpp"

namespace nacre {

Status model_digest(Span<const std::byte> model, Span<const std::uint8_t>* bytes) {
  if (bytes == nullptr || model.data() == nullptr) return Status::null_argument;
  Loader loader(model, {}, {});
  if (!loader.map_is_usable() || !loader.header_is_readable() || !loader.version_is_known()) return loader.status();
  const auto& stated = *loader.header().digest().sha256();
  *bytes = {stated.Data(), stated.size()};
  return Status::ok;
}

}  // namespace nacre
