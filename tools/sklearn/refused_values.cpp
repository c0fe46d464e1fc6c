// Which estimators of which release take a missing value (NaN) and which an infinite one, as check_array has it in each
// of them: most raise for both, imputers and scalers take missing values, trees learned to.

#include "tools/sklearn/refused_values.hpp"

#include "tools/sklearn/table.hpp"

#include <algorithm>
#include <cmath>

#include "tools/sklearn/text.hpp"

namespace nacre::tools {
namespace {

struct Release {
  int major, minor;
};
constexpr Release kNever{1000, 0};

/// The first release that takes missing values; a class that is not listed never does.
struct FirstRelease {
  std::string_view name;
  Release takes_missing;
};
constexpr FirstRelease kTakesMissing[] = {
    {"StandardScaler", {0, 20}},        {"MinMaxScaler", {0, 20}},          {"MaxAbsScaler", {0, 20}},
    {"RobustScaler", {0, 20}},          {"DecisionTreeClassifier", {1, 3}}, {"DecisionTreeRegressor", {1, 3}},
    {"RandomForestClassifier", {1, 4}}, {"RandomForestRegressor", {1, 4}},  {"ExtraTreeClassifier", {1, 6}},
    {"ExtraTreeRegressor", {1, 6}},     {"ExtraTreesClassifier", {1, 6}},   {"ExtraTreesRegressor", {1, 6}},
    {"OneHotEncoder", {0, 24}},         {"OrdinalEncoder", {0, 24}},        {"TargetEncoder", {1, 3}},
    {"PowerTransformer", {0, 20}},      {"QuantileTransformer", {0, 20}},   {"HistGradientBoostingClassifier", {0, 22}},
    {"HistGradientBoostingRegressor", {0, 22}}, {"IsolationForest", {1, 6}},
    {"DictVectorizer", {0, 0}},
};

Release takes_missing_since(std::string_view name) {
  const FirstRelease* const row = std::find_if(std::begin(kTakesMissing), std::end(kTakesMissing),
                                               [&](const FirstRelease& r) { return r.name == name; });
  return row == std::end(kTakesMissing) ? kNever : row->takes_missing;
}

bool is_tree(std::string_view name) { return name.find("Tree") != name.npos || name.starts_with("RandomForest"); }

/// Trees take missing values with some options only. The trees of a forest have its own.
bool has_option_for_missing(const Value& tree) {
  const std::string criterion = text_of(tree, "criterion"), splitter = text_of(tree, "splitter");
  const std::string name = sklearn_class(tree);
  const bool is_extra = name.starts_with("Extra"), is_single = name.starts_with("DecisionTree") ||
                                                               name == "ExtraTreeClassifier" ||
                                                               name == "ExtraTreeRegressor";
  if (is_single && is_extra && splitter != "random") return false;
  if (!saved_before(tree, 1, 9)) return true;
  if (const auto monotonic = tree.find("monotonic_cst"); monotonic && !monotonic->is_none()) return false;
  if (is_single && !is_extra && splitter != "best" && saved_before(tree, 1, 6)) return false;
  constexpr std::string_view kCriteria[] = {"gini", "log_loss", "entropy", "squared_error", "friedman_mse", "poisson"};
  return std::find(std::begin(kCriteria), std::end(kCriteria), criterion) != std::end(kCriteria);
}

bool imputes_missing(const Value& value) {
  const auto missing = number_of(value, "missing_values");
  return !missing || std::isnan(*missing);
}

/// Bags leave it to what is in them, since 0.20.
bool bags(const Value& value, const std::string& name) {
  return name.starts_with("Bagging") && !saved_before(value, 0, 20);
}

bool takes_missing(const Value& value, const std::string& name) {
  if (hands_on(name) || bags(value, name)) return true;
  if (name == "Imputer" || name == "LabelEncoder" || find_booster(value) != nullptr) return true;
  if (name.ends_with("Imputer") || name == "MissingIndicator") return imputes_missing(value);
  if (name == "SplineTransformer") return text_of(value, "handle_missing") == "zeros";
  const Release since = takes_missing_since(name);
  return !saved_before(value, since.major, since.minor) && (!is_tree(name) || has_option_for_missing(value));
}

bool takes_infinite(const Value& value, const std::string& name) {
  if (name.starts_with("HistGradientBoosting")) return !saved_before(value, 0, 22);
  return hands_on(name) || bags(value, name) || name == "Imputer" || name == "LabelEncoder" ||
         name == "DictVectorizer" || find_booster(value) != nullptr;
}

/// Whether a layer says of numbers that they are equal, or greater: 1 or 0, and never NaN.
bool compares(const Node& node) {
  if (node.op() != Operator::map) return false;
  const MapFunction last = node.program.instructions.back().function;
  return last == MapFunction::equal || last == MapFunction::greater;
}

/// Whether no missing value passes a node: trees and encoders make something else of it, imputers fill it in.
bool stops_missing(const Node& node) {
  constexpr Operator kStops[] = {Operator::tree_ensemble, Operator::find_text, Operator::count_terms,
                                 Operator::hash_terms};  // an empty document is one
  return std::ranges::find(kStops, node.op()) != std::end(kStops) || compares(node) ||
         (node.op() == Operator::impute && std::isnan(node.as<parameters::Impute>().missing_value));
}

/// Whether a value of an input may come as far as `x`, past all nodes but those of which `stops` holds. A text that
/// is replaced where it is missing has been filled in.
template <typename Stops>
bool may_reach(const Graph& graph, ValueId input, ValueId x, Stops stops) {
  std::vector<bool> holds(graph.values.size());
  holds[input] = true;
  for (const Node& node : graph.nodes) {
    const bool held = !stops(node) && std::ranges::any_of(node.inputs, [&](ValueId given) { return holds[given]; });
    for (const ValueId output : node.outputs) holds[output] = held;
  }
  return std::ranges::any_of(columns_of(graph, x), [&](const Column& column) {
    const bool is_filled = std::ranges::any_of(column.replaced, [](const auto& pair) { return pair.first.empty(); });
    return holds[column.source] && !is_filled;
  });
}

}  // namespace

bool hands_on(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "ColumnTransformer", "DummyClassifier", "DummyRegressor", "FeatureUnion", "FunctionTransformer",
      "TransformedTargetRegressor", "VotingClassifier", "VotingRegressor", "StackingClassifier", "StackingRegressor",
      "CalibratedClassifierCV", "OneVsRestClassifier", "FixedThresholdClassifier", "TunedThresholdClassifierCV",
      "MultiOutputClassifier", "MultiOutputRegressor"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

void mark_refused_values(const Estimator& estimator, ValueId x) {
  const std::string name = sklearn_class(estimator.value);
  if (takes_documents(estimator.value)) return;
  const bool takes_missing_values = takes_missing(estimator.value, name);
  const bool takes_infinities = takes_infinite(estimator.value, name);
  GraphValue& read = estimator.graph.values[x];
  if (!takes_missing_values) read.refuses_missing = true;
  if (!takes_infinities) read.refuses_infinite = true;
  for (Port& input : estimator.graph.inputs) {
    const bool is_text = estimator.graph.type(input.value).type == DataType::string;
    if (!takes_missing_values && may_reach(estimator.graph, input.value, x, stops_missing))
      input.refuses_missing = true;
    if (!takes_infinities && !is_text && may_reach(estimator.graph, input.value, x, [](const Node&) { return false; }))
      input.refuses_infinite = true;
  }
}

}  // namespace nacre::tools
