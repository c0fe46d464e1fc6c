#include "tools/device/packet.hpp"

#include <zlib.h>

#include <algorithm>

namespace nacre::tools {
namespace {

constexpr std::byte kMagic[] = {std::byte{0x4e}, std::byte{0xc7}};
constexpr std::size_t kHeader = 8, kCheck = 4;

std::uint32_t crc(const std::byte* from, std::size_t bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(from), static_cast<uInt>(bytes)));
}

}  // namespace

std::uint32_t get_number(const std::byte* from, unsigned bytes) {
  std::uint32_t value = 0;
  while (bytes > 0) value = value << 8 | std::to_integer<std::uint32_t>(from[--bytes]);
  return value;
}

void put_number(std::vector<std::byte>* to, std::uint32_t value, unsigned bytes) {
  for (; bytes > 0; --bytes, value >>= 8) to->push_back(static_cast<std::byte>(value & 0xff));
}

std::vector<std::byte> encode(const Packet& packet) {
  std::vector<std::byte> bytes(std::begin(kMagic), std::end(kMagic));
  put_number(&bytes, packet.kind, 1);
  put_number(&bytes, packet.status, 1);
  put_number(&bytes, packet.sequence, 2);
  put_number(&bytes, static_cast<std::uint32_t>(packet.payload.size()), 2);
  bytes.insert(bytes.end(), packet.payload.begin(), packet.payload.end());
  put_number(&bytes, crc(bytes.data() + 2, bytes.size() - 2), 4);
  return bytes;
}

void PacketReader::drop(std::size_t bytes) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(bytes));
}

std::optional<Packet> PacketReader::next() {
  for (;;) {
    const auto begin = std::search(held_.begin(), held_.end(), std::begin(kMagic), std::end(kMagic));
    const bool may_begin_at_end = begin == held_.end() && !held_.empty() && held_.back() == kMagic[0];
    drop(static_cast<std::size_t>(begin - held_.begin()) - (may_begin_at_end ? 1 : 0));
    if (held_.size() < kHeader) return {};
    const std::size_t payload = get_number(held_.data() + 6, 2), end = kHeader + payload;
    if (held_.size() < end + kCheck) return {};
    if (crc(held_.data() + 2, end - 2) != get_number(held_.data() + end, 4)) {
      ++damaged_;
      drop(1);
      continue;
    }
    const auto number = [&](std::size_t at, unsigned bytes) { return get_number(held_.data() + at, bytes); };
    Packet packet{static_cast<std::uint8_t>(number(2, 1)), static_cast<std::uint8_t>(number(3, 1)),
                  static_cast<std::uint16_t>(number(4, 2)),
                  {held_.begin() + kHeader, held_.begin() + static_cast<std::ptrdiff_t>(end)}};
    drop(end + kCheck);
    return packet;
  }
}

std::optional<Packet> PacketReader::next_of_rest() {
  while (!held_.empty()) {
    drop(1);
    if (auto packet = next()) return packet;
  }
  return {};
}

}  // namespace nacre::tools
