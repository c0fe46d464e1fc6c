#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nacre::tools {

// Packets between a workstation and a board, as docs/serve.md lays them out.

/// What a packet asks for, or answers.
enum class Request : std::uint8_t {
  hello = 1, run = 2, profile = 3, bye = 4, port = 5, write = 6, read = 7, text = 8, read_text = 9,
};

constexpr std::uint8_t kAnswer = 128;  ///< what an answer's kind has more than its request's
constexpr std::size_t kRequestBytes = 16;  ///< with which the payload of each request begins
constexpr std::size_t kLargestPayload = 0xffff;

struct Packet {
  std::uint8_t kind = 0, status = 0;
  std::uint16_t sequence = 0;
  std::vector<std::byte> payload;
};

/// Numbers of `bytes` bytes, at most 4, the lowest first.
std::uint32_t get_number(const std::byte* from, unsigned bytes);
void put_number(std::vector<std::byte>* to, std::uint32_t value, unsigned bytes);

/// The bytes of a packet. Its payload has at most kLargestPayload.
std::vector<std::byte> encode(const Packet& packet);

/// Finds packets in bytes of which any may be lost or damaged.
class PacketReader {
 public:
  void add(std::span<const std::byte> bytes) { held_.insert(held_.end(), bytes.begin(), bytes.end()); }

  /// The next whole packet; empty where more bytes must come first.
  std::optional<Packet> next();
  /// The same when the line is silent: what has begun will not be finished, and may hide a packet.
  std::optional<Packet> next_of_rest();

  /// How many packets, or bytes that looked like one, had another CRC than their bytes.
  std::uint64_t damaged() const { return damaged_; }

 private:
  void drop(std::size_t bytes);

  std::vector<std::byte> held_;
  std::uint64_t damaged_ = 0;
};

}  // namespace nacre::tools
