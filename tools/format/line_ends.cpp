#include "tools/format/line_ends.hpp"

#include <string_view>

#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

struct LineEnds {
  std::size_t feeds = 0, returns = 0, pairs = 0;
  std::size_t neighbours = 0;  // bytes whose values are next to that of a carriage return
};

LineEnds count_line_ends(const Buffer& file) {
  LineEnds count;
  char last = 0;
  for (const std::byte byte : file.bytes()) {
    const char c = static_cast<char>(byte);
    count.feeds += c == '\n';
    count.returns += c == '\r';
    count.pairs += c == '\n' && last == '\r';
    count.neighbours += c == '\r' - 1 || c == '\r' + 1;
    last = c;
  }
  return count;
}

}  // namespace

std::optional<Buffer> without_carriage_returns(const Buffer& file) {
  const LineEnds count = count_line_ends(file);
  if (count.feeds == 0 || count.pairs != count.feeds) return std::nullopt;
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  std::vector<std::byte> undone;
  undone.reserve(file.size() - count.pairs);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n') undone.push_back(static_cast<std::byte>(bytes[i]));
  return Buffer::from(std::move(undone));
}

bool has_text_line_ends(const Buffer& file) {
  constexpr std::size_t kPairs = 6, kNeighbours = 64;
  constexpr double kExpectedPairs = 20;
  const LineEnds count = count_line_ends(file);
  if (count.feeds > 0 && count.pairs == count.feeds) return count.feeds >= kPairs;  // by chance, one line feed in 256 follows a carriage return
  if (count.returns == 0) return count.neighbours >= kNeighbours;
  return count.pairs == 0 && static_cast<double>(count.feeds) * static_cast<double>(count.returns) >= kExpectedPairs * static_cast<double>(file.size());
}

Refusal changed_line_ends() {
  return {"", "the line ends of this file were changed by a transfer as text", way_out(Format::line_ends)};
}

}  // namespace nacre::tools
