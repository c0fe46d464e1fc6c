#include "tools/operators/terms.hpp"

#include <algorithm>
#include <set>

#include "runtime/kernels/text_reader.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using text::Character;

std::uint32_t word(const Tensor64& tensor, std::size_t i) {
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(tensor.values[i]));
}

/// The row of the table that speaks of a code point: the last one that does not begin behind it.
std::size_t row_of(const Tensor64& table, char32_t code_point) {
  std::size_t first = 0, end = table.values.size() / 2;
  while (end - first > 1) {
    const std::size_t middle = (first + end) / 2;
    ((word(table, 2 * middle) & text::kCodePoint) <= code_point ? first : end) = middle;
  }
  return first;
}

/// Whether the character at `i` ends what Unicode calls a final sigma's context.
bool ends_cased_run(const std::vector<std::uint32_t>& flags, std::size_t i) {
  const auto counts = [](std::uint32_t f) { return (f & text::kIgnored) == 0; };
  const auto before = std::find_if(flags.rend() - static_cast<std::ptrdiff_t>(i), flags.rend(), counts);
  const auto behind = std::find_if(flags.begin() + static_cast<std::ptrdiff_t>(i) + 1, flags.end(), counts);
  return before != flags.rend() && (*before & text::kCased) != 0 &&
         (behind == flags.end() || (*behind & text::kCased) == 0);
}

/// The whole text, as the table changes it.
std::vector<Character> changed(const std::vector<Tensor64>& inputs, const std::u32string& text) {
  const Tensor64 &table = inputs[1], &replacements = inputs[2];
  std::vector<std::uint32_t> flags, changes;
  for (const char32_t c : text) {
    const std::size_t row = row_of(table, c);
    flags.push_back(word(table, 2 * row)), changes.push_back(word(table, 2 * row + 1));
  }
  std::vector<Character> result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((flags[i] & text::kReplaced) == 0) {
      const bool is_last = (flags[i] & text::kEndsRun) != 0 && ends_cased_run(flags, i);
      result.push_back({text[i] + changes[i] - (is_last ? 1 : 0), flags[i]});
      continue;
    }
    for (std::size_t r = changes[i] & 0xffffff, end = r + (changes[i] >> 24); r < end; ++r)
      result.push_back({word(replacements, r) & text::kCodePoint, word(replacements, r)});
  }
  return result;
}

std::string utf8(const std::vector<Character>& characters) {
  std::string result;
  for (const Character& c : characters) append_utf8(result, c.code_point);
  return result;
}

/// Runs of characters that have one flag.
std::vector<std::vector<Character>> runs(const std::vector<Character>& text, bool (*belongs)(const Character&)) {
  std::vector<std::vector<Character>> result(1);
  for (const Character& c : text) {
    if (belongs(c)) result.back().push_back(c);
    else if (!result.back().empty()) result.emplace_back();
  }
  if (result.back().empty()) result.pop_back();
  return result;
}

bool is_space(const Character& c) { return (c.flags & text::kSpace) != 0; }

/// All sequences of shortest to longest parts, joined.
std::vector<std::string> sequences(const std::vector<std::string>& parts, const TermRules& rules, const char* between) {
  std::vector<std::string> result;
  for (std::size_t n = rules.shortest; n <= std::min(rules.longest, parts.size()); ++n)
    for (std::size_t first = 0; first + n <= parts.size(); ++first) {
      std::string term = parts[first];
      for (std::size_t i = 1; i < n; ++i) term += between + parts[first + i];
      result.push_back(std::move(term));
    }
  return result;
}

std::vector<std::string> letters(const std::vector<Character>& text) {
  std::vector<std::string> result;
  for (const Character& c : text) result.push_back(utf8({c}));
  return result;
}

std::vector<std::string> word_terms(const std::vector<Character>& text, const TermRules& rules,
                                    const std::set<std::string>& stop_words) {
  std::vector<std::string> words;
  for (const auto& run : runs(text, [](const Character& c) { return (c.flags & text::kInWord) != 0; })) {
    const bool is_word =
        std::ranges::all_of(run, [](const Character& c) { return (c.flags & text::kInTerm) != 0; });
    const std::string word = utf8(run);
    if (is_word && run.size() >= rules.least && run.size() <= rules.most && !stop_words.contains(word))
      words.push_back(word);
  }
  return sequences(words, rules, " ");
}

std::vector<std::string> character_terms(const std::vector<Character>& text, const TermRules& rules) {
  std::vector<Character> shorter;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (is_space(text[i]) && end < text.size() && is_space(text[end])) ++end;
    shorter.push_back(end - i > 1 ? Character{' ', text[i].flags} : text[i]);
    i = end;
  }
  return sequences(letters(shorter), rules, "");
}

std::vector<std::string> padded_terms(const std::vector<Character>& text, const TermRules& rules) {
  std::vector<std::string> result;
  for (std::vector<Character>& run : runs(text, [](const Character& c) { return !is_space(c); })) {
    run.insert(run.begin(), {' ', 0});
    run.push_back({' ', 0});
    if (run.size() < rules.shortest) result.push_back(utf8(run));
    const std::vector<std::string> terms = sequences(letters(run), rules, "");
    result.insert(result.end(), terms.begin(), terms.end());
  }
  return result;
}

}  // namespace

std::string text_at(const std::vector<Tensor64>& inputs, std::size_t offsets, std::size_t i) {
  std::string text;
  const auto& of = inputs[offsets].values;
  for (auto b = static_cast<std::size_t>(of[i]); b < static_cast<std::size_t>(of[i + 1]); ++b)
    text.push_back(static_cast<char>(static_cast<unsigned char>(inputs[offsets + 1].values[b])));
  return text;
}

std::vector<std::string> terms_of(const Node& node, const TermRules& rules, const std::vector<Tensor64>& inputs,
                                  const std::string& text) {
  if (!is_utf8(text)) throw Refusal("layer " + node.name, "meets a text that is not UTF-8", "save the texts as UTF-8");
  const std::vector<Character> characters = changed(inputs, decode_utf8(text));
  if (rules.analyzer == Analyzer::characters) return character_terms(characters, rules);
  if (rules.analyzer == Analyzer::padded) return padded_terms(characters, rules);
  std::set<std::string> stop_words;
  for (std::size_t i = 0; i + 1 < inputs[3].values.size(); ++i) stop_words.insert(text_at(inputs, 3, i));
  return word_terms(characters, rules, stop_words);
}

std::vector<TensorType> infer_entries(const Node& node, const std::vector<TensorType>& inputs, std::int32_t column,
                                      std::int32_t entries) {
  require_shapes(inputs.at(0).type == DataType::string && !inputs[0].shape.empty() && column >= 0 &&
                     column < inputs[0].last() && entries >= 1,
                 node, "needs a text in each row");
  Dimensions shape = inputs[0].shape;
  shape.back() = entries;
  return {{DataType::int32, shape}, {DataType::int32, shape}};
}

std::vector<Tensor64> entries_of(const Node& node, const std::vector<std::map<std::int64_t, std::int64_t>>& rows,
                                 const std::vector<TensorType>& outputs, bool binary) {
  Tensor64 index = zeros(outputs[0]), count = zeros(outputs[1]);
  const auto capacity = static_cast<std::size_t>(outputs[0].last());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    require_shapes(rows[row].size() <= capacity, node, "meets a text with more different terms than it has room for");
    std::size_t place = row * capacity;
    for (const auto& [number, amount] : rows[row]) {
      index.values[place] = static_cast<double>(number);
      count.values[place++] = static_cast<double>(binary ? 1 : amount);
    }
  }
  return {std::move(index), std::move(count)};
}

std::vector<std::vector<double>> no_errors(const Node&, const std::vector<Tensor64>&, const std::vector<Tensor64>&) {
  return {{}, {}};
}

}  // namespace nacre::tools
