#include "tools/sklearn/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/importer.hpp"
#include "tools/sklearn/parts.hpp"
#include "tools/sklearn/table.hpp"
#include "tools/sklearn/text.hpp"

namespace nacre::tools {
namespace {

/// Names that belong to no library that Nacre knows: they stand for somebody's own code.
std::optional<std::string> foreign_name(const Document& document) {
  constexpr std::string_view kKnown[] = {"sklearn",     "numpy",    "scipy",    "builtins",  "copyreg",
                                         "collections", "joblib",   "_codecs",  "pandas",    "xgboost",
                                         "lightgbm",    "catboost", "imblearn", "functools", "_loss",
                                         "datetime",    "operator", "keras",    "tensorflow"};
  for (NodeIndex node = 0; node < document.node_count(); ++node) {
    if (document.kind(node) != Kind::global) continue;
    const Global& global = document.global(node);
    const std::string_view root = global.module.substr(0, global.module.find('.'));
    if (std::find(std::begin(kKnown), std::end(kKnown), root) == std::end(kKnown))
      return std::string(global.module) + "." + std::string(global.name);
  }
  return std::nullopt;
}

/// The release that saved a model; imbalanced-learn's pipelines do not say it, but their steps do.
std::string saved_release(const Value& model) {
  if (const std::string version = text_of(model, "_sklearn_version"); !version.empty()) return version;
  const auto steps = model.find("steps");
  return steps && steps->size() > 0 ? saved_release(steps->at(steps->size() - 1).at(1)) : "";
}

/// joblib before 0.10 left arrays in files beside the pickle, which are not opened.
void refuse_other_files(const Document& document) {
  for (NodeIndex node = 0; node < document.node_count(); ++node)
    if (document.kind(node) == Kind::object && document.symbol(document.object(node).callee) == Symbol::file_wrapper)
      throw Refusal("", "its arrays lie in files of their own, as joblib before 0.10 wrote them",
                    "load it with the joblib that wrote it and save it with a newer one, or with compress=1");
}

ValueId add_model_input(Graph& graph, const Value& model, std::optional<std::int64_t>* width) {
  if (sklearn_class(model) == "LabelEncoder") {
    const Array classes = model.attribute("classes_").as_array();
    const ValueId labels = label_constants(graph, classes).front();
    const DataType type = classes.type() == ElementType::string ? DataType::string : graph.type(labels).type;
    const ValueId y = graph.add_input("y", {type, {1}});
    graph.inputs.back().refuses_missing = type == DataType::string;
    return y;
  }
  if (takes_documents(model)) return graph.add_input("X", {DataType::string, {1, 1}});
  std::optional<std::int64_t> features = feature_count(model);
  if (!features && width != nullptr) std::swap(features, *width);
  if (!features)
    model.refuse("does not say how many features it takes",
                 "state it with --shape 1,N where N is their number, or put the model behind it into a Pipeline with "
                 "it and save that");
  if (*features < 1 || *features > (1 << 26)) model.refuse(fmt::format("states {} features", *features));
  const ValueId x = add_rows(graph, model, *features);
  if (const Booster* const booster = find_booster(model)) graph.inputs.back().categories = booster->categories(model);
  return x;
}

/// The outcome of what comes before, as the model takes it.
ValueId follow(Graph& graph, const Value& model) {
  const Port before = graph.outputs.front();
  const TensorType& given = graph.type(before.value);
  const bool takes_labels = sklearn_class(model) == "LabelEncoder";
  if (!takes_labels && before.answers)
    model.refuse(model.class_name() + " would take the answers of a predictor for its features",
                 "convert each model separately, or give a transformer before a model");
  const std::int64_t features = takes_labels ? 0 : feature_count(model).value_or(given.last());
  if (!takes_labels && (given.type != DataType::float32 || given.shape.size() != 2 || given.last() != features))
    model.refuse(fmt::format("takes {} features where what comes before it gives {}", features, to_string(given)),
                 "check that both belong together, and their order");
  if (takes_labels &&
      (given.type == DataType::string) != (model.attribute("classes_").as_array().type() == ElementType::string))
    model.refuse("encodes other labels than the " + to_string(given) + " that comes before it",
                 "to decode what a model answers is not its work");
  graph.outputs.clear();
  return takes_labels ? before.value : in_order_of_names(graph, before.value, before.features, model);
}

void add_model(Graph& graph, const Value& model, std::optional<std::int64_t>* width) {
  const Estimator estimator{graph, model, ""};
  refuse_unreadable(estimator);
  const ValueId x = graph.inputs.empty() ? add_model_input(graph, model, width) : follow(graph, model);
  if (!is_predictor(model)) {
    const ValueId y = import_transform(estimator, x);
    if (graph.type(y).type == DataType::string)
      estimator.refuse("gives texts", "save it in a pipeline with what encodes them");
    graph.add_output("transform", y);
    graph.outputs.front().features = output_names(model, graph.type(y).last());
    return;
  }
  const Predictions made = import_predict(estimator, x);
  if (made.predict) graph.add_output("predict", *made.predict, made.labels);
  if (made.predict_proba) graph.add_output("predict_proba", *made.predict_proba, made.labels);
  for (std::size_t i = 0; i < made.targets.size(); ++i)
    graph.add_output(fmt::format("predict_proba[{}]", i), made.targets[i].value, made.targets[i].labels);
  if (made.decision_function)
    graph.add_output("decision_function", *made.decision_function,
                     graph.type(*made.decision_function).shape.size() > 1 && !made.decides_pairs
                         ? made.labels : std::vector<std::string>{});
  if (made.score_samples) graph.add_output("score_samples", *made.score_samples);
  if (made.distances) graph.add_output("distances", *made.distances);
  if (made.indices) graph.add_output("indices", *made.indices);
  if (made.transform) graph.add_output("transform", *made.transform);
  for (Port& output : graph.outputs) output.answers = true;
}

}  // namespace

void add_sklearn(Graph& graph, const Document& document, Keys& select, std::vector<std::string>* warnings,
                 std::optional<std::int64_t>* width) try {
  refuse_other_files(document);
  const std::vector<Value> models = choose_models(document.root(), select, warnings);
  graph.sources.push_back({"", "", "scikit-learn", ""});
  for (const Value& saved : models) {
    if (!saved.is_object())
      throw Refusal("", fmt::format("the file holds a {}, not a fitted model", saved.class_name()),
                    "save the fitted model itself");
    const Value model = unwrap(saved);
    if (const Booster* const booster = find_booster(model)) graph.sources.back() = booster->source(model);
    else graph.sources.back().library_version = saved_release(model);
    Obstacles obstacles;
    obstacles.attempt(part_name("", model), [&] { model.within([&] { add_model(graph, model, width); }); });
    obstacles.refuse_if_any();
  }
} catch (const Refusal& refusal) {
  const auto foreign = foreign_name(document);
  if (!foreign || std::string(refusal.what()).find(*foreign) != std::string::npos) throw;
  std::vector<Obstacle> obstacles = refusal.obstacles();
  obstacles.front().what += "; the file also names " + *foreign + ", which is code that cannot be read as data";
  throw Refusal(std::move(obstacles), refusal.parts());
}

}  // namespace nacre::tools
