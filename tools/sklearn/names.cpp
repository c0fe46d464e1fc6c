// The names of features: those that a model was fitted with, and those that a transformer's columns keep.

#include <algorithm>
#include <unordered_map>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/sklearn/dict_vectorizer.hpp"
#include "tools/sklearn/table.hpp"

namespace nacre::tools {
namespace {

/// Whether column i of what a transformer gives is its feature i.
bool keeps_columns(const Value& transformer) {
  const std::string name = sklearn_class(transformer);
  if (name == "SimpleImputer" || name == "Imputer") {
    const auto indicator = transformer.find("indicator_");
    return !indicator || indicator->is_none();
  }
  const SklearnClass* const row = find_sklearn_class(name);
  return row != nullptr && row->keeps_columns;
}

}  // namespace

std::vector<std::string> feature_names(const Value& model) {
  if (const Booster* const booster = find_booster(model)) return booster->feature_names(model);
  if (sklearn_class(model) == "DictVectorizer") {
    std::vector<std::string> columns;
    for (const DictColumn& column : dict_columns(model)) columns.push_back(column.name);
    return columns;
  }
  const auto names = model.find("feature_names_in_");
  if (names && names->is_array()) return names->as_array().strings();
  if (const auto steps = model.find("steps"); steps && steps->size() > 0 && steps->at(0).at(1).is_object())
    return feature_names(steps->at(0).at(1));
  return {};
}

std::vector<std::string> output_names(const Value& transformer, std::int64_t width) {
  const Value value = unwrap(transformer);
  std::vector<std::string> names = feature_names(value);
  if (const auto steps = value.find("steps"))
    for (std::size_t i = 0; i < steps->size(); ++i) {
      const Value step = steps->at(i).at(1);
      if (step.is_object() && !keeps_columns(unwrap(step))) return {};
    }
  else if (!keeps_columns(value)) return {};
  return names.size() == static_cast<std::size_t>(width) ? names : std::vector<std::string>{};
}

bool fits_before(const Value& transformer, const Value& model) {
  if (const std::string name = sklearn_class(unwrap(transformer)); name == "LabelEncoder" || name == "LabelBinarizer")
    return false;
  std::optional<std::int64_t> wanted, given;
  std::vector<std::string> names;
  try {
    wanted = feature_count(model);
  } catch (const Refusal&) {
    return false;  // the model is refused, whatever lies beside it
  }
  try {
    const Value value = unwrap(transformer);
    Graph graph;
    if (const auto features = feature_count(value)) {
      const ValueId x = add_rows(graph, value, *features);
      given = graph.type(import_transform({graph, value, ""}, x)).last();
      names = output_names(value, *given);
    }
  } catch (const Refusal&) {
    return true;  // nobody knows what it gives: the user must choose
  }
  if (given && wanted && *given != *wanted) return false;
  std::vector<std::string> own = feature_names(model);
  if (names.empty() || own.empty()) return true;
  std::sort(names.begin(), names.end());
  std::sort(own.begin(), own.end());
  return names == own;
}

ValueId in_order_of_names(Graph& graph, ValueId x, const std::vector<std::string>& given, const Value& model) {
  const std::vector<std::string> wanted = feature_names(model);
  if (given.empty() || wanted.empty() || given == wanted) return x;
  std::unordered_map<std::string, std::int64_t> place_of;
  for (std::size_t i = 0; i < given.size(); ++i) place_of.try_emplace(given[i], static_cast<std::int64_t>(i));
  std::vector<std::int64_t> places;
  for (const std::string& name : wanted) {
    const auto found = place_of.find(name);
    if (found == place_of.end())
      model.refuse(
          model.class_name() + " was fitted with a feature " + name + ", which what comes before it does not give",
          "check that the files belong together; both tell the names of their features");
    places.push_back(found->second);
  }
  return add_selection(graph, x, std::move(places), "feature_names");
}

}  // namespace nacre::tools
