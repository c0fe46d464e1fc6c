// Places in a vocabulary: IntegerLookup, StringLookup.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "tools/estimators/estimator.hpp"
#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/encode.hpp"
#include "tools/keras/lookup.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Json = nlohmann::json;

constexpr std::int64_t kMostTokens = 1 << 16;

}  // namespace

KerasVocabulary keras_vocabulary(const KerasLayer& layer) {
  const auto stated = layer.config.find("vocabulary");
  if (stated == layer.config.end() || !stated->is_array() || stated->empty())
    layer.refuse("has a vocabulary that the file does not hold",
                 "save the model as .keras, which holds it, or build the layer with vocabulary=");
  KerasVocabulary result;
  result.others = static_cast<std::int64_t>(layer.number("num_oov_indices", 1));
  const Json mask = layer.config.value("mask_token", Json());
  if (!mask.is_null() && layer.text("output_mode", "int") == "int") result.mask = mask, result.first_other = 1;
  result.tokens = *stated;
  // A vocabulary may begin with the tokens that the layer has beside it.
  Json special = Json::array();
  if (result.mask) special.push_back(mask);
  for (std::int64_t i = 0; i < result.others; ++i) special.push_back(layer.config.value("oov_token", Json()));
  const bool has_special = !special.empty() && result.tokens.size() >= special.size() &&
                           std::equal(special.begin(), special.end(), result.tokens.begin());
  if (has_special)
    result.tokens.erase(result.tokens.begin(), result.tokens.begin() + static_cast<std::ptrdiff_t>(special.size()));
  else if (result.mask && result.tokens.front() == mask)
    result.tokens.erase(result.tokens.begin());
  if (result.others < 0 || result.places() > kMostTokens)
    layer.refuse(fmt::format("has {} tokens, more than Nacre computes", result.tokens.size()),
                 "build the layer with fewer");
  return result;
}

std::int64_t vocabulary_depth(const KerasLayer& layer, const KerasVocabulary& vocabulary) {
  const bool pads = layer.flag("pad_to_max_tokens", false);
  const std::int64_t depth = pads ? static_cast<std::int64_t>(layer.number("max_tokens", 0)) : vocabulary.places();
  if (depth < vocabulary.places()) layer.refuse("has more tokens than max_tokens");
  return depth;
}

ValueId find_texts(const KerasLayer& layer, ValueId x, std::vector<std::string> texts, bool refuses_others) {
  Graph& graph = layer.graph;
  if (!refuses_others) texts.emplace_back();  // stands for the others, whatever it is
  const auto count = static_cast<std::int64_t>(texts.size());
  std::vector<ValueId> inputs = label_constants(graph, Array({count}, std::move(texts)));
  inputs.insert(inputs.begin(), {graph.add(reshape_to({graph.type(x).size(), 1}, layer.name), {x}),
                                 graph.add_constant(Array::of(ElementType::int32, {1, 2},
                                                              std::vector<std::int64_t>{0, count}), DataType::int32)});
  return graph.add(parameters::FindText{.refuses_others = refuses_others}, std::move(inputs), layer.name + ".find");
}

namespace {

/// Place of each number: the sum of what the tokens that it equals say.
ValueId place_of_numbers(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary) {
  Graph& graph = layer.graph;
  std::vector<double> tokens, places;
  const auto add = [&](const Json& token, std::int64_t place) {
    if (!token.is_number()) layer.refuse("has the token " + token.dump() + ", which is no number");
    if (std::abs(token.get<double>()) > (1 << 24))
      layer.refuse("has the token " + token.dump() + ", which float32 does not hold", "number the tokens anew");
    tokens.push_back(token.get<double>()), places.push_back(static_cast<double>(place));
  };
  if (vocabulary.mask) add(*vocabulary.mask, 0);
  for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
    add(vocabulary.tokens[i], vocabulary.first() + static_cast<std::int64_t>(i));
  const auto count = static_cast<std::int64_t>(tokens.size());
  Dimensions shape = graph.shape(x);
  const unsigned last = 1u << shape.size();
  shape.push_back(1);
  const ValueId one = add_reshape(graph, x, {shape.begin() + 1, shape.end()}, "");
  const ValueId equal = add_functions(graph, {MapFunction::equal}, {one, graph.add_constant({count}, tokens)},
                                      layer.name + ".equal");
  const ValueId known = add_reduced(graph, equal, ReduceFunction::maximum, last, layer.name + ".known"),
                place = add_reduced(graph,
                                    add_functions(graph, {MapFunction::multiply},
                                                  {equal, graph.add_constant({count}, places)}, layer.name + ".places"),
                                    ReduceFunction::sum, last, layer.name + ".place");
  // Of others: their remainder by the number of places for them; without such, a place that no table has.
  ValueId other = one;
  if (vocabulary.others > 1)
    other = add_function_with(graph, MapFunction::remainder, one, static_cast<double>(vocabulary.others),
                              layer.name + ".remainder");
  else
    other = graph.add_constant({1}, {0.0});
  const double first = vocabulary.others > 0 ? static_cast<double>(vocabulary.first_other) : -1;
  const ValueId beside = add_function_with(graph, MapFunction::add, other, first, layer.name + ".other");
  const ValueId y = add_functions(graph, {MapFunction::where}, {known, place, beside}, layer.name);
  shape.pop_back();
  const ValueId flat = add_reshape(graph, y, {shape.begin() + 1, shape.end()}, "");
  if (vocabulary.others > 0) return flat;
  // A table of all places by which a place below 0 is no index.
  std::vector<double> all(static_cast<std::size_t>(vocabulary.places()));
  std::iota(all.begin(), all.end(), 0.0);
  return graph.add(parameters::Gather{}, {graph.add_constant({vocabulary.places()}, all), as_integers(layer, flat)},
                   layer.name);
}

/// y, with a place by its hash for each text x whose place in it is -1.
ValueId with_hashed_others(const KerasLayer& layer, ValueId x, ValueId y, const KerasVocabulary& vocabulary) {
  const ValueId hash = add_hash(layer, {.bins = static_cast<std::int32_t>(vocabulary.others)}, x),
                other = add_function_with(layer.graph, MapFunction::add, as_numbers(layer, hash),
                                          static_cast<double>(vocabulary.first_other), layer.name + ".other");
  const ValueId is_other = add_function_with(layer.graph, MapFunction::equal, y, -1, layer.name + ".unknown");
  return add_functions(layer.graph, {MapFunction::where}, {is_other, other, y}, layer.name);
}

/// Place of each text, found among the sorted ones.
ValueId place_of_texts(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary) {
  Graph& graph = layer.graph;
  if (graph.type(x).type != DataType::string) layer.refuse("looks up texts, and gets numbers");
  std::map<std::string, std::int64_t> places;
  const auto add = [&](const Json& token, std::int64_t place) {
    if (!token.is_string()) layer.refuse("has the token " + token.dump() + ", which is no text");
    places.try_emplace(token.get<std::string>(), place);
  };
  if (vocabulary.mask) add(*vocabulary.mask, 0);
  for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
    add(vocabulary.tokens[i], vocabulary.first() + static_cast<std::int64_t>(i));
  std::vector<std::string> list;
  std::vector<double> meaning;
  for (const auto& [text, place] : places) list.push_back(text), meaning.push_back(static_cast<double>(place));
  const bool refuses = vocabulary.others == 0;
  if (!refuses) meaning.push_back(vocabulary.others > 1 ? -1 : static_cast<double>(vocabulary.first_other));
  const ValueId found = find_texts(layer, x, std::move(list), refuses),
                table = graph.add_constant({static_cast<std::int64_t>(meaning.size())}, meaning),
                place = graph.add(parameters::Gather{}, {table, found}, layer.name);
  const ValueId y = graph.add(reshape_to(graph.shape(x), layer.name), {place});
  return vocabulary.others > 1 ? with_hashed_others(layer, x, y, vocabulary) : y;
}

Array integer_tokens(const KerasLayer& layer, const std::vector<Json>& tokens) {
  std::vector<std::int32_t> numbers;
  for (const Json& token : tokens) {
    const auto number = token.get<std::int64_t>();
    if (number != static_cast<std::int32_t>(number))
      layer.refuse("has the token " + token.dump() + ", which int32 does not hold", "number the tokens anew");
    numbers.push_back(static_cast<std::int32_t>(number));
  }
  const auto count = static_cast<std::int64_t>(numbers.size());
  return Array::from({count}, std::move(numbers));
}

/// The token of each place: of those that the vocabulary has not, oov_token.
ValueId tokens_of_places(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary) {
  Graph& graph = layer.graph;
  const bool is_text = layer.class_name == "StringLookup";
  const Json other = layer.config.value("oov_token", is_text ? Json("[UNK]") : Json(-1));
  const std::int64_t places = vocabulary.places();
  std::vector<Json> tokens(static_cast<std::size_t>(places + 2), other);  // with one for places before and behind
  if (vocabulary.mask) tokens[1] = *vocabulary.mask;
  std::copy(vocabulary.tokens.begin(), vocabulary.tokens.end(), tokens.begin() + 1 + vocabulary.first());
  for (const Json& token : tokens)
    if (is_text ? !token.is_string() : !token.is_number_integer())
      layer.refuse("has the token " + token.dump() + ", which is none of its type");
  Program index;
  const auto real = DataType::float32;
  index.then(MapFunction::clamp, real, {input_of_program(0), index.literal(-1, real),
                                        index.literal(static_cast<double>(places), real)});
  index.then(MapFunction::add, real, {kOutputOfProgram, index.literal(1, real)});
  index.instructions.push_back({MapFunction::cast, real, DataType::int32, {kOutputOfProgram}});
  const ValueId place = graph.add_map(index, {as_numbers(layer, x)}, layer.name + ".index");
  if (!is_text) return add_lookup(graph, graph.add_constant(integer_tokens(layer, tokens), DataType::int32), place,
                                  layer.name);
  std::vector<std::string> texts;
  for (const Json& token : tokens) texts.push_back(token.get<std::string>());
  std::vector<ValueId> inputs = label_constants(graph, Array({places + 2}, std::move(texts)));
  inputs.insert(inputs.begin(), place);
  return graph.add(parameters::LabelDecode{}, std::move(inputs), layer.name);
}

/// Rows to try the model on have tokens that it knows, where it has no place for others.
void sample_tokens(const KerasLayer& layer, ValueId x, const KerasVocabulary& vocabulary) {
  Graph& graph = layer.graph;
  const auto port = std::ranges::find(graph.inputs, x, &Port::value);
  if (port == graph.inputs.end() || vocabulary.others > 0) return;
  Samples known;
  for (const Json& token : vocabulary.tokens)
    if (token.is_string()) known.texts.push_back(token.get<std::string>());
    else if (token.is_number()) known.numbers.push_back(token.get<double>());
  for (std::int64_t i = 0; i < graph.type(x).size(); ++i) port->samples.try_emplace(i, known);
}

}  // namespace

ValueId weigh_counts(const KerasLayer& layer, const KerasVocabulary& vocabulary, ValueId counts) {
  const Json stated = layer.config.value("idf_weights", Json());
  if (!stated.is_array() || stated.size() != vocabulary.tokens.size())
    layer.refuse("has idf_weights that the configuration does not hold",
                 "build the layer with vocabulary= and idf_weights=");
  std::vector<double> weights;
  for (const Json& one : stated) weights.push_back(one.is_number() ? one.get<double>() : 0);
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
  weights.insert(weights.begin(), static_cast<std::size_t>(vocabulary.first()), mean);
  const std::int64_t depth = layer.graph.type(counts).last();
  weights.resize(static_cast<std::size_t>(depth), 0.0);
  return add_functions(layer.graph, {MapFunction::multiply},
                       {counts, layer.graph.add_constant({depth}, std::move(weights))}, layer.name + ".tf_idf");
}

ValueId import_lookup(const KerasLayer& layer, const Ids& inputs) {
  refuse_sparse(layer);
  const KerasVocabulary vocabulary = keras_vocabulary(layer);
  if (layer.flag("invert", false)) return tokens_of_places(layer, inputs[0], vocabulary);
  sample_tokens(layer, inputs[0], vocabulary);
  ValueId x = layer.class_name == "StringLookup" ? place_of_texts(layer, inputs[0], vocabulary)
                                                 : place_of_numbers(layer, as_numbers(layer, inputs[0]), vocabulary);
  const std::string mode = layer.text("output_mode", "int");
  if (mode == "int") {
    Program to_integers;
    to_integers.instructions.push_back({MapFunction::cast, DataType::float32, DataType::int32, {input_of_program(0)}});
    return layer.graph.add_map(to_integers, {x}, layer.name + ".index");
  }
  x = encoded(layer, x, vocabulary_depth(layer, vocabulary), mode == "tf_idf" ? "count" : mode);
  return mode == "tf_idf" ? weigh_counts(layer, vocabulary, x) : x;
}

}  // namespace nacre::tools
