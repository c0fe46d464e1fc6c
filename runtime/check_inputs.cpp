#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "nacre/network.hpp"

namespace nacre {
namespace {

/// Whether a float32 is one of those that the flags name.
bool is_refused(std::uint32_t bits, std::uint32_t flags) {
  constexpr std::uint32_t kInfinity = 0x7f800000;
  const std::uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude < kInfinity) return false;
  return (flags & (magnitude > kInfinity ? PortRecord::kRefusesMissing : PortRecord::kRefusesInfinite)) != 0;
}

}  // namespace

Status Network::check_inputs(InputPlace* place) const {
  if (layers_ == nullptr) return Status::not_loaded;
  for (unsigned index = 0; index < inputs(); ++index) {
    if (inputs_[index].flags == 0 || input_type(index) != DataType::float32) continue;
    const Span<std::byte> elements = input_bytes(index);
    for (std::size_t at = 0; at < elements.size(); at += sizeof(float)) {
      std::uint32_t bits;
      memcpy(&bits, elements.data() + at, sizeof bits);
      if (!is_refused(bits, inputs_[index].flags)) continue;
      if (place != nullptr) *place = {index, static_cast<std::uint32_t>(at / sizeof(float))};
      return Status::not_finite;
    }
  }
  return Status::ok;
}

}  // namespace nacre
