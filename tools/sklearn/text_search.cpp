// The parameters of vectorisers: which terms they look for.

#include "tools/sklearn/text_search.hpp"

#include <fmt/format.h>

#include "tools/sklearn/stop_words.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kLongestTerm = 16;

/// Refuses a parameter that is code, by the name of its function.
void refuse_code(const Estimator& estimator, const char* parameter) {
  const auto found = estimator.value.find(parameter);
  if (!found || found->is_none() || found->is_string()) return;
  estimator.refuse(fmt::format("has the {} {}, which is code and cannot be read as data", parameter,
                               found->class_name()),
                   "use scikit-learn's own words for it, or do that step outside of the model");
}

Analyzer analyzer_of(const Estimator& estimator) {
  const std::string word = text_of(estimator.value, "analyzer");
  if (word == "word") return Analyzer::words;
  if (word == "char") return Analyzer::characters;
  if (word == "char_wb") return Analyzer::padded;
  estimator.refuse("has the unknown analyzer " + word, "use word, char or char_wb");
}

CharacterRules::Accents accents_of(const Estimator& estimator) {
  const auto accents = estimator.value.find("strip_accents");
  const std::string word = text_of(estimator.value, "strip_accents");
  if (!accents || accents->is_none() || (accents->is_string() && word.empty())) return CharacterRules::Accents::keep;
  if (word == "ascii") return CharacterRules::Accents::ascii;
  if (word != "unicode") estimator.refuse("has the unknown strip_accents " + word, "use ascii, unicode or None");
  if (saved_before(estimator.value, 0, 22))
    estimator.refuse("keeps the accents of a text all of whose accents are characters of their own, as scikit-learn "
                     "before 0.22 did", "train it with 0.22 or later");
  return CharacterRules::Accents::unicode;
}

TokenPattern token_of(const Estimator& estimator) {
  const std::string pattern = text_of(estimator.value, "token_pattern");
  if (const auto token = parse_token_pattern(pattern)) return *token;
  estimator.refuse("has the token_pattern " + pattern + ", which is more than a run of characters of one class",
                   R"(use a pattern as (?u)\b\w\w+\b, \w+ or [a-z]{3,})");
}

void require_readable(const Estimator& estimator, Analyzer analyzer) {
  if (const std::string input = text_of(estimator.value, "input"); !input.empty() && input != "content")
    estimator.refuse("opens a file for each row (input=" + input + ")", "save it with input='content'");
  for (const char* parameter : {"preprocessor", "strip_accents"}) refuse_code(estimator, parameter);
  if (analyzer == Analyzer::words) refuse_code(estimator, "tokenizer");
}

/// The words that are passed over, in ascending order.
std::vector<std::string> stop_words_of(const Estimator& estimator) {
  const auto words = estimator.value.find("stop_words");
  if (!words || words->is_none()) return {};
  std::set<std::string> sorted;
  if (words->is_string()) {
    if (words->as_string() != "english")
      estimator.refuse("has the unknown stop_words " + words->as_string(), "use english or a list");
    for (const char* word : kEnglishStopWords) sorted.insert(word);
  } else {
    for (std::size_t i = 0; i < words->size(); ++i) sorted.insert(words->at(i).as_string());
  }
  return {sorted.begin(), sorted.end()};
}

}  // namespace

bool has_parameter(const Estimator& estimator, const char* parameter, bool otherwise) {
  return number_of(estimator.value, parameter).value_or(otherwise ? 1 : 0) != 0;
}

TermSearch search_of(const Estimator& estimator) {
  refuse_code(estimator, "analyzer");
  TermSearch search{analyzer_of(estimator), {}, 1, 1, {}};
  require_readable(estimator, search.analyzer);
  search.rules.lowercase = has_parameter(estimator, "lowercase", true);
  search.rules.accents = accents_of(estimator);
  if (search.analyzer == Analyzer::words) {
    search.rules.token = token_of(estimator);
    search.stop_words = stop_words_of(estimator);
  }
  const Value range = estimator.value.attribute("ngram_range");
  search.shortest = range.at(0).as_int(), search.longest = range.at(1).as_int();
  if (search.shortest < 1 || search.longest < search.shortest || search.longest > kLongestTerm)
    estimator.refuse(fmt::format("has the ngram_range ({}, {})", search.shortest, search.longest),
                     fmt::format("use terms of 1 to {} words or characters", kLongestTerm));
  return search;
}

std::pair<ValueId, ValueId> add_texts(Graph& graph, const std::vector<std::string>& texts) {
  std::vector<std::int32_t> offsets{0};
  std::vector<std::uint8_t> bytes;
  for (const std::string& text : texts) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    offsets.push_back(static_cast<std::int32_t>(bytes.size()));
  }
  if (bytes.empty()) bytes.push_back(0);
  const auto count = static_cast<std::int64_t>(offsets.size()), size = static_cast<std::int64_t>(bytes.size());
  const ValueId starts = graph.add_constant(Array::from({count}, std::move(offsets)), DataType::int32);
  return {starts, graph.add_constant(Array::of(ElementType::uint8, {size}, bytes), DataType::uint8)};
}

std::vector<ValueId> inputs_of(Graph& graph, ValueId x, const TermSearch& search, const std::set<char32_t>* alphabet) {
  CharacterTable table = character_table(search.rules, alphabet);
  const auto rows = static_cast<std::int64_t>(table.rows.size() / 2),
             replacements = static_cast<std::int64_t>(table.replacements.size());
  const ValueId characters = graph.add_constant(Array::from({rows, 2}, std::move(table.rows)), DataType::int32);
  const ValueId others =
      graph.add_constant(Array::from({replacements}, std::move(table.replacements)), DataType::int32);
  const auto [stop_offsets, stop_bytes] = add_texts(graph, search.stop_words);
  return {x, characters, others, stop_offsets, stop_bytes};
}

}  // namespace nacre::tools
