#include "tools/xgboost/graph.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "tools/common/refusal.hpp"
#include "tools/estimators/estimator.hpp"
#include "tools/graph/moves.hpp"
#include "tools/trees/forest.hpp"
#include "tools/xgboost/objective.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using O = Operand::Kind;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

[[noreturn]] void malformed(const char* what) {
  throw Refusal("", what, "the file is damaged or forged: save the model again");
}

/// The codes of a set as bits. A code lies below 2^24: XGBoost takes others for unknown.
CategorySet category_set(const std::vector<std::int64_t>& codes) {
  CategorySet set{-std::numeric_limits<float>::denorm_min(), {}};
  for (const std::int64_t code : codes) {
    if (code < 0 || code >= 1 << 24) malformed("a tree has a category that is no code");
    const auto word = static_cast<std::size_t>(code / 32);
    if (word >= set.bits.size()) set.bits.resize(word + 1);
    set.bits[word] |= 1u << code % 32;
  }
  return set;
}

/// x < c is x <= the float below c. What is in a set goes left here, and right in XGBoost.
TreeNodes tree_nodes(const XgboostTree& tree) {
  TreeNodes nodes{tree.left, tree.right, tree.feature, {}, tree.default_left};
  for (const float condition : tree.condition)
    nodes.threshold.push_back(condition > -kInfinity ? std::nextafter(condition, -kInfinity)
                                                     : std::numeric_limits<float>::quiet_NaN());
  if (tree.set.empty()) return nodes;
  nodes.set = tree.set;
  for (const auto& codes : tree.sets) nodes.sets.push_back(category_set(codes));
  for (std::size_t n = 0; n < nodes.set.size(); ++n) {
    if (nodes.left[n] == -1) nodes.set[n] = -1;
    if (nodes.set[n] < 0) continue;
    std::swap(nodes.left[n], nodes.right[n]);
    nodes.missing_left[n] = nodes.missing_left[n] == 0;
  }
  return nodes;
}

float leaf_value(const XgboostTree& tree, std::size_t node, std::size_t width, std::size_t j) {
  const std::int64_t row = tree.leaf_row[node];
  if (row < 0 || static_cast<std::size_t>(row) >= tree.leaf_values.size() / width)
    malformed("a leaf has no values");
  return tree.leaf_values[static_cast<std::size_t>(row) * width + j];
}

ValueId add_trees(Graph& graph, ValueId x, const XgboostModel& model, const std::string& name) {
  const std::int64_t outputs = model.outputs(), width = model.leaf_width;
  if (model.groups.size() != model.trees.size() ||
      (!model.weight_drop.empty() && model.weight_drop.size() != model.trees.size()))
    malformed("its trees have other parts than trees");
  if (width > 1 && width != outputs) malformed("its leaves have another width than its outputs");
  Forest forest(model.features, width, outputs, TreeArithmetic::float32);
  for (std::size_t t = 0; t < model.trees.size(); ++t) {
    const XgboostTree& tree = model.trees[t];
    const float weight = model.weight_drop.empty() ? 1 : model.weight_drop[t];
    const std::int64_t group = width > 1 ? 0 : model.groups[t];
    if (group < 0 || group >= outputs) malformed("a tree adds to an output that does not exist");
    std::vector<float> values(static_cast<std::size_t>(width));
    forest.add(tree_nodes(tree), group, [&](std::size_t node) {
      for (std::size_t j = 0; j < values.size(); ++j) {
        values[j] = weight * (width > 1 ? leaf_value(tree, node, values.size(), j) : tree.condition[node]);
      }
      return std::span<const float>(values);
    });
  }
  if (model.trees.empty()) {  // a stump that adds nothing
    const std::vector<double> nothing(static_cast<std::size_t>(width));
    forest.add({{-1}, {-1}, {0}, {0}, {}}, 0, [&](std::size_t) { return std::span<const double>(nothing); });
  }
  const std::vector<float> base = xgboost_base_margins(model);
  forest.base() = {base.begin(), base.end()};
  return forest.finish(graph, x, 1, name);
}

/// Products and their sum, each rounded, the bias first: it is the product of a column of ones.
ValueId add_linear(Graph& graph, ValueId x, const XgboostModel& model, const std::string& name) {
  const std::int64_t features = model.features, outputs = model.outputs();
  if (static_cast<std::int64_t>(model.weights.size()) != (features + 1) * outputs)
    malformed("its weights are not one for each feature and output");
  const std::vector<float> base = xgboost_base_margins(model);
  std::vector<double> rows;
  for (std::int64_t g = 0; g < outputs; ++g) {
    // Release 3.1 and later add the first start value to all.
    const float start = base[model.version >= std::array{3, 1} ? 0 : static_cast<std::size_t>(g)];
    const auto weight = [&](std::int64_t f) { return model.weights[static_cast<std::size_t>(f * outputs + g)]; };
    rows.push_back(weight(features) + start);
    for (std::int64_t f = 0; f < features; ++f) rows.push_back(weight(f));
  }
  parameters::Concatenate join;
  join.axis = 1;
  const ValueId one = graph.add_constant({1, 1}, {1});
  const ValueId with_one = graph.add(join, {one, x}, name + ".bias");
  const ValueId row = add_reshape(graph, with_one, {1, features + 1}, name + ".row");
  Program program;
  const Operand nan = program.literal(std::numeric_limits<double>::quiet_NaN(), DataType::float32),
                zero = program.literal(0, DataType::float32);
  program.then(F::impute, DataType::float32, {{O::input, 0}, nan, zero})
      .then(F::multiply, DataType::float32, {{O::output}, {O::input, 1}});
  const ValueId weights = graph.add_constant({1, outputs, features + 1}, std::move(rows));
  const ValueId products = graph.add_map(std::move(program), {row, weights}, name + ".products");
  parameters::Reduce sum;
  sum.function = ReduceFunction::sum;
  sum.axes = 1 << 2;
  return graph.add(sum, {products}, name);
}

ValueId add_ascending(Graph& graph, ValueId margins, const std::string& name) {
  const std::int64_t count = graph.type(margins).last();
  if (count == 1) return margins;
  const auto column = [&](std::int64_t i) {
    return add_selection(graph, margins, {i}, fmt::format("{}.quantile_{}", name, i));
  };
  std::vector<ValueId> columns{column(0)};
  for (std::int64_t i = 1; i < count; ++i) {
    Program program;
    program.then(F::softplus, DataType::float32, {{O::input, 0}})
        .then(F::add, DataType::float32, {{O::output}, program.literal(kXgboostStep, DataType::float32)})
        .then(F::add, DataType::float32, {{O::output}, {O::input, 1}});
    const std::string sum = fmt::format("{}.sum_{}", name, i);
    columns.push_back(graph.add_map(std::move(program), {column(i), columns.back()}, sum));
  }
  parameters::Concatenate join;
  join.axis = 1;
  return graph.add(join, columns, name + ".quantiles");
}

void require_booster(const XgboostModel& model) {
  if (model.booster != "gbtree" && model.booster != "dart" && model.booster != "gblinear")
    throw Refusal("", "has the booster " + model.booster + ", which is not known",
                  "train it with gbtree, dart or gblinear");
  if (model.features < 1 || model.features > 1 << 26) malformed("states an impossible number of features");
  if (model.outputs() > 1 << 20) malformed("states an impossible number of outputs");
}

/// What can be said of a booster's parts before any is converted: all of it at once.
void require_known_parts(const XgboostModel& model) {
  Obstacles parts;
  parts.attempt(model.is_linear ? fmt::format("booster {}: {} weights", model.booster, model.weights.size())
                                : fmt::format("booster {}: {} trees", model.booster, model.trees.size()),
                [&] { require_booster(model); });
  parts.attempt("objective " + model.objective, [&] { (void)xgboost_link(model); });
  parts.refuse_if_any();
}

}  // namespace

ValueId add_xgboost_margins(Graph& graph, ValueId x, const XgboostModel& model, const std::string& name) {
  require_known_parts(model);
  return model.is_linear ? add_linear(graph, x, model, name) : add_trees(graph, x, model, name);
}

ValueId add_xgboost_response(Graph& graph, ValueId margins, const XgboostModel& model, const std::string& name) {
  const std::int64_t outputs = graph.type(margins).last();
  ValueId y = margins;
  switch (xgboost_link(model)) {
    case XgboostLink::identity: break;
    case XgboostLink::logistic: y = add_activation(graph, y, ActivationFunction::sigmoid, name + ".sigmoid"); break;
    case XgboostLink::exponential:
      y = add_activation(graph, y, ActivationFunction::exponential, name + ".exponential");
      break;
    case XgboostLink::softmax: y = graph.add(parameters::Softmax{}, {y}, name + ".softmax"); break;
    case XgboostLink::ascending: y = add_ascending(graph, y, name); break;
    case XgboostLink::hinge: {
      Program program;
      const Operand zero = program.literal(0, DataType::float32);
      program.then(F::greater, DataType::float32, {{O::input, 0}, zero});
      y = graph.add_map(std::move(program), {y}, name + ".hinge");
      break;
    }
    case XgboostLink::largest: {
      Program program;
      program.instructions.push_back({F::cast, DataType::int32, DataType::float32, {{O::input, 0}}});
      const ValueId index = graph.add(parameters::ArgMax{}, {y}, name + ".largest");
      return graph.add_map(std::move(program), {index}, name + ".predict");
    }
  }
  return outputs == 1 ? add_reshape(graph, y, {}, name + ".predict") : y;
}

Graph xgboost_graph(const XgboostModel& model) {
  require_known_parts(model);
  Graph graph;
  graph.sources.push_back({"", "", "XGBoost", xgboost_release(model)});
  std::vector<std::string> names = model.feature_names;
  if (names.size() != static_cast<std::size_t>(model.features)) names.clear();
  const ValueId x = graph.add_input("X", {DataType::float32, {1, model.features}}, std::move(names));
  graph.inputs.back().categories = model.categories;
  const ValueId margins = add_xgboost_margins(graph, x, model, "xgboost");
  graph.add_output("predict", add_xgboost_response(graph, margins, model, "xgboost"));
  graph.outputs.front().answers = true;
  return graph;
}

std::string xgboost_release(const XgboostModel& model) {
  return model.version[0] == 0 ? "" : fmt::format("{}.{}", model.version[0], model.version[1]);
}

}  // namespace nacre::tools
