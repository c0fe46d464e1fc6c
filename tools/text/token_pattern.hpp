#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nacre::tools {

/// A set of characters, as a regular expression of Python writes it: \w, [a-z0-9_], [^\s].
class CharacterClass {
 public:
  bool contains(char32_t c) const;

  struct Item {
    char32_t first, last;  ///< a range, unless `escape` is one of d, s and w or their negations D, S and W
    char32_t escape = 0;
    bool operator==(const Item&) const = default;
  };
  std::vector<Item> items;
  bool is_negated = false;
  bool operator==(const CharacterClass&) const = default;
};

/// What a token is: a run of characters of one class, as many as `least` to `most`.
struct TokenPattern {
  static constexpr std::uint32_t kAny = 0xffff;

  CharacterClass characters;
  std::uint32_t least = 1, most = kAny;
  bool is_whole_word = false;  ///< tokens end where words do: \b on both sides
};

/// The tokens of a regular expression (UTF-8); none where it says anything else than runs of one class.
std::optional<TokenPattern> parse_token_pattern(const std::string& pattern);

}  // namespace nacre::tools
