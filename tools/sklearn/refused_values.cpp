// Which estimators of which release take a missing value (NaN) and which an infinite one, as check_array has it in each
// of them: most raise for both, imputers and scalers take missing values, trees learned to.

#include "tools/sklearn/refused_values.hpp"

#include <algorithm>
#include <cmath>

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

/// Those that hand rows on as they come, to models which judge them.
bool hands_on(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "ColumnTransformer", "FeatureUnion", "FunctionTransformer", "TransformedTargetRegressor", "VotingClassifier",
      "VotingRegressor", "StackingClassifier", "StackingRegressor", "CalibratedClassifierCV", "OneVsRestClassifier",
      "FixedThresholdClassifier", "TunedThresholdClassifierCV", "MultiOutputClassifier", "MultiOutputRegressor"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool takes_missing(const Value& value, const std::string& name) {
  if (hands_on(name)) return true;
  if (name == "Imputer" || name == "LabelEncoder" || find_booster(value) != nullptr) return true;
  if (name == "SimpleImputer" || name == "MissingIndicator") return imputes_missing(value);
  const Release since = takes_missing_since(name);
  return !saved_before(value, since.major, since.minor) && (!is_tree(name) || has_option_for_missing(value));
}

bool takes_infinite(const Value& value, const std::string& name) {
  return hands_on(name) || name == "Imputer" || name == "LabelEncoder" || find_booster(value) != nullptr;
}

/// Whether a missing value of an input may come as far as `x`.
bool missing_may_reach(const Graph& graph, ValueId x) {
  std::vector<bool> holds_missing(graph.values.size());
  for (const Port& input : graph.inputs) holds_missing[input.value] = true;
  for (const Node& node : graph.nodes) {
    const bool stops = node.op() == Operator::tree_ensemble ||
                       (node.op() == Operator::impute && std::isnan(node.as<parameters::Impute>().missing_value));
    const bool holds = !stops && std::any_of(node.inputs.begin(), node.inputs.end(),
                                             [&](ValueId input) { return holds_missing[input]; });
    for (const ValueId output : node.outputs) holds_missing[output] = holds;
  }
  return holds_missing[x];
}

}  // namespace

void mark_refused_values(const Estimator& estimator, ValueId x) {
  const std::string name = sklearn_class(estimator.value);
  const bool refuses_missing = !takes_missing(estimator.value, name) && missing_may_reach(estimator.graph, x);
  for (Port& input : estimator.graph.inputs) {
    input.refuses_missing |= refuses_missing;
    input.refuses_infinite |= !takes_infinite(estimator.value, name);
  }
}

}  // namespace nacre::tools
