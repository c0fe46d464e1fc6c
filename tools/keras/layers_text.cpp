// The words of texts: TextVectorization.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

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
  enum class Split : std::uint8_t { whitespace, character, none };
  bool lowers = false, strips = false;
  Split split = Split::whitespace;
  std::vector<std::uint8_t> lengths{1};  ///< words of a term, in the order in which Keras looks for them
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
  }
  if (lengths.empty()) return;
  if (std::ranges::min(lengths) < 1 || std::ranges::max(lengths) > kMost || std::ssize(lengths) > kMost)
    layer.refuse("has the ngrams " + stated.dump(), "build the layer with lengths from 1 to 16");
  search.lengths.assign(lengths.begin(), lengths.end());
}

TextSearch search_of_layer(const KerasLayer& layer) {
  TextSearch search;
  const std::string standardize = choice_of(layer, "standardize", "lower_and_strip_punctuation"),
                    split = choice_of(layer, "split", "whitespace");
  search.lowers = standardize == "lower" || standardize == "lower_and_strip_punctuation";
  search.strips = standardize == "strip_punctuation" || standardize == "lower_and_strip_punctuation";
  if (!standardize.empty() && !search.lowers && !search.strips)
    layer.refuse("has the standardize " + standardize, "build the layer with one of Keras's own");
  if (!split.empty() && split != "whitespace" && split != "character")
    layer.refuse("splits texts by " + split, "build the layer with split=\"whitespace\" or \"character\"");
  using Split = TextSearch::Split;
  search.split = split.empty() ? Split::none : split == "character" ? Split::character : Split::whitespace;
  set_lengths(layer, search);
  if (search.split == Split::none && search.lengths != std::vector<std::uint8_t>{1})
    layer.refuse("joins texts as they come to ngrams (split=None)", "build the layer without ngrams");
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
    const bool parts = is_space && search.split == TextSearch::Split::whitespace;
    const std::uint32_t flags = goes ? text::kReplaced : parts ? 0 : kPart;
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

/// A token as count_terms meets it among terms of `length` parts: Keras joins characters by blanks, it does not.
std::optional<std::string> term_of(const std::string& token, const TextSearch& search, unsigned length) {
  if (search.split != TextSearch::Split::character || length == 1) return token;
  std::string term;
  for (std::size_t at = 0; at < token.size();) {
    if (at > 0 && token[at++] != ' ') return std::nullopt;
    const std::size_t begin = at++;
    while (at < token.size() && (static_cast<unsigned char>(token[at]) & 0xc0) == 0x80) ++at;  // of one character
    term += token.substr(begin, at - begin);
  }
  return term;
}

/// What a layer makes of the terms of one length, of text `column`.
class Terms {
 public:
  Terms(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary)
      : layer_(layer), x_(x), vocabulary_(vocabulary), search_(search_of_layer(layer)),
        characters_(character_constants(layer.graph, search_)) {}

  const TextSearch& search() const { return search_; }

  /// Index and count of its entries: 0 for those that are not in the vocabulary, then the vocabulary.
  std::vector<ValueId> entries(parameters::CountTerms p, std::int64_t column, unsigned shortest,
                               unsigned longest) const {
    p.analyzer = search_.split == TextSearch::Split::character ? Analyzer::characters : Analyzer::words;
    p.counts_others = true, p.column = static_cast<std::int32_t>(column);
    p.shortest = static_cast<std::uint8_t>(shortest), p.longest = static_cast<std::uint8_t>(longest);
    std::vector<ValueId> inputs{x_};
    inputs.insert(inputs.end(), characters_.begin(), characters_.end());
    add_vocabulary(inputs, longest);
    layer_.graph.add(p, std::move(inputs), layer_.name);
    return layer_.graph.nodes.back().outputs;
  }

 private:
  void add_vocabulary(std::vector<ValueId>& inputs, unsigned length) const {
    std::map<std::string, std::int32_t> numbers;
    std::int32_t number = 0;
    for (const Json& token : vocabulary_.tokens) {
      if (!token.is_string()) layer_.refuse("has the token " + token.dump() + ", which is no text");
      ++number;
      if (const auto term = term_of(token.get<std::string>(), search_, length)) numbers.try_emplace(*term, number);
    }
    std::vector<std::string> terms;
    std::vector<std::int32_t> places;
    for (const auto& [term, place] : numbers) terms.push_back(term), places.push_back(place);
    if (terms.empty()) terms.emplace_back(), places.push_back(0);  // which no text has
    const auto count = static_cast<std::int64_t>(terms.size());
    for (const ValueId text : label_constants(layer_.graph, Array({count}, std::move(terms)))) inputs.push_back(text);
    inputs.push_back(layer_.graph.add_constant(Array::from({count}, std::move(places)), DataType::int32));
  }

  const KerasLayer& layer_;
  ValueId x_;
  const KerasVocabulary& vocabulary_;
  TextSearch search_;
  std::vector<ValueId> characters_;
};

ValueId sum_of(const KerasLayer& layer, ValueId a, ValueId b, const char* suffix) {
  return add_functions(layer.graph, {MapFunction::add}, {a, b}, layer.name + suffix);
}
ValueId joined(const KerasLayer& layer, std::vector<ValueId> parts, const char* suffix) {
  return parts.size() == 1 ? parts[0]
                           : layer.graph.add(parameters::Concatenate{.axis = 1}, std::move(parts), layer.name + suffix);
}
ValueId mask_places(const KerasLayer& layer, std::int64_t count) {
  const auto size = static_cast<std::size_t>(count);
  return layer.graph.add_constant(Array::from({1, count}, std::vector<std::int32_t>(size, 0)), DataType::int32);
}

/// Rows of int32 [1, length] one after the other: of `first` as many as `used` says [1, 1].
ValueId behind(const KerasLayer& layer, ValueId first, ValueId used, ValueId second, std::int64_t length) {
  Graph& graph = layer.graph;
  std::vector<std::int32_t> places;
  for (std::int32_t i = 0; i < length; ++i) places.push_back(i);
  const ValueId place = graph.add_constant(Array::from({1, length}, std::move(places)), DataType::int32);
  Program program;
  const DataType type = DataType::int32;
  program.then(MapFunction::greater, type, {input_of_program(1), input_of_program(0)});  // still of the first
  program.then(MapFunction::where, type,
               {kOutputOfProgram, program.literal(0, type), input_of_program(2)});
  program.then(MapFunction::add, type, {kOutputOfProgram, input_of_program(3)});
  // Places of the second begin behind all of the first.
  Program shift;
  shift.then(MapFunction::subtract, type, {shift.literal(static_cast<double>(length), type), input_of_program(0)});
  const ValueId by = graph.add_map(shift, {used}, layer.name + ".behind");
  const ValueId from = graph.add_map(program, {place, used, by, place}, layer.name + ".from");
  const ValueId both = graph.add(reshape_to({2 * length}, layer.name), {joined(layer, {first, second}, ".both")});
  return graph.add(reshape_to({1, length}, layer.name), {graph.add(parameters::Gather{}, {both, from}, layer.name)});
}

/// Places of the terms in their order, those of one length after those of another; behind them 0, which is the mask's.
ValueId in_order(const KerasLayer& layer, const Terms& terms, std::int64_t texts) {
  auto length = static_cast<std::int32_t>(layer.number("output_sequence_length", 0));
  const bool is_split = terms.search().split != TextSearch::Split::none;
  if (length < 1 && is_split)
    layer.refuse("gives as many numbers as the longest text of a batch has words (output_sequence_length=None)",
                 "build the layer with output_sequence_length: memory is planned before the model runs");
  if (!is_split) {
    const std::int64_t used = length < 1 ? texts : std::min<std::int64_t>(length, texts);
    std::vector<ValueId> places;
    for (std::int64_t i = 0; i < used; ++i) {
      const std::vector<ValueId> entry = terms.entries({.entries = 1, .in_order = true}, i, 1, 1);
      places.push_back(sum_of(layer, entry[0], entry[1], ".places"));
    }
    if (length > used) places.push_back(mask_places(layer, length - used));
    return joined(layer, std::move(places), ".texts");
  }
  std::optional<ValueId> all, used;
  for (const std::uint8_t words : terms.search().lengths) {
    const std::vector<ValueId> entry = terms.entries({.entries = length, .in_order = true}, 0, words, words);
    const ValueId places = sum_of(layer, entry[0], entry[1], ".places");
    all = all ? behind(layer, *all, *used, places, length) : places;
    const ValueId count = add_reduced(layer.graph, entry[1], ReduceFunction::sum, 0b10, layer.name + ".used");
    used = used ? add_functions(layer.graph, {MapFunction::add}, {*used, count}, layer.name + ".used") : count;
    Program limit;
    limit.then(MapFunction::minimum, DataType::int32, {input_of_program(0), limit.literal(length, DataType::int32)});
    used = layer.graph.add_map(limit, {*used}, layer.name + ".used");
  }
  return *all;
}

/// How often each place of the vocabulary is met, or whether.
ValueId counted(const KerasLayer& layer, const Terms& terms, const KerasVocabulary& vocabulary, std::int64_t texts,
                bool is_binary) {
  parameters::CountTerms p;
  p.binary = is_binary;
  p.entries = static_cast<std::int32_t>(std::min<std::int64_t>(vocabulary.places(), layer.graph.most_terms));
  const std::int64_t depth = vocabulary_depth(layer, vocabulary);
  std::optional<ValueId> all;
  const auto add = [&](std::int64_t column, unsigned shortest, unsigned longest) {
    const std::vector<ValueId> entries = terms.entries(p, column, shortest, longest);
    const ValueId row =
        add_scatter(layer.graph, {as_numbers(layer, entries[1]), entries[0], depth}, layer.name + ".row");
    const MapFunction function = is_binary ? MapFunction::maximum : MapFunction::add;
    all = all ? add_functions(layer.graph, {function}, {*all, row}, layer.name + ".rows") : row;
  };
  const std::vector<std::uint8_t>& lengths = terms.search().lengths;
  const bool is_range = terms.search().split == TextSearch::Split::whitespace && std::ranges::is_sorted(lengths) &&
                        lengths.back() - lengths.front() + 1 == std::ssize(lengths) &&
                        std::ranges::adjacent_find(lengths) == lengths.end();
  for (std::int64_t column = 0; column < texts; ++column)
    if (is_range) add(column, lengths.front(), lengths.back());
    else for (const std::uint8_t length : lengths) add(column, length, length);
  return *all;
}

}  // namespace

ValueId import_text_vectorization(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  refuse_sparse(layer);
  if (layer.flag("ragged", false)) layer.refuse("gives ragged tensors (ragged=True)", "build the model without");
  Graph& graph = layer.graph;
  const TensorType given = graph.type(inputs[0]);
  constexpr std::int64_t kMostTexts = 256;  // each becomes a layer
  const bool is_split = !choice_of(layer, "split", "whitespace").empty();
  if (given.type != DataType::string || given.size() > (is_split ? 1 : kMostTexts))
    layer.refuse("takes one text of a row apart", "give it an input of shape (1,) and dtype string");
  const std::string mode = layer.text("output_mode", "int");
  Json config = layer.config;
  config["mask_token"] = "", config["oov_token"] = "[UNK]";
  const KerasLayer lookup{graph, layer.class_name, layer.name, config, {}, layer.version};
  const KerasVocabulary vocabulary = keras_vocabulary(lookup);
  const std::int64_t texts = given.size();
  const Terms terms(layer, graph.add(reshape_to({1, texts}, layer.name), {inputs[0]}), vocabulary);
  if (mode == "int") return in_order(layer, terms, texts);
  if (mode != "multi_hot" && mode != "count" && mode != "tf_idf")
    layer.refuse("has the output_mode " + mode, "build the model with int, multi_hot, count or tf_idf");
  const ValueId counts = counted(layer, terms, vocabulary, texts, mode == "multi_hot");
  return mode == "tf_idf" ? weigh_counts(layer, vocabulary, counts) : counts;
}

}  // namespace nacre::tools
