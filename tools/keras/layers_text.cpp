// The words of texts: TextVectorization.

#include <algorithm>
#include <map>

#include "runtime/kernels/text_reader.hpp"
#include "tools/estimators/estimator.hpp"
#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/graph/sparse.hpp"
#include "tools/keras/encode.hpp"
#include "tools/keras/lookup.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

/// Which terms a layer looks for.
struct TextSearch {
  bool lowers = false, strips = false;
  Analyzer analyzer = Analyzer::words;
  std::int64_t shortest = 1, longest = 1;  ///< words of a term
};

std::string choice_of(const KerasLayer& layer, const char* key, const std::string& otherwise) {
  const auto found = layer.config.find(key);
  if (found == layer.config.end()) return otherwise;
  if (!found->is_null() && !found->is_string())
    layer.refuse(std::string("has a function of its own as ") + key, "build the layer with one of Keras's own");
  return found->is_null() ? "" : found->get<std::string>();
}

/// The numbers of words that terms have: Keras takes a greatest one, or all.
void set_lengths(const KerasLayer& layer, TextSearch& search) {
  const Json stated = layer.config.value("ngrams", Json());
  constexpr std::int64_t kMost = 16;
  std::vector<std::int64_t> lengths;
  if (stated.is_number_integer()) {
    for (std::int64_t n = 1; n <= std::min(stated.get<std::int64_t>(), kMost + 1); ++n) lengths.push_back(n);
  } else if (stated.is_array()) {
    for (const Json& one : stated) lengths.push_back(one.is_number_integer() ? one.get<std::int64_t>() : 0);
    std::ranges::sort(lengths);
  }
  if (lengths.empty()) return;
  search.shortest = lengths.front(), search.longest = lengths.back();
  const bool is_range = search.longest - search.shortest + 1 == static_cast<std::int64_t>(lengths.size()) &&
                        std::ranges::adjacent_find(lengths) == lengths.end();
  if (search.shortest < 1 || search.longest > kMost || !is_range)
    layer.refuse("has the ngrams " + stated.dump(), "build the layer with all lengths of a range, 16 at most");
}

TextSearch search_of_layer(const KerasLayer& layer) {
  TextSearch search;
  const std::string standardize = choice_of(layer, "standardize", "lower_and_strip_punctuation"),
                    split = choice_of(layer, "split", "whitespace");
  search.lowers = standardize == "lower" || standardize == "lower_and_strip_punctuation";
  search.strips = standardize == "strip_punctuation" || standardize == "lower_and_strip_punctuation";
  if (!standardize.empty() && !search.lowers && !search.strips)
    layer.refuse("has the standardize " + standardize, "build the layer with one of Keras's own");
  if (split != "whitespace" && split != "character")
    layer.refuse(split.empty() ? "takes texts as they come (split=None)" : "splits texts by " + split,
                 "build the layer with split=\"whitespace\" or \"character\", or look texts up with StringLookup");
  if (split == "character") search.analyzer = Analyzer::characters;
  set_lengths(layer, search);
  if (search.longest > 1 && search.analyzer == Analyzer::characters)
    layer.refuse("joins characters to ngrams", "build the layer without ngrams");
  return search;
}

/// What becomes of characters: TensorFlow changes and strips those of ASCII alone, and splits between no others.
std::vector<ValueId> character_constants(Graph& graph, const TextSearch& search) {
  constexpr std::uint32_t kPart = text::kInTerm | text::kInWord;
  std::vector<std::int32_t> rows;
  for (std::uint32_t c = 0; c <= text::kDirectRows; ++c) {
    const bool is_capital = c >= 'A' && c <= 'Z', is_letter = is_capital || (c >= 'a' && c <= 'z'),
               is_mark = c > ' ' && c < 0x7f && !is_letter && !(c >= '0' && c <= '9'),
               is_space = c == ' ' || (c >= '\t' && c <= '\r');
    const bool goes = search.strips && is_mark;
    const std::uint32_t flags = goes ? text::kReplaced : is_space && search.analyzer == Analyzer::words ? 0 : kPart;
    rows.push_back(static_cast<std::int32_t>(c | flags));
    rows.push_back(is_capital && search.lowers ? 'a' - 'A' : 0);
  }
  const ValueId table = graph.add_constant(Array::from({text::kDirectRows + 1, 2}, std::move(rows)), DataType::int32);
  const ValueId replacements = graph.add_constant(Array::from({1}, std::vector<std::int32_t>{0}), DataType::int32);
  std::vector<ValueId> result{table, replacements};
  const ValueId none = graph.add_constant(Array::from({1}, std::vector<std::int32_t>{0}), DataType::int32);
  result.push_back(none);
  result.push_back(graph.add_constant(Array::of(ElementType::uint8, {1}, std::vector<std::int32_t>{0}),
                                      DataType::uint8));
  return result;
}

/// Index and count of the terms of each text: 0 for those that are not in the vocabulary, then the vocabulary.
std::vector<ValueId> count_words(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary,
                                 parameters::CountTerms p) {
  Graph& graph = layer.graph;
  const TextSearch search = search_of_layer(layer);
  if (p.in_order && search.longest > 1)
    layer.refuse("gives ngrams in the order of their lengths", "build the layer without ngrams, or count them");
  p.analyzer = search.analyzer, p.counts_others = true;
  p.shortest = static_cast<std::uint8_t>(search.shortest), p.longest = static_cast<std::uint8_t>(search.longest);
  std::map<std::string, std::int32_t> numbers;
  for (const Json& token : vocabulary.tokens) {
    if (!token.is_string()) layer.refuse("has the token " + token.dump() + ", which is no text");
    numbers.try_emplace(token.get<std::string>(), static_cast<std::int32_t>(numbers.size() + 1));
  }
  std::vector<std::string> terms;
  std::vector<std::int32_t> places;
  for (const auto& [term, place] : numbers) terms.push_back(term), places.push_back(place);
  const auto count = static_cast<std::int64_t>(terms.size());
  std::vector<ValueId> inputs = character_constants(graph, search);
  inputs.insert(inputs.begin(), x);
  for (const ValueId text : label_constants(graph, Array({count}, std::move(terms)))) inputs.push_back(text);
  inputs.push_back(graph.add_constant(Array::from({count}, std::move(places)), DataType::int32));
  graph.add(p, std::move(inputs), layer.name);
  return graph.nodes.back().outputs;
}

/// Places of the words in their order; behind them 0, which is the mask's.
ValueId in_order(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary) {
  const auto length = static_cast<std::int32_t>(layer.number("output_sequence_length", 0));
  if (length < 1)
    layer.refuse("gives as many numbers as the longest text of a batch has words (output_sequence_length=None)",
                 "build the layer with output_sequence_length: memory is planned before the model runs");
  const std::vector<ValueId> entries = count_words(layer, x, vocabulary, {.entries = length, .in_order = true});
  Program sum;
  sum.instructions.push_back({MapFunction::add, DataType::int32, DataType::int32,
                              {input_of_program(0), input_of_program(1)}});
  return layer.graph.add_map(sum, {entries[0], entries[1]}, layer.name + ".places");
}

}  // namespace

ValueId import_text_vectorization(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  refuse_sparse(layer);
  if (layer.flag("ragged", false)) layer.refuse("gives ragged tensors (ragged=True)", "build the model without");
  Graph& graph = layer.graph;
  const TensorType given = graph.type(inputs[0]);
  if (given.type != DataType::string || given.size() != 1)
    layer.refuse("takes one text of a row apart", "give it an input of shape (1,) and dtype string");
  const std::string mode = layer.text("output_mode", "int");
  Json config = layer.config;
  config["mask_token"] = "", config["oov_token"] = "[UNK]";
  const KerasLayer lookup{graph, layer.class_name, layer.name, config, {}, layer.version};
  const KerasVocabulary vocabulary = keras_vocabulary(lookup);
  const ValueId x = graph.add(reshape_to({1, 1}, layer.name), {inputs[0]});
  if (mode == "int") return in_order(layer, x, vocabulary);
  if (mode != "multi_hot" && mode != "count" && mode != "tf_idf")
    layer.refuse("has the output_mode " + mode, "build the model with int, multi_hot, count or tf_idf");
  const std::int64_t depth = vocabulary_depth(layer, vocabulary);
  parameters::CountTerms p;
  p.binary = mode == "multi_hot";
  p.entries = static_cast<std::int32_t>(std::min<std::int64_t>(vocabulary.places(), graph.most_terms));
  const std::vector<ValueId> entries = count_words(layer, x, vocabulary, p);
  const ValueId counts = add_scatter(graph, {as_numbers(layer, entries[1]), entries[0], depth}, layer.name + ".row");
  return mode == "tf_idf" ? weigh_counts(layer, vocabulary, counts) : counts;
}

}  // namespace nacre::tools
