#pragma once

#include <string>

namespace nacre::tools {

// What Python's str and re say of characters: Unicode's properties, from utf8proc, and Python's own choices of them.

/// \w: letters, numbers of any kind and the underscore.
bool is_word_character(char32_t c);
/// \d: decimal digits of any script.
bool is_digit(char32_t c);
/// \s, and where str.split() cuts.
bool is_space(char32_t c);

/// Whether a character has a case, and whether one is passed over when its neighbours are asked for theirs. Of one that
/// has both, the second counts.
bool is_cased(char32_t c);
bool is_case_ignorable(char32_t c);

/// str.lower() of one character. A capital sigma becomes the one in the midst of words.
std::u32string lower(char32_t c);

/// Compatibility decomposition (NFKD), and whether unicodedata.combining() says that a character combines.
std::u32string decomposed(char32_t c);
bool combines(char32_t c);

}  // namespace nacre::tools
