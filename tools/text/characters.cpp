#include "tools/text/characters.hpp"

#include <algorithm>
#include <map>

#include "runtime/kernels/text_reader.hpp"
#include "tools/common/utf8.hpp"
#include "tools/text/unicode.hpp"

namespace nacre::tools {
namespace {

using Accents = CharacterRules::Accents;

constexpr char32_t kCapitalSigma = 0x3a3, kFinalSigma = 0x3c2, kSigma = 0x3c3;

class TableWriter {
 public:
  TableWriter(const CharacterRules& rules, const std::set<char32_t>* alphabet)
      : rules_(rules), alphabet_(alphabet), other_(alphabet == nullptr ? 0 : first_other(*alphabet)) {
    knows_sigma_ = rules.lowercase && rules.accents != Accents::ascii && (matters(kSigma) || matters(kFinalSigma));
    if (alphabet != nullptr)
      for (const char32_t c : *alphabet) differs_from_.insert({c, c + 1});
    if (!rules.token) return;
    for (const CharacterClass::Item& item : rules.token->characters.items)
      differs_from_.insert({item.first, item.last + 1});
  }

  CharacterTable run() {
    for (char32_t c = 0; c <= kLastCodePoint; c = next(c)) {
      const Row row = row_of(c);
      if (c >= text::kDirectRows && row == last_) continue;
      table_.rows.push_back(static_cast<std::int32_t>(row.flags | c));
      table_.rows.push_back(static_cast<std::int32_t>(row.change));
      last_ = row;
    }
    return std::move(table_);
  }

 private:
  struct Row {
    std::uint32_t flags = 0, change = 0;
    bool operator==(const Row&) const = default;
  };

  /// A character that no term has, to stand for all others like it.
  static char32_t first_other(const std::set<char32_t>& alphabet) {
    char32_t c = 0;
    while (alphabet.contains(c)) ++c;
    return c;
  }

  /// The next one that may differ from `c`. Unicode assigns no character of planes 4 to 13, and planes 15 and 16 are
  /// for private use: there, only those that a term or the pattern names differ from their neighbours.
  char32_t next(char32_t c) const {
    const char32_t end = c >= 0xf0000 ? kLastCodePoint + 1 : 0xe0000;
    if (c < 0x40000 || (c >= 0xe0000 && c < 0xf0000)) return c + 1;
    const auto named = differs_from_.upper_bound(c);
    return named == differs_from_.end() ? end : std::min(*named, end);
  }

  bool matters(char32_t c) const { return alphabet_ == nullptr || alphabet_->contains(c); }

  Row row_of(char32_t c) {
    const std::u32string becomes = changed(rules_, c);
    const std::uint32_t own = case_flags(c);
    if (becomes.size() != 1) return {own | text::kReplaced, replaced_by(becomes)};
    const std::uint32_t flags = own | flags_of(becomes[0]);
    if (c == kCapitalSigma && knows_sigma_) return {flags | text::kEndsRun, becomes[0] - c};
    if (matters(becomes[0])) return {flags, becomes[0] - c};
    return matters(c) ? Row{own | text::kReplaced, replaced_by(becomes)} : Row{flags, 0};
  }

  /// Of a character as it stands in the text.
  std::uint32_t case_flags(char32_t c) const {
    if (!knows_sigma_) return 0;
    return is_case_ignorable(c) ? text::kIgnored : is_cased(c) ? text::kCased : 0;
  }

  /// Of what it has become.
  std::uint32_t flags_of(char32_t c) const {
    if (!rules_.token) return is_space(c) ? text::kSpace : 0;
    const bool in_term = rules_.token->characters.contains(c);
    const bool in_word = rules_.token->is_whole_word ? is_word_character(c) : in_term;
    return (in_term ? text::kInTerm : 0) | (in_word ? text::kInWord : 0);
  }

  std::uint32_t replaced_by(const std::u32string& characters) {
    std::vector<std::int32_t> words;
    for (const char32_t c : characters)
      words.push_back(static_cast<std::int32_t>(flags_of(c) | (matters(c) ? c : other_)));
    const auto [found, is_new] = places_.try_emplace(words, table_.replacements.size());
    if (is_new) table_.replacements.insert(table_.replacements.end(), words.begin(), words.end());
    return static_cast<std::uint32_t>(words.size() << 24 | found->second);
  }

  const CharacterRules& rules_;
  const std::set<char32_t>* alphabet_;
  std::set<char32_t> differs_from_;  // where rows may begin that characters without a meaning of their own have not
  char32_t other_;
  bool knows_sigma_;
  CharacterTable table_;
  Row last_;
  std::map<std::vector<std::int32_t>, std::size_t> places_;  // of what characters become
};

}  // namespace

std::u32string changed(const CharacterRules& rules, char32_t c) {
  const std::u32string cased = rules.lowercase ? lower(c) : std::u32string(1, c);
  if (rules.accents == Accents::keep) return cased;
  std::u32string result;
  for (const char32_t each : cased)
    for (const char32_t part : decomposed(each)) {
      const bool stays = rules.accents == Accents::ascii ? part < 0x80 : !combines(part);
      if (stays) result.push_back(part);
    }
  return result;
}

CharacterTable character_table(const CharacterRules& rules, const std::set<char32_t>* alphabet) {
  CharacterTable table = TableWriter(rules, alphabet).run();
  if (table.replacements.empty()) table.replacements.push_back(0);  // a tensor has one element at least
  return table;
}

}  // namespace nacre::tools
