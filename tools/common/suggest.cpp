#include "tools/common/suggest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/common/small_letters.hpp"

namespace nacre::tools {
namespace {

/// Edits from one word to the other, where two letters that are exchanged are one (optimal string alignment distance).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> edits(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        edits[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, edits[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
    }
  }
  return edits[a.size()][b.size()];
}

/// In small letters, with underscores for blanks and hyphens.
std::string plain(std::string_view word) {
  std::string text = small_letters(std::string(word));
  std::ranges::replace_if(text, [](char c) { return c == ' ' || c == '-'; }, '_');
  return text;
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 40, kPrefix = 4;  // a longer word is a path; a shorter one begins too much
  constexpr std::size_t kMost = 5;
  if (word.size() > kLongest) return {};
  const std::string meant = plain(word);
  std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(2, word.size() / 3));
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string& name : known) {
    const std::size_t edits = name.size() > 2 * kLongest ? kLongest : distance(meant, plain(name));
    least = std::min(least, edits);
    if (edits <= least) found.emplace_back(edits, name);
    else if (meant.size() >= kPrefix && plain(name).starts_with(meant)) found.emplace_back(0, name);
  }
  std::erase_if(found, [&](const auto& one) { return one.first > least; });
  std::vector<std::string> names;
  for (const auto& [edits, name] : found)
    if (names.size() < kMost) names.push_back(name);
  return names;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string> found = nearest(word, known);
  return found.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(found, " or "));
}

}  // namespace nacre::tools
