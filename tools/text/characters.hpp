#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/text/token_pattern.hpp"

namespace nacre::tools {

/// What a vectoriser does to a text before it looks for terms.
struct CharacterRules {
  enum class Accents : std::uint8_t { keep, ascii, unicode };

  bool lowercase = true;
  Accents accents = Accents::keep;
  std::optional<TokenPattern> token;  ///< none: white space is what counts
};

/// Inputs of count_terms: rows of two numbers for characters, and what some of them become.
struct CharacterTable {
  std::vector<std::int32_t> rows, replacements;
};

/// The table of these rules. Where an alphabet is given, nothing is looked for that has other characters, and the table
/// does not tell those apart: it is as small as a few scripts.
CharacterTable character_table(const CharacterRules& rules, const std::set<char32_t>* alphabet);

/// What a character becomes.
std::u32string changed(const CharacterRules& rules, char32_t c);

}  // namespace nacre::tools
