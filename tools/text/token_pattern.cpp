#include "tools/text/token_pattern.hpp"

#include <algorithm>
#include <string_view>

#include "tools/common/utf8.hpp"
#include "tools/text/unicode.hpp"

namespace nacre::tools {
namespace {

bool has_escape(char32_t escape, char32_t c) {
  switch (escape) {
    case 'd': return is_digit(c);
    case 'D': return !is_digit(c);
    case 's': return is_space(c);
    case 'S': return !is_space(c);
    case 'w': return is_word_character(c);
    default: return !is_word_character(c);
  }
}

constexpr std::u32string_view kSpecial = U"\\.^$*+?{}[]()|";

/// Reads an expression from the left; what it does not know makes it fail.
class PatternReader {
 public:
  explicit PatternReader(std::u32string_view text) : text_(text) {}

  std::optional<TokenPattern> read() {
    TokenPattern result;
    result.least = 0, result.most = 0;
    (void)take(U"(?u)");
    const bool begins_at_word = take(U"\\b");
    bool is_first = true;
    for (; !text_.empty() && text_ != U"\\b"; is_first = false) {
      const auto atom = take_class();
      if (!atom || (!is_first && *atom != result.characters)) return std::nullopt;
      result.characters = *atom;
      if (!take_count(result)) return std::nullopt;
    }
    const bool ends_at_word = take(U"\\b");
    if (is_first || result.least == 0 || result.least > TokenPattern::kAny) return std::nullopt;
    return bounded(std::move(result), begins_at_word, ends_at_word);
  }

 private:
  bool take(std::u32string_view start) {
    if (!text_.starts_with(start)) return false;
    text_.remove_prefix(start.size());
    return true;
  }

  /// \w, \d …, a character that stands for itself, or a class in brackets.
  std::optional<CharacterClass> take_class() {
    CharacterClass result;
    if (!take(U"[")) {
      const auto item = take_item(kSpecial);
      if (!item) return std::nullopt;
      result.items.push_back(*item);
      return result;
    }
    result.is_negated = take(U"^");
    while (!text_.empty() && !text_.starts_with(U']')) {
      auto item = take_item(U"\\[");
      if (!item) return std::nullopt;
      if (item->escape == 0 && text_.size() > 1 && text_[0] == '-' && text_[1] != ']') {
        text_.remove_prefix(1);
        const auto end = take_item(U"\\[");
        if (!end || end->escape != 0 || end->first < item->first) return std::nullopt;
        item->last = end->first;
      }
      result.items.push_back(*item);
    }
    if (!take(U"]") || result.items.empty()) return std::nullopt;
    return result;
  }

  std::optional<CharacterClass::Item> take_item(std::u32string_view special) {
    if (text_.empty()) return std::nullopt;
    if (take(U"\\")) {
      if (text_.empty()) return std::nullopt;
      const char32_t c = text_.front();
      text_.remove_prefix(1);
      if (std::u32string_view(U"dDsSwW").find(c) != std::u32string_view::npos) return CharacterClass::Item{0, 0, c};
      if (c >= 0x80 || is_word_character(c)) return std::nullopt;  // \b, \n, \1, \u0041
      return CharacterClass::Item{c, c};
    }
    const char32_t c = text_.front();
    if (special.find(c) != std::u32string_view::npos) return std::nullopt;
    text_.remove_prefix(1);
    return CharacterClass::Item{c, c};
  }

  /// How often: nothing, +, *, ?, {2}, {2,} or {2,5}, which adds to what stood before.
  bool take_count(TokenPattern& pattern) {
    std::uint32_t least = 1, most = 1;
    if (take(U"+")) most = TokenPattern::kAny;
    else if (take(U"*")) least = 0, most = TokenPattern::kAny;
    else if (take(U"?")) least = 0;
    else if (take(U"{")) {
      if (!take_number(least)) return false;
      most = least;
      if (take(U",") && !take_number(most)) most = TokenPattern::kAny;
      if (!take(U"}") || least > most) return false;
    }
    if (!text_.empty() && std::u32string_view(U"+*?{").find(text_.front()) != std::u32string_view::npos) return false;
    pattern.least += least;
    pattern.most = std::min(pattern.most + most, TokenPattern::kAny);
    return true;
  }

  bool take_number(std::uint32_t& number) {
    const auto is_digit_of_ascii = [](char32_t c) { return c >= '0' && c <= '9'; };
    std::uint32_t value = 0, digits = 0;
    for (; !text_.empty() && is_digit_of_ascii(text_.front()) && digits < 4; ++digits, text_.remove_prefix(1))
      value = 10 * value + (text_.front() - U'0');
    if (digits == 0) return false;
    number = value;
    return true;
  }

  /// Words end where runs of \w do. Where the class has other characters too, ends of words may lie within a run; where
  /// it has fewer, runs may end within a word.
  static std::optional<TokenPattern> bounded(TokenPattern pattern, bool begins_at_word, bool ends_at_word) {
    bool is_all = true, is_part = true;
    for (char32_t c = 0; c <= kLastCodePoint; ++c) {
      const bool belongs = pattern.characters.contains(c), is_word = is_word_character(c);
      is_all &= belongs || !is_word, is_part &= is_word || !belongs;
    }
    if (is_all && is_part && pattern.most == TokenPattern::kAny) return pattern;  // \b says nothing
    if (begins_at_word != ends_at_word || (begins_at_word && !is_part)) return std::nullopt;
    if (!begins_at_word && pattern.most != TokenPattern::kAny) return std::nullopt;  // a run would be cut
    pattern.is_whole_word = begins_at_word;
    return pattern;
  }

  std::u32string_view text_;
};

}  // namespace

bool CharacterClass::contains(char32_t c) const {
  return is_negated != std::any_of(items.begin(), items.end(), [c](const Item& item) {
           return item.escape != 0 ? has_escape(item.escape, c) : item.first <= c && c <= item.last;
         });
}

std::optional<TokenPattern> parse_token_pattern(const std::string& pattern) {
  if (!is_utf8(pattern)) return std::nullopt;
  const std::u32string text = decode_utf8(pattern);
  return PatternReader(text).read();
}

}  // namespace nacre::tools
