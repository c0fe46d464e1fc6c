#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "nacre/network.hpp"

namespace nacre {
namespace {

/// Whether a float is one of those that the flags name.
template <typename Bits>
bool is_refused(Bits bits, Bits infinity, std::uint32_t flags) {
  const Bits magnitude = bits & static_cast<Bits>(~Bits{0}) >> 1;
  if (magnitude < infinity) return false;
  return (flags & (magnitude > infinity ? PortRecord::kRefusesMissing : PortRecord::kRefusesInfinite)) != 0;
}

/// The first such element; as many as there are where there is none.
template <typename Bits>
std::size_t find_refused(Span<const std::byte> elements, Bits infinity, std::uint32_t flags) {
  std::size_t index = 0;
  for (std::size_t at = 0; at < elements.size(); at += sizeof(Bits), ++index) {
    Bits bits;
    memcpy(&bits, elements.data() + at, sizeof bits);
    if (is_refused(bits, infinity, flags)) break;
  }
  return index;
}

}  // namespace

Status Network::check_inputs(InputPlace* place) const {
  if (layers_ == nullptr) return Status::not_loaded;
  for (unsigned index = 0; index < inputs(); ++index) {
    const DataType type = input_type(index);
    if (inputs_[index].flags == 0 || (type != DataType::float32 && type != DataType::float64)) continue;
    const Span<std::byte> all = input_bytes(index);
    const Span<const std::byte> elements(all.data(), all.size());
    const bool wide = type == DataType::float64;
    const std::size_t found =
        wide ? find_refused<std::uint64_t>(elements, 0x7ff0000000000000u, inputs_[index].flags)
             : find_refused<std::uint32_t>(elements, 0x7f800000u, inputs_[index].flags);
    if (found == elements.size() / element_bytes(type)) continue;
    if (place != nullptr) *place = {index, static_cast<std::uint32_t>(found)};
    return Status::not_finite;
  }
  return Status::ok;
}

}  // namespace nacre
