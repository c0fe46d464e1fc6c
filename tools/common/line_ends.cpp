#include "tools/common/line_ends.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace nacre::tools {
namespace {

/// Where the first line feed from `from` on is; the file's length where there is none.
std::size_t next_feed(const Buffer& file, std::size_t from) {
  const auto bytes = file.bytes().subspan(std::min(from, file.size()));
  const void* const feed = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
  return feed == nullptr ? file.size() : static_cast<std::size_t>(static_cast<const std::byte*>(feed) - file.data());
}

/// How often each byte occurs, and each byte before a line feed.
struct Counts {
  std::array<std::size_t, 256> bytes{}, before_feed{};
  std::size_t pairs_in_binary =
      0;  ///< carriage return and line feed beside a control character, which text does not have there

  explicit Counts(const Buffer& file) {
    const auto at = [&](std::size_t i) {
      return i < file.size() ? std::to_integer<unsigned char>(file.bytes()[i]) : ' ';
    };
    const auto is_control = [](unsigned char c) { return c < ' ' && c != '\t' && c != '\n' && c != '\r'; };
    for (const std::byte byte : file.bytes()) ++bytes[std::to_integer<unsigned char>(byte)];
    for (std::size_t i = next_feed(file, 1); i < file.size(); i = next_feed(file, i + 1)) {
      ++before_feed[at(i - 1)];
      pairs_in_binary += at(i - 1) == '\r' && (is_control(at(i + 1)) || (i > 1 && is_control(at(i - 2))));
    }
  }
  std::size_t feeds() const { return bytes['\n']; }
  std::size_t returns() const { return bytes['\r']; }
  std::size_t pairs() const { return before_feed['\r']; }
};

/// The values next to that of a carriage return, as many of which chance gives.
constexpr unsigned char kNeighbours[] = {'\r' - 2, '\r' - 1, '\r' + 1, '\r' + 2};

/// Every line feed follows a carriage return: by chance, one in 256 does.
bool feeds_became_pairs(const Counts& count) {
  constexpr std::size_t kPairs = 6, kInBinary = 2;
  return count.pairs() == count.feeds() && count.pairs() >= kPairs && count.pairs_in_binary >= kInBinary;
}

/// No carriage return is left, and there are as many line feeds as there were of both, where all neighbours are equally
/// frequent.
bool returns_became_feeds(const Counts& count) {
  constexpr std::size_t kEach = 32;
  std::size_t least = SIZE_MAX, most = 0;
  for (const unsigned char neighbour : kNeighbours) {
    least = std::min(least, count.bytes[neighbour]);
    most = std::max(most, count.bytes[neighbour]);
  }
  return count.returns() == 0 && least >= kEach && most <= 2 * least && 5 * count.feeds() > 6 * most;
}

/// No line feed follows a carriage return, though some follow each neighbour of it.
bool pairs_became_feeds(const Counts& count) {
  constexpr std::size_t kEach = 8;
  return count.pairs() == 0 && count.returns() > 0 &&
         std::all_of(std::begin(kNeighbours), std::end(kNeighbours),
                     [&](unsigned char neighbour) { return count.before_feed[neighbour] >= kEach; });
}

}  // namespace

std::optional<Buffer> without_carriage_returns(const Buffer& file) {
  const Counts count(file);
  if (count.feeds() == 0 || count.pairs() != count.feeds()) return std::nullopt;
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  std::vector<std::byte> undone;
  undone.reserve(file.size() - count.pairs());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n')
      undone.push_back(static_cast<std::byte>(bytes[i]));
  return Buffer::from(std::move(undone));
}

bool has_text_line_ends(const Buffer& file) {
  const Counts count(file);
  return feeds_became_pairs(count) || returns_became_feeds(count) || pairs_became_feeds(count);
}

Refusal changed_line_ends() {
  return {"", "the line ends of this file were changed by a transfer as text", kCopyUnchanged};
}

}  // namespace nacre::tools
