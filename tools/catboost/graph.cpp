#include "tools/catboost/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using O = Operand::Kind;

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool classifies(const CatboostModel& model) {
  return is_one_of(model.loss, {"Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll"});
}

/// Losses whose regressor answers with e to the score.
bool has_positive_answers(const CatboostModel& model) { return is_one_of(model.loss, {"Poisson", "Tweedie"}); }

/// Losses whose regressor answers with the score itself.
bool keeps_score(const CatboostModel& model) {
  return is_one_of(model.loss, {"", "RMSE", "MAE", "Quantile", "MAPE", "LogLinQuantile", "Lq", "Huber", "Expectile",
                                "MultiRMSE", "MultiQuantile", "YetiRank", "YetiRankPairwise", "PairLogit",
                                "PairLogitPairwise", "QueryRMSE", "QuerySoftMax", "GroupQuantile", "LogCosh",
                                "StochasticRank", "LambdaMart", "MultiRMSEWithMissingValues"});
}

void require_known_loss(const CatboostModel& model) {
  if (!classifies(model) && !keeps_score(model) && !has_positive_answers(model))
    throw Refusal("", "has the loss " + model.loss + ", which is not known", "train it with a loss of CatBoost 1.2");
}

/// What can be said of a model's parts before any is converted: all of it at once.
void require_known_parts(const CatboostModel& model) {
  Obstacles parts;
  const std::size_t numbers = model.feature_names.size();
  if (numbers > 0) parts.attempt(fmt::format("{} columns of numbers", numbers), [] {});
  for (const std::string& hashed : model.hashed)
    parts.attempt(hashed, [] {
      throw Refusal("", "was trained on categories, texts or embeddings, of which CatBoost makes numbers of its own",
                    "encode the categories as numbers before training, or train it on the other columns");
    });
  const std::string trees = fmt::format("{} trees", model.trees.size());
  if (model.hashed.empty()) parts.attempt(trees, [] {});
  else parts.leave(trees);
  parts.attempt("loss " + (model.loss.empty() ? "not stated" : model.loss), [&] { require_known_loss(model); });
  parts.refuse_if_any();
}

/// The scores: float64 [1, outputs].
ValueId add_scores(Graph& graph, ValueId x, const CatboostModel& model, const std::string& name) {
  const auto width = static_cast<std::size_t>(model.outputs);
  std::vector<double> bias = model.bias;
  if (bias.empty()) bias = {0};
  if (bias.size() == 1) bias.resize(width, bias[0]);
  if (bias.size() != width) malformed_catboost("has another number of biases than of outputs");
  Forest forest(graph.type(x).last(), model.outputs, model.outputs, TreeArithmetic::float64_sums);
  const auto leaf = [&](std::int64_t row) {
    if (row < 0 || static_cast<std::size_t>(row) >= model.leaf_values.size() / width)
      malformed_catboost("a tree has a leaf that does not exist");
    return std::span<const double>(model.leaf_values).subspan(static_cast<std::size_t>(row) * width, width);
  };
  for (const CatboostTree& tree : model.trees)
    forest.add(tree.nodes, 0, [&](std::size_t node) { return leaf(tree.leaf_row[node]); });
  if (model.trees.empty()) malformed_catboost("has no trees");
  const ValueId sums = forest.finish(graph, x, 1, name);
  Program program;
  if (model.scale != 1)
    program.then(F::multiply, DataType::float64, {{O::input, 0}, program.literal(model.scale, DataType::float64)});
  if (std::ranges::all_of(bias, [](double b) { return b == 0; }))
    return program.empty() ? sums : graph.add_map(std::move(program), {sums}, name + ".scale");
  const Operand product = program.empty() ? Operand{O::input, 0} : Operand{O::output};
  program.then(F::add, DataType::float64, {product, {O::input, 1}});
  const ValueId biases = graph.add_constant(Array::from({1, model.outputs}, std::move(bias)), DataType::float64);
  return graph.add_map(std::move(program), {sums, biases}, name + ".bias");
}

ValueId narrowed(Graph& graph, ValueId scores, const std::string& name) {
  parameters::Cast table;
  table.type = DataType::float32;
  return graph.add(table, {scores}, name + ".float32");
}

/// Where training kept none, classes count from 0.
Array labels_of_model(const CatboostModel& model) {
  const std::int64_t count = std::max<std::int64_t>(model.outputs, 2);
  if (model.labels.size() == 0 || model.labels.shape().empty()) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
    return Array::of(ElementType::int64, {count}, numbers);
  }
  if (static_cast<std::int64_t>(model.labels.size()) != count) malformed_catboost("has other classes than outputs");
  return model.labels;
}

/// The labels of classes: of two, 1 where the score is positive.
ValueId add_labels(const Estimator& estimator, ValueId scores, const Array& labels) {
  Graph& graph = estimator.graph;
  if (graph.type(scores).last() > 1)
    return decode_labels(estimator, labels, graph.add(parameters::ArgMax{}, {scores}, estimator.name + ".largest"));
  Program above, narrow;
  const Operand zero = above.literal(0, DataType::float64);
  above.then(F::greater, DataType::float64, {{O::input, 0}, zero});
  narrow.instructions.push_back({F::cast, DataType::float64, DataType::int32, {{O::input, 0}}});
  const ValueId one = graph.add_map(std::move(above), {scores}, estimator.name + ".above");
  const ValueId index = graph.add_map(std::move(narrow), {one}, estimator.name + ".index");
  return decode_labels(estimator, labels, as_vector(estimator, index));
}

ValueId add_probabilities(const Estimator& estimator, ValueId scores, const CatboostModel& model) {
  Graph& graph = estimator.graph;
  const ValueId y = narrowed(graph, scores, estimator.name);
  if (model.loss == "MultiClass") return graph.add(parameters::Softmax{}, {y}, estimator.name + ".softmax");
  if (graph.type(y).last() > 1)
    return add_activation(graph, y, ActivationFunction::sigmoid, estimator.name + ".sigmoid");
  return add_activation(graph, both_signs(estimator, y), ActivationFunction::sigmoid, estimator.name + ".sigmoid");
}

std::vector<std::string> names_of(const CatboostModel& model) {
  const bool has_names = std::ranges::none_of(model.feature_names, &std::string::empty) &&
                         static_cast<std::int64_t>(model.feature_names.size()) == model.features;
  return has_names ? model.feature_names : std::vector<std::string>{};
}

CatboostModel model_of(const Value& value) {
  const Value saved = value.attribute("__model");
  if (saved.kind() != Kind::bytes) saved.refuse("holds no model", "save the model after it has been fitted");
  return saved.within([&] { return read_catboost_binary(value.document().buffer(saved.node()).bytes()); });
}

}  // namespace

Predictions add_catboost(const Estimator& estimator, ValueId x, const CatboostModel& model) {
  Graph& graph = estimator.graph;
  require_known_parts(model);
  if (model.features < 1 || graph.type(x).last() != model.features)
    malformed_catboost("asks for other features than it states");
  const ValueId scores = add_scores(graph, x, model, estimator.name);
  Predictions result;
  if (classifies(model)) {
    const Array labels = labels_of_model(model);
    result.labels = label_texts(labels);
    result.predict = add_labels(estimator, scores, labels);
    result.predict_proba = add_probabilities(estimator, scores, model);
    return result;
  }
  ValueId y = narrowed(graph, scores, estimator.name);
  if (has_positive_answers(model))
    y = add_activation(graph, y, ActivationFunction::exponential, estimator.name + ".exponential");
  result.predict = model.outputs == 1 ? as_vector(estimator, y) : y;
  return result;
}

Graph catboost_graph(const CatboostModel& model) {
  require_known_parts(model);
  if (model.features < 1) malformed_catboost("asks for no features");
  Graph graph;
  graph.sources.push_back({"", "", "CatBoost", model.release});
  const ValueId x = graph.add_input("X", {DataType::float32, {1, model.features}}, names_of(model));
  const Document none{Buffer()};
  const Predictions made = add_catboost({graph, Value(none, kNone), "catboost"}, x, model);
  graph.add_output("predict", *made.predict, made.labels);
  if (made.predict_proba) graph.add_output("predict_proba", *made.predict_proba, made.labels);
  for (Port& output : graph.outputs) output.answers = true;
  return graph;
}

Predictions predict_catboost(const Estimator& estimator, ValueId x) {
  return add_catboost(estimator, x, model_of(estimator.value));
}

std::int64_t catboost_features(const Value& value) { return model_of(value).features; }

std::vector<std::string> catboost_feature_names(const Value& value) { return names_of(model_of(value)); }

std::vector<Categories> catboost_categories(const Value&) { return {}; }

SourceFile catboost_source(const Value& value) { return {"", "", "CatBoost", model_of(value).release}; }

}  // namespace nacre::tools
