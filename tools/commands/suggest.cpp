#include "tools/commands/suggest.hpp"

#include <algorithm>

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

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 40, kPrefix = 4;  // a longer word is a path; a shorter one begins too much
  if (word.size() > kLongest) return {};
  std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(2, word.size() / 3));
  for (const std::string& name : known) least = std::min(least, distance(word, name));
  std::vector<std::string> found;
  for (const std::string& name : known)
    if (distance(word, name) <= least || (word.size() >= kPrefix && name.starts_with(word))) found.push_back(name);
  return found;
}

}  // namespace nacre::tools
