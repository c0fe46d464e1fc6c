// Vectorisers: CountVectorizer, TfidfVectorizer, HashingVectorizer.

#include "tools/sklearn/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "tools/common/utf8.hpp"
#include "tools/graph/sparse.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/table.hpp"
#include "tools/sklearn/text_search.hpp"

namespace nacre::tools {
namespace {

/// Where the texts stand that a vectoriser takes.
Column documents_of(const Estimator& estimator, ValueId x) {
  const std::vector<Column> columns = columns_of(estimator.graph, x);
  if (columns.size() != 1 || !holds_text(estimator.graph, columns[0]) || !columns[0].replaced.empty())
    estimator.refuse("takes one column of texts, as they come", "give it the column by its name alone");
  return columns[0];
}

template <typename Parameters>
Parameters parameters_of(const Estimator& estimator, const TermSearch& search, const Column& texts,
                         std::int64_t features) {
  Parameters p;
  p.column = static_cast<std::int32_t>(texts.element);
  p.analyzer = search.analyzer;
  p.shortest = static_cast<std::uint8_t>(search.shortest), p.longest = static_cast<std::uint8_t>(search.longest);
  if (search.rules.token) {
    p.least = static_cast<std::uint16_t>(search.rules.token->least);
    p.most = static_cast<std::uint16_t>(search.rules.token->most);
  }
  p.binary = has_parameter(estimator, "binary", false);
  p.entries = static_cast<std::int32_t>(std::min<std::int64_t>(features, estimator.graph.most_terms));
  return p;
}

/// The dense row of the counts of the node that was added last.
ValueId as_row(const Estimator& estimator, std::int64_t features) {
  Graph& graph = estimator.graph;
  const std::vector<ValueId> entries = graph.nodes.back().outputs;
  Program program;
  program.instructions.push_back(
      {MapFunction::cast, DataType::int32, DataType::float32, {{Operand::Kind::input, 0}}});
  const ValueId value = graph.add_map(std::move(program), {entries[1]}, estimator.name + ".counts");
  return add_scatter(graph, {value, entries[0], features}, estimator.name + ".row");
}

/// The terms in ascending order, each with its feature.
std::map<std::string, std::int64_t> vocabulary_of(const Estimator& estimator) {
  std::map<std::string, std::int64_t> terms;
  const auto fitted = estimator.value.find("vocabulary_"), given = estimator.value.find("vocabulary");
  if (!fitted && (!given || given->is_none()))
    estimator.refuse("is not fitted", "save the model after it has been fitted");
  const Value list = fitted ? *fitted : *given;
  if (list.kind() == Kind::dict) {
    for (const auto& [term, place] : list.items()) terms.emplace(term.as_string(), place.as_int());
  } else {
    for (std::size_t i = 0; i < list.size(); ++i)
      terms.emplace(list.at(i).as_string(), static_cast<std::int64_t>(i));
    std::int64_t place = 0;  // of a set, the places are those of the sorted terms
    if (list.class_name().ends_with("set"))
      for (auto& [term, number] : terms) number = place++;
  }
  std::vector<bool> is_taken(terms.size());
  for (const auto& [term, place] : terms) {
    if (place < 0 || place >= static_cast<std::int64_t>(terms.size()) || is_taken[static_cast<std::size_t>(place)])
      estimator.refuse("numbers its terms otherwise than from 0 on, each once", "fit it again");
    is_taken[static_cast<std::size_t>(place)] = true;
  }
  if (terms.empty()) estimator.refuse("has an empty vocabulary", "fit it again");
  return terms;
}

std::set<char32_t> alphabet_of(const std::vector<std::string>& terms, const std::vector<std::string>& stop_words) {
  std::set<char32_t> alphabet{' '};
  for (const auto* texts : {&terms, &stop_words})
    for (const std::string& text : *texts)
      for (const char32_t c : decode_utf8(text)) alphabet.insert(c);
  return alphabet;
}

/// Counts that wrap or are cut off are another thing.
void require_counts(const Estimator& estimator) {
  const auto type = estimator.value.find("dtype");
  if (!type) return;
  const std::string name = type->class_name();
  for (const char* narrow : {"int8", "bool", "float16"})
    if (name.find(narrow) != std::string::npos)
      estimator.refuse("counts in " + name, "use dtype=numpy.int64");
}

ValueId count_terms(const Estimator& estimator, ValueId x) {
  require_counts(estimator);
  TermSearch search = search_of(estimator);
  const std::map<std::string, std::int64_t> vocabulary = vocabulary_of(estimator);
  std::vector<std::string> terms;
  std::vector<std::int32_t> numbers;
  bool is_in_order = true;
  for (const auto& [term, number] : vocabulary) {
    if (!is_utf8(term)) estimator.refuse("has a term that is not UTF-8", "fit it on texts");
    is_in_order &= number == static_cast<std::int64_t>(numbers.size());
    terms.push_back(term);
    numbers.push_back(static_cast<std::int32_t>(number));
  }
  const auto is_term = [&](const std::string& word) { return vocabulary.contains(word); };
  if (search.longest == 1 && std::none_of(search.stop_words.begin(), search.stop_words.end(), is_term))
    search.stop_words.clear();  // they stand between no two words of a term, and are none
  const std::set<char32_t> alphabet = alphabet_of(terms, search.stop_words);
  Graph& graph = estimator.graph;
  const Column texts = documents_of(estimator, x);
  const auto features = static_cast<std::int64_t>(terms.size());
  std::vector<ValueId> inputs = inputs_of(graph, texts.source, search, &alphabet);
  const auto [offsets, bytes] = add_texts(graph, terms);
  inputs.insert(inputs.end(), {offsets, bytes});
  if (!is_in_order) inputs.push_back(graph.add_constant(Array::from({features}, std::move(numbers)), DataType::int32));
  const auto p = parameters_of<parameters::CountTerms>(estimator, search, texts, features);
  graph.add(p, std::move(inputs), estimator.name);
  return as_row(estimator, features);
}

ValueId transform_tfidf_vectorizer(const Estimator& estimator, ValueId x) {
  const ValueId counts = count_terms(estimator, x);
  const auto weights = estimator.value.find("_tfidf");
  if (!weights) estimator.refuse("is not fitted", "save the model after it has been fitted");
  return weigh_terms(estimator.with(*weights, "tfidf"), counts);
}

ValueId transform_hashing_vectorizer(const Estimator& estimator, ValueId x) {
  const TermSearch search = search_of(estimator);
  const auto features = estimator.value.attribute("n_features").as_int();
  if (features < 1 || features > (1 << 26)) estimator.refuse(fmt::format("has {} features", features), "use fewer");
  Graph& graph = estimator.graph;
  const Column texts = documents_of(estimator, x);
  auto p = parameters_of<parameters::HashTerms>(estimator, search, texts, features);
  p.features = static_cast<std::int32_t>(features);
  p.alternate = has_parameter(estimator, "alternate_sign", true);
  graph.add(p, inputs_of(graph, texts.source, search, nullptr), estimator.name);
  ValueId row = as_row(estimator, features);
  if (has_parameter(estimator, "non_negative", false)) {
    const SparseRow entries = sparse_row(graph, row).value();
    const ValueId magnitudes = Algebra(estimator).apply(ActivationFunction::abs, entries.value);
    row = add_scatter(graph, {magnitudes, entries.index, features}, estimator.name + ".magnitudes");
  }
  return normalize_row(estimator, row);
}

}  // namespace

bool takes_documents(const Value& model) {
  const Value value = unwrap(model);
  const std::string name = sklearn_class(value);
  if (name == "CountVectorizer" || name == "TfidfVectorizer" || name == "HashingVectorizer") return true;
  const auto parts = value.find(name == "Pipeline" ? "steps" : "transformer_list");
  if ((name != "Pipeline" && name != "FeatureUnion") || !parts) return false;
  for (std::size_t i = 0; i < parts->size(); ++i)
    if (const Value part = parts->at(i).at(1); part.is_object()) return takes_documents(part);
  return false;
}

std::span<const SklearnClass> text_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("CountVectorizer", count_terms,
                  "analyzer binary decode_error dtype encoding input lowercase max_df max_features min_df ngram_range "
                  "preprocessor stop_words strip_accents token_pattern tokenizer vocabulary",
                  kTakesTexts),
      transformer("TfidfVectorizer", transform_tfidf_vectorizer,
                  "analyzer binary decode_error dtype encoding input lowercase max_df max_features min_df ngram_range "
                  "norm preprocessor smooth_idf stop_words strip_accents sublinear_tf token_pattern tokenizer use_idf "
                  "vocabulary",
                  kTakesTexts),
      transformer("HashingVectorizer", transform_hashing_vectorizer,
                  "alternate_sign analyzer binary decode_error dtype encoding input lowercase n_features ngram_range "
                  "non_negative norm preprocessor stop_words strip_accents token_pattern tokenizer",
                  kTakesAnyWidth | kTakesTexts),
      transformer("TfidfTransformer", weigh_terms, "norm smooth_idf sublinear_tf use_idf"),
  };
  return kRows;
}

}  // namespace nacre::tools
