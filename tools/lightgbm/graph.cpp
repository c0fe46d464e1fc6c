#include "tools/lightgbm/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/estimators/estimator.hpp"
#include "tools/graph/moves.hpp"
#include "tools/lightgbm/trees.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using O = Operand::Kind;

enum class Link : std::uint8_t { identity, signed_square, exponential, logistic, softmax, softplus };

struct Objective {
  std::string_view name;
  Link link;
};
constexpr Objective kObjectives[] = {
    {"regression", Link::identity},         {"regression_l2", Link::identity},
    {"regression_l1", Link::identity},      {"huber", Link::identity},
    {"fair", Link::identity},               {"quantile", Link::identity},
    {"mape", Link::identity},               {"poisson", Link::exponential},
    {"gamma", Link::exponential},           {"tweedie", Link::exponential},
    {"binary", Link::logistic},             {"multiclass", Link::softmax},
    {"multiclassova", Link::logistic},      {"cross_entropy", Link::logistic},
    {"xentropy", Link::logistic},           {"cross_entropy_lambda", Link::softplus},
    {"xentlambda", Link::softplus},         {"lambdarank", Link::identity},
    {"rank_xendcg", Link::identity},        {"custom", Link::identity},
    {"none", Link::identity},
};

Link link_of(const LightgbmModel& model) {
  if (has_own_objective(model)) return Link::identity;
  const std::string name = model.objective_name();
  const auto found = std::find_if(std::begin(kObjectives), std::end(kObjectives),
                                  [&](const Objective& each) { return each.name == name; });
  if (found == std::end(kObjectives))
    throw Refusal("", "has the objective " + name + ", which is not known",
                  "train it with an objective of LightGBM 2 to 4");
  return found->link == Link::identity && model.has_option("sqrt") ? Link::signed_square : found->link;
}

double sigmoid_factor(const LightgbmModel& model) {
  const std::string name = model.objective_name();
  return name == "binary" || name == "multiclassova" ? model.option("sigmoid", 1) : 1;
}

/// A function of float64 scores, then float32.
ValueId narrowed(Graph& graph, ValueId scores, Program program, const std::string& name) {
  if (!program.empty()) scores = graph.add_map(std::move(program), {scores}, name + ".score");
  parameters::Cast table;
  table.type = DataType::float32;
  return graph.add(table, {scores}, name + ".float32");
}

/// x |x|
ValueId signed_square(Graph& graph, ValueId x, const std::string& name) {
  Program absolute, product;
  absolute.then(F::absolute, DataType::float64, {{O::input, 0}});
  product.then(F::multiply, DataType::float64, {{O::input, 0}, {O::input, 1}});
  const ValueId magnitude = graph.add_map(std::move(absolute), {x}, name + ".magnitude");
  return graph.add_map(std::move(product), {x, magnitude}, name + ".square");
}

}  // namespace

std::vector<std::string> lightgbm_objectives() {
  std::vector<std::string> names;
  for (const Objective& each : kObjectives) names.emplace_back(each.name);
  return names;
}

void require_known_parts(const LightgbmModel& model) {
  Obstacles parts;
  parts.attempt(fmt::format("{} features", model.features), [&] { (void)lightgbm_categories(model); });
  parts.attempt(fmt::format("{} trees", model.trees.size()), [&] { require_bounded_leaves(model); });
  parts.attempt("objective " + (model.objective.empty() ? "of its own" : model.objective_name()),
                [&] { (void)link_of(model); });
  parts.refuse_if_any();
}

bool has_own_objective(const LightgbmModel& model) {
  return model.objective.empty() || model.objective_name() == "custom" || model.objective_name() == "none";
}

double lightgbm_label_threshold(const LightgbmModel& model) {
  const double factor = sigmoid_factor(model);
  const auto is_half = [&](std::uint64_t bits) {
    const double p = 1 / (1 + std::exp(-factor * std::bit_cast<double>(bits)));
    return p <= 1 - p;
  };
  std::uint64_t below = 0, above = std::bit_cast<std::uint64_t>(1e6);
  while (above - below > 1) {
    const std::uint64_t middle = below + (above - below) / 2;
    (is_half(middle) ? below : above) = middle;
  }
  return std::bit_cast<double>(below);
}

ValueId add_lightgbm_response(Graph& graph, ValueId scores, const LightgbmModel& model, const std::string& name) {
  const std::int64_t outputs = graph.type(scores).last();
  const Link link = link_of(model);
  Program program;
  if (const double factor = sigmoid_factor(model); factor != 1)
    program.then(F::multiply, DataType::float64, {{O::input, 0}, program.literal(factor, DataType::float64)});
  if (link == Link::signed_square) scores = signed_square(graph, scores, name);
  ValueId y = narrowed(graph, scores, std::move(program), name);
  switch (link) {
    case Link::identity:
    case Link::signed_square: break;
    case Link::exponential: y = add_activation(graph, y, ActivationFunction::exponential, name + ".exponential"); break;
    case Link::logistic: y = add_activation(graph, y, ActivationFunction::sigmoid, name + ".sigmoid"); break;
    case Link::softplus: y = add_activation(graph, y, ActivationFunction::softplus, name + ".softplus"); break;
    case Link::softmax: y = graph.add(parameters::Softmax{}, {y}, name + ".softmax"); break;
  }
  return outputs == 1 ? add_reshape(graph, y, {}, name + ".predict") : y;
}

Graph lightgbm_graph(const LightgbmModel& model) {
  require_known_parts(model);
  Graph graph;
  graph.sources.push_back({"", "", "LightGBM", model.version});
  const ValueId x = graph.add_input("X", {DataType::float32, {1, model.features}}, model.given_names());
  graph.inputs.back().categories = lightgbm_categories(model);
  const ValueId scores = add_lightgbm_scores(graph, x, model, "lightgbm");
  graph.add_output("predict", add_lightgbm_response(graph, scores, model, "lightgbm"));
  graph.outputs.front().answers = true;
  return graph;
}

}  // namespace nacre::tools
