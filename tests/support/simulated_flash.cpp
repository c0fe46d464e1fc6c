#include "tests/support/simulated_flash.hpp"

#include <algorithm>

namespace nacre::test {

SimulatedFlash::SimulatedFlash(std::uint32_t bytes, Geometry geometry)
    : geometry_(geometry),
      kept_(bytes, geometry.erased),
      seen_(kept_),
      programmed_(bytes / geometry.unit, 0) {}

nacre_flash SimulatedFlash::functions() {
  nacre_flash flash{};
  flash.read = [](void* self, std::uint32_t address, void* to, std::uint32_t bytes) {
    auto& flash = *static_cast<SimulatedFlash*>(self);
    if (flash.reads_left_-- == 0) return 1;
    if (flash.is_cut_ || address + std::size_t{bytes} > flash.seen_.size()) return 1;
    std::copy_n(flash.seen_.begin() + address, bytes, static_cast<std::uint8_t*>(to));
    return 0;
  };
  flash.program = [](void* self, std::uint32_t address, const void* from, std::uint32_t bytes) {
    const auto* first = static_cast<const std::uint8_t*>(from);
    return static_cast<SimulatedFlash*>(self)->change({address, {first, first + bytes}, bytes});
  };
  flash.erase = [](void* self, std::uint32_t address, std::uint32_t bytes) {
    return static_cast<SimulatedFlash*>(self)->change({address, {}, bytes});
  };
  flash.sync = [](void* self) { return static_cast<SimulatedFlash*>(self)->sync(); };
  flash.context = this;
  flash.block_bytes = geometry_.block;
  flash.unit_bytes = geometry_.unit;
  flash.erased = geometry_.erased;
  return flash;
}

void SimulatedFlash::cut_at(unsigned operation, unsigned seed) {
  cut_ = operation;
  chance_.seed(seed + 1);
}

void SimulatedFlash::restore() {
  for (const Change& change : waiting_) apply_in_part(change);
  waiting_.clear();
  seen_ = kept_;
  for (std::size_t unit = 0; unit < programmed_.size(); ++unit) {
    const auto begin = kept_.begin() + static_cast<std::ptrdiff_t>(unit * geometry_.unit);
    programmed_[unit] = std::any_of(begin, begin + geometry_.unit, [&](auto byte) { return byte != geometry_.erased; });
  }
  is_cut_ = false;
  cut_ = ~0u;
}

int SimulatedFlash::change(Change change) {
  const bool cut = meets_cut();
  if (is_cut_) return 1;
  const bool erases = change.data.empty();
  const std::uint32_t grid = erases ? geometry_.block : geometry_.unit;
  if (change.bytes == 0 || change.address % grid != 0 || change.bytes % grid != 0 ||
      change.address + std::size_t{change.bytes} > seen_.size()) {
    ++misuses_;
    return 1;
  }
  const auto unit = programmed_.begin() + change.address / geometry_.unit, end = unit + change.bytes / geometry_.unit;
  if (!erases && std::any_of(unit, end, [](auto is_programmed) { return is_programmed != 0; })) ++misuses_;
  std::fill(unit, end, erases ? 0 : 1);
  apply(change, seen_);
  waiting_.push_back(std::move(change));
  is_cut_ = cut;
  if (!is_cut_ && !geometry_.is_lazy) {
    kept_ = seen_;
    waiting_.clear();
  }
  return is_cut_ ? 1 : 0;
}

int SimulatedFlash::sync() {
  is_cut_ = meets_cut();
  if (is_cut_) return 1;
  kept_ = seen_;
  waiting_.clear();
  return 0;
}

void SimulatedFlash::apply(const Change& change, std::vector<std::uint8_t>& to) const {
  for (std::uint32_t i = 0; i < change.bytes; ++i) {
    std::uint8_t& byte = to[change.address + i];
    if (change.data.empty()) byte = geometry_.erased;
    else byte = geometry_.erased == 0 ? byte | change.data[i] : byte & change.data[i];
  }
}

void SimulatedFlash::apply_in_part(const Change& change) {
  const bool erases = change.data.empty();
  const std::uint32_t grid = erases ? geometry_.block : geometry_.unit;
  for (std::uint32_t at = 0; at < change.bytes; at += grid) {
    Change part{change.address + at, {}, grid};
    if (!erases) part.data.assign(change.data.begin() + at, change.data.begin() + at + grid);
    switch (chance_() % 3) {
      case 0: break;
      case 1: apply(part, kept_); break;
      default:
        if (!erases) part.bytes = grid / 2;  // the rest as it was, and one byte with half of its bits
        apply(part, kept_);
        if (erases) kept_[part.address + chance_() % grid] = static_cast<std::uint8_t>(chance_());
        else kept_[part.address + part.bytes] ^= (kept_[part.address + part.bytes] ^ part.data[part.bytes]) & 0x0f;
    }
  }
}

}  // namespace nacre::test
