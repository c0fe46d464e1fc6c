// HistGradientBoostingClassifier and HistGradientBoostingRegressor: trees with float64 thresholds, missing values and
// categories.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/steps.hpp"
#include "tools/trees/forest.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// A set of a tree: 256 codes in 8 words.
using Bits = std::vector<std::uint32_t>;

/// Columns of categories as training found them: by the model's column, the codes that it knows.
class KnownCodes {
 public:
  explicit KnownCodes(const Estimator& estimator) {
    const auto mapper = estimator.value.find("_bin_mapper");
    const auto flags = mapper ? mapper->find("is_categorical_") : std::nullopt;
    if (!flags || flags->is_none()) return;
    const std::vector<std::uint8_t> is_categorical = flags->as_array().to<std::uint8_t>();
    const Value thresholds = mapper->attribute("bin_thresholds_");
    codes_.resize(is_categorical.size());
    for (std::size_t i = 0; i < is_categorical.size(); ++i) {
      if (is_categorical[i] == 0) continue;
      codes_[i].resize(kWords);
      for (const double code : thresholds.at(i).as_doubles()) {
        if (!(code >= 0 && code < 32 * kWords)) estimator.refuse("knows a category of no code", "save the model again");
        const auto c = static_cast<std::size_t>(code);
        codes_[i][c / 32] |= 1u << c % 32;
      }
    }
  }

  static constexpr std::size_t kWords = 8;

  /// Whether a column of the `width` that the trees read has any.
  std::vector<std::uint8_t> columns(std::size_t width) const {
    std::vector<std::uint8_t> has(width);
    for (std::size_t i = 0; i < std::min(width, codes_.size()); ++i) has[i] = !codes_[i].empty();
    return has;
  }

  const Bits& of(const Estimator& estimator, std::int64_t column) const {
    if (column < 0 || static_cast<std::size_t>(column) >= codes_.size() ||
        codes_[static_cast<std::size_t>(column)].empty())
      estimator.refuse("asks for categories of a column that has none", "save the model again");
    return codes_[static_cast<std::size_t>(column)];
  }

 private:
  std::vector<Bits> codes_;
};

/// A code that training has not met, or a negative one, counts as missing. Where missing values go left the codes that
/// go right are the set, and the children change places.
void add_set(TreeNodes& nodes, std::size_t node, const Bits& left, const Bits& known) {
  CategorySet set{-std::numeric_limits<float>::denorm_min(), left};
  if (nodes.missing_left[node] != 0) {
    for (std::size_t w = 0; w < set.bits.size(); ++w) set.bits[w] = known[w] & ~left[w];
    std::swap(nodes.left[node], nodes.right[node]);
    nodes.missing_left[node] = 0;
  }
  nodes.set[node] = static_cast<std::int32_t>(nodes.sets.size());
  nodes.sets.push_back(std::move(set));
}

struct Tree {
  TreeNodes nodes;
  std::vector<double> values;
};

Tree read_tree(const Estimator& estimator, const Value& predictor, const KnownCodes& known) {
  const Value saved = predictor.attribute("nodes");
  const NumpyArray& array = saved.numpy();
  const auto has = [&](std::string_view field) { return array.type->find(std::string(field)) != nullptr; };
  return saved.within([&] {
    Tree tree{{}, array.numbers<double>("value")};
    TreeNodes& nodes = tree.nodes;
    nodes.left = array.numbers<std::int64_t>("left");
    nodes.right = array.numbers<std::int64_t>("right");
    nodes.feature = array.numbers<std::int64_t>("feature_idx");
    nodes.threshold = array.numbers<double>(has("num_threshold") ? "num_threshold" : "threshold");
    const std::size_t count = nodes.left.size();
    nodes.missing_left = has("missing_go_to_left") ? array.numbers<std::uint8_t>("missing_go_to_left")
                                                   : std::vector<std::uint8_t>(count);
    const std::vector<std::uint8_t> is_leaf = array.numbers<std::uint8_t>("is_leaf");
    for (std::size_t n = 0; n < count; ++n)
      if (is_leaf[n] != 0) nodes.left[n] = nodes.right[n] = -1;
    if (!has("is_categorical")) return tree;
    const std::vector<std::uint8_t> is_set = array.numbers<std::uint8_t>("is_categorical");
    const std::vector<std::int64_t> index = array.numbers<std::int64_t>("bitset_idx");
    const std::vector<std::int64_t> words = predictor.attribute("raw_left_cat_bitsets").as_array().to<std::int64_t>();
    if (std::none_of(is_set.begin(), is_set.end(), [](auto flag) { return flag != 0; })) return tree;
    nodes.set.assign(count, -1);
    for (std::size_t n = 0; n < count; ++n) {
      if (is_set[n] == 0 || is_leaf[n] != 0) continue;
      const auto first = static_cast<std::size_t>(index[n]) * KnownCodes::kWords;
      if (index[n] < 0 || first + KnownCodes::kWords > words.size())
        estimator.refuse("has a tree whose categories do not fit its nodes", "save the model again");
      const auto begin = words.begin() + static_cast<std::ptrdiff_t>(first);
      add_set(nodes, n, Bits(begin, begin + KnownCodes::kWords), known.of(estimator, nodes.feature[n]));
    }
    return tree;
  });
}

/// Thresholds are quantiles of the training rows where a column has many numbers: those on them go left.
void allow_for_powers(TreeNodes& nodes, const std::vector<ColumnPath>& paths) {
  for (std::size_t n = 0; n < nodes.left.size(); ++n) {
    const bool asks = nodes.left[n] >= 0 && (nodes.set.empty() || nodes.set[n] < 0);
    if (!asks) continue;
    const auto feature = static_cast<std::size_t>(nodes.feature[n]);
    if (feature < paths.size()) nodes.threshold[n] += doubt_around(paths[feature], nodes.threshold[n]);
  }
}

/// The categories of a column, ascending numbers without the missing one.
std::vector<double> categories_of(const Estimator& estimator, const Value& saved) {
  const Array array = saved.as_array();
  if (array.type() == ElementType::string)
    estimator.refuse("takes categories that are texts", "give their numbers to training: pandas' cat.codes");
  std::vector<double> numbers = array.to<double>();
  while (!numbers.empty() && std::isnan(numbers.back())) numbers.pop_back();
  return numbers;
}

/// The columns as the trees take them: since 1.4 those of categories come first, as codes.
ValueId coded_columns(const Estimator& estimator, ValueId x) {
  const auto preprocessor = estimator.value.find("_preprocessor");
  if (!preprocessor || preprocessor->is_none()) return x;
  const std::vector<std::uint8_t> is_categorical =
      estimator.value.attribute("is_categorical_").as_array().to<std::uint8_t>();
  if (static_cast<std::int64_t>(is_categorical.size()) != estimator.graph.type(x).last())
    estimator.refuse("was fitted with another number of features", "save the model again");
  std::vector<std::int64_t> codes, numbers;
  for (std::size_t i = 0; i < is_categorical.size(); ++i)
    (is_categorical[i] != 0 ? codes : numbers).push_back(static_cast<std::int64_t>(i));
  const Algebra algebra(estimator);
  const Value categories = preprocessor->attribute("transformers_").at(0).at(1).attribute("categories_");
  std::vector<StepFunction> places;
  for (std::size_t i = 0; i < codes.size(); ++i)
    places.push_back(place_function(codes[i], categories_of(estimator, categories.at(i))));
  std::vector<ValueId> parts;
  if (!places.empty()) parts.push_back(rounded_step_values(estimator, x, places));
  if (!numbers.empty()) parts.push_back(algebra.columns(x, numbers));
  return algebra.join(parts);
}

/// Codes in one byte, as releases before 1.4 read them where training has not: 256 is 0, and -1 is 255.
ValueId codes_in_bytes(const Estimator& estimator, ValueId x, const KnownCodes& known) {
  const auto width = static_cast<std::size_t>(estimator.graph.type(x).last());
  const std::vector<std::uint8_t> is_code = known.columns(width);
  std::vector<std::int64_t> codes, numbers, order(width);
  for (std::size_t i = 0; i < width; ++i) (is_code[i] != 0 ? codes : numbers).push_back(static_cast<std::int64_t>(i));
  if (codes.empty() || !saved_before(estimator.value, 1, 4)) return x;
  const Algebra algebra(estimator);
  Program program;
  const Operand byte = program.literal(256, DataType::float32);
  program.then(MapFunction::remainder, DataType::float32, {{Operand::Kind::input, 0}, byte});
  std::vector<ValueId> parts{
      estimator.graph.add_map(std::move(program), {algebra.columns(x, codes)}, estimator.name + ".codes")};
  if (!numbers.empty()) parts.push_back(algebra.columns(x, numbers));
  std::int64_t next = 0;
  for (const std::vector<std::int64_t>* const part : {&codes, &numbers})
    for (const std::int64_t column : *part) order[static_cast<std::size_t>(column)] = next++;
  const ValueId joined = algebra.join(parts);
  return std::ranges::is_sorted(order) ? joined : algebra.columns(joined, order);
}

/// Raw scores in float64, one column for two classes and regression: trees are added in their order.
ValueId histogram_scores(const Estimator& estimator, ValueId x) {
  const Value rounds = estimator.value.attribute("_predictors");
  const std::vector<double> start = [&] {
    const Value baseline = estimator.value.attribute("_baseline_prediction");
    return baseline.is_number() ? std::vector<double>{baseline.as_double()} : baseline.as_doubles();
  }();
  const auto outputs = static_cast<std::int64_t>(start.size());
  const KnownCodes known(estimator);
  const ValueId coded = codes_in_bytes(estimator, coded_columns(estimator, x), known);
  const GraphIndex index(estimator.graph);
  const std::vector<ColumnPath> paths = ColumnPaths(estimator.graph, index).to(coded, true);
  Forest forest(estimator.graph.type(coded).last(), 1, outputs, TreeArithmetic::float64);
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    const Value trees = rounds.at(round);
    if (trees.size() != start.size()) estimator.refuse("has rounds of other trees than scores", "save the model again");
    for (std::size_t i = 0; i < trees.size(); ++i) {
      Tree tree = read_tree(estimator, trees.at(i), known);
      allow_for_powers(tree.nodes, paths);
      forest.add(tree.nodes, static_cast<std::int64_t>(i),
                 [&](std::size_t node) { return std::array{tree.values.at(node)}; });
    }
  }
  if (rounds.size() == 0) forest.add({{-1}, {-1}, {0}, {0}, {}}, 0, [](std::size_t) { return std::array{0.0}; });
  forest.base() = start;
  return forest.finish(estimator.graph, coded, 1, estimator.name);
}

ValueId as_float32(const Estimator& estimator, ValueId x) {
  parameters::Cast table;
  table.type = DataType::float32;
  return estimator.graph.add(table, {x}, estimator.name + ".float32");
}

Predictions predict_histogram_regressor(const Estimator& estimator, ValueId x) {
  const std::string loss = text_of(estimator.value, "loss");
  const Algebra algebra(estimator);
  ValueId y = as_float32(estimator, histogram_scores(estimator, x));
  constexpr std::string_view kIdentity[] = {"squared_error", "least_squares", "absolute_error",
                                            "least_absolute_deviation", "quantile"};
  if (loss == "poisson" || loss == "gamma") y = algebra.apply(F::exponential, y);
  else if (std::find(std::begin(kIdentity), std::end(kIdentity), loss) == std::end(kIdentity))
    estimator.refuse("has the loss " + loss + ", which is not read",
                     "use squared_error, absolute_error, quantile, poisson or gamma");
  return {as_vector(estimator, y), {}, {}, {}};
}

/// Of two equal scores, and of one that is 0, the first class wins.
Predictions predict_histogram_classifier(const Estimator& estimator, ValueId x) {
  const Array classes = classes_of(estimator);
  const Algebra algebra(estimator);
  const ValueId exact = histogram_scores(estimator, x), raw = as_float32(estimator, exact);
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = predict_from_scores(estimator, classes, exact);
  const bool is_binary = estimator.graph.type(raw).last() == 1;
  result.decision_function = is_binary ? as_vector(estimator, raw) : raw;
  result.predict_proba =
      is_binary ? algebra.apply(F::sigmoid, both_signs(estimator, raw)) : algebra.softmax(raw);
  return result;
}

}  // namespace

std::span<const SklearnClass> histogram_classes() {
  static constexpr const char kParameters[] =
      "categorical_features class_weight early_stopping interaction_cst l2_regularization learning_rate loss max_bins "
      "max_depth max_features max_iter max_leaf_nodes min_samples_leaf monotonic_cst n_iter_no_change quantile "
      "random_state scoring tol validation_fraction verbose warm_start";
  static constexpr SklearnClass kRows[] = {
      predictor("HistGradientBoostingRegressor", predict_histogram_regressor, kParameters),
      predictor("HistGradientBoostingClassifier", predict_histogram_classifier, kParameters),
  };
  return kRows;
}

}  // namespace nacre::tools
