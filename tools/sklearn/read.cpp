#include "tools/sklearn/read.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/importer.hpp"

namespace nacre::tools {
namespace {

struct Entry {
  std::string key;
  Value value;
};

/// A key as it is given on the command line: texts and whole numbers as they are, others by their position.
std::string key_text(const Value& key, std::size_t position) {
  if (key.is_string()) return key.as_string();
  return key.kind() == Kind::integer ? std::to_string(key.as_int()) : fmt::format("#{}", position);
}

/// What a dict, list or tuple holds, by key or position.
std::vector<Entry> entries_of(const Value& container) {
  std::vector<Entry> entries;
  if (container.kind() == Kind::dict) {
    for (const auto& [key, value] : container.items()) entries.push_back({key_text(key, entries.size()), value});
  } else {
    for (std::size_t i = 0; i < container.size(); ++i) entries.push_back({std::to_string(i), container.at(i)});
  }
  return entries;
}

std::string join(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries) text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", entry.key, entry.value.class_name());
  return text;
}

/// How to use what was left aside; encoders of labels belong behind a model, where nothing can follow.
std::string advise(const Entry& aside, const Entry& model) {
  if (sklearn_class(aside.value) == "LabelEncoder") return "it encodes labels, and the model answers with their numbers";
  return fmt::format("to put it before the model, give this file twice, with --select {} --select {}", aside.key, model.key);
}

/// The one model of a container: what the next key names, or one predictor beside any transformers, or
/// one transformer.
Value choose(const Value& container, Keys& select, std::vector<std::string>* warnings) {
  const std::vector<Entry> entries = entries_of(container);
  if (!select.empty()) {
    const auto is_meant = [&](const Entry& entry) { return entry.key == select.front(); };
    const auto found = std::find_if(entries.begin(), entries.end(), is_meant);
    if (std::count_if(entries.begin(), entries.end(), is_meant) > 1)
      throw Refusal("", "several keys read " + select.front() + ", one a number and one a text", "save the model itself");
    if (found != entries.end()) {
      select.pop_front();
      return found->value;
    }
  }
  std::vector<Entry> predictors, transformers;
  for (const Entry& entry : entries) {
    if (!entry.value.is_object()) continue;
    if (is_predictor(entry.value)) predictors.push_back(entry);
    else if (is_transformer(entry.value)) transformers.push_back(entry);
    else if (!sklearn_class(entry.value).empty()) predictors.push_back(entry);  // refused by name below
  }
  const std::vector<Entry>& candidates = predictors.empty() ? transformers : predictors;
  if (candidates.size() != 1 && !select.empty())
    throw Refusal("", "there is nothing under the key " + select.front(), "choose among: " + join(entries));
  if (candidates.empty())
    throw Refusal("", fmt::format("the file holds a {}, not a fitted model", container.class_name()), "save the fitted model itself");
  if (candidates.size() > 1)
    throw Refusal("", "the file holds several models: " + join(candidates), "choose one with --select KEY");
  for (const Entry& entry : transformers)
    if (!predictors.empty() && warnings != nullptr)
      warnings->push_back(fmt::format("left aside {} ({}): {}", entry.key, entry.value.class_name(), advise(entry, candidates.front())));
  return candidates.front().value;
}

/// Names that belong to no library that Nacre knows: they stand for somebody's own code.
std::optional<std::string> foreign_name(const Document& document) {
  constexpr std::string_view kKnown[] = {"sklearn", "numpy", "scipy", "builtins", "copyreg", "collections", "joblib", "_codecs",
                                         "pandas", "xgboost", "lightgbm", "functools", "_loss", "datetime", "operator", "keras", "tensorflow"};
  for (NodeIndex node = 0; node < document.node_count(); ++node) {
    if (document.kind(node) != Kind::global) continue;
    const Global& global = document.global(node);
    const std::string_view root = global.module.substr(0, global.module.find('.'));
    if (std::find(std::begin(kKnown), std::end(kKnown), root) == std::end(kKnown))
      return std::string(global.module) + "." + std::string(global.name);
  }
  return std::nullopt;
}

std::vector<std::string> feature_names(const Value& model) {
  const auto names = model.find("feature_names_in_");
  if (names && names->is_array()) return names->as_array().strings();
  if (const auto steps = model.find("steps"); steps && steps->size() > 0 && steps->at(0).at(1).is_object()) return feature_names(steps->at(0).at(1));
  return {};
}

ValueId add_model_input(Graph& graph, const Value& model) {
  if (sklearn_class(model) == "LabelEncoder") {
    const Array classes = model.attribute("classes_").as_array();
    const ValueId labels = label_constants(graph, classes).front();
    const DataType type = classes.type() == ElementType::string ? DataType::string : graph.type(labels).type;
    return graph.add_input("y", {type, {1}});
  }
  const std::optional<std::int64_t> features = feature_count(model);
  if (!features)
    model.refuse("does not say how many features it takes", "put the model behind it into a Pipeline with it and save that, or save it with scikit-learn 0.24 or later");
  if (*features < 1 || *features > (1 << 26)) model.refuse(fmt::format("states {} features", *features));
  return graph.add_input("X", {DataType::float32, {1, *features}}, feature_names(model));
}

/// The output of the files before, which the model must be able to take.
ValueId follow(Graph& graph, const Value& model) {
  const ValueId x = graph.outputs.front().value;
  const TensorType& given = graph.type(x);
  const bool takes_labels = sklearn_class(model) == "LabelEncoder";
  const std::int64_t features = takes_labels ? 0 : feature_count(model).value_or(given.last());
  if (!takes_labels && (given.type != DataType::float32 || given.shape.size() != 2 || given.last() != features))
    model.refuse(fmt::format("takes {} features where the file before gives {}", features, to_string(given)),
                 "check that the files belong together, and their order");
  if (takes_labels && (given.type == DataType::string) != (model.attribute("classes_").as_array().type() == ElementType::string))
    model.refuse("encodes other labels than the " + to_string(given) + " that the file before gives", "to decode what a model answers is not its work");
  graph.outputs.clear();
  return x;
}

void add_model(Graph& graph, const Value& model) {
  ValueId x = 0;
  if (graph.inputs.empty()) {
    x = add_model_input(graph, model);
  } else {
    x = follow(graph, model);
  }
  const Estimator estimator{graph, model, ""};
  if (is_transformer(model)) {
    graph.add_output("transform", import_transform(estimator, x));
    return;
  }
  const Predictions made = import_predict(estimator, x);
  if (made.predict) graph.add_output("predict", *made.predict, made.labels);
  if (made.predict_proba) graph.add_output("predict_proba", *made.predict_proba, made.labels);
  for (std::size_t i = 0; i < made.targets.size(); ++i)
    graph.add_output(fmt::format("predict_proba[{}]", i), made.targets[i].value, made.targets[i].labels);
  if (made.decision_function) graph.add_output("decision_function", *made.decision_function, graph.type(*made.decision_function).shape.size() > 1 ? made.labels : std::vector<std::string>{});
}

}  // namespace

void add_sklearn(Graph& graph, const Document& document, Keys& select, std::vector<std::string>* warnings) try {
  Value model = document.root();
  while (model.kind() == Kind::dict || model.is_sequence()) model = choose(model, select, warnings);
  if (!model.is_object())
    throw Refusal("", fmt::format("the file holds a {}, not a fitted model", model.class_name()), "save the fitted model itself");
  model = unwrap(model);
  const auto version = model.find("_sklearn_version");
  graph.sources.push_back({"", "", "scikit-learn", version && version->is_string() ? version->as_string() : ""});
  add_model(graph, model);
} catch (const Refusal& refusal) {
  const auto foreign = foreign_name(document);
  if (!foreign || std::string(refusal.what()).find(*foreign) != std::string::npos) throw;
  std::vector<Obstacle> obstacles = refusal.obstacles();
  obstacles.front().what += "; the file also names " + *foreign + ", which is code that cannot be read as data";
  throw Refusal(std::move(obstacles));
}

}  // namespace nacre::tools
