#include "tools/xgboost/objective.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

/// How a base score that is an answer becomes a margin.
enum class Inverse : std::uint8_t { itself, logit, logarithm, steps };

struct Objective {
  std::string_view name;
  XgboostLink link;
  Inverse inverse;
};
constexpr Objective kObjectives[] = {
    {"reg:squarederror", XgboostLink::identity, Inverse::itself},
    {"reg:linear", XgboostLink::identity, Inverse::itself},
    {"reg:squaredlogerror", XgboostLink::identity, Inverse::itself},
    {"reg:pseudohubererror", XgboostLink::identity, Inverse::itself},
    {"reg:absoluteerror", XgboostLink::identity, Inverse::itself},
    {"reg:quantileerror", XgboostLink::identity, Inverse::itself},
    {"reg:expectileerror", XgboostLink::ascending, Inverse::steps},
    {"reg:logistic", XgboostLink::logistic, Inverse::logit},
    {"reg:gamma", XgboostLink::exponential, Inverse::logarithm},
    {"reg:tweedie", XgboostLink::exponential, Inverse::logarithm},
    {"count:poisson", XgboostLink::exponential, Inverse::logarithm},
    {"survival:cox", XgboostLink::exponential, Inverse::logarithm},
    {"survival:aft", XgboostLink::exponential, Inverse::logarithm},
    {"binary:logistic", XgboostLink::logistic, Inverse::logit},
    {"binary:logitraw", XgboostLink::identity, Inverse::itself},
    {"binary:hinge", XgboostLink::hinge, Inverse::itself},
    {"multi:softmax", XgboostLink::largest, Inverse::itself},
    {"multi:softprob", XgboostLink::softmax, Inverse::itself},
    {"rank:pairwise", XgboostLink::identity, Inverse::itself},
    {"rank:ndcg", XgboostLink::identity, Inverse::itself},
    {"rank:map", XgboostLink::identity, Inverse::itself},
};

const Objective& objective_of(const XgboostModel& model) {
  std::string_view name = model.objective;
  if (name.starts_with("gpu:")) name.remove_prefix(4);
  const auto found = std::find_if(std::begin(kObjectives), std::end(kObjectives), [&](const Objective& each) {
    return each.name == name;
  });
  if (found == std::end(kObjectives))
    throw Refusal("", "has the objective " + model.objective + ", which is not known",
                  "train it with an objective of XGBoost 0.90 to 3.4");
  return *found;
}

}  // namespace

std::vector<std::string> xgboost_objectives() {
  std::vector<std::string> names;
  for (const Objective& each : kObjectives) names.emplace_back(each.name);
  return names;
}

XgboostLink xgboost_link(const XgboostModel& model) { return objective_of(model).link; }

std::vector<float> xgboost_base_margins(const XgboostModel& model) {
  const Inverse inverse = model.base_is_margin ? Inverse::itself : objective_of(model).inverse;
  const auto outputs = static_cast<std::size_t>(model.outputs());
  std::vector<float> margins = model.base_score;
  for (float& margin : margins) {
    if (inverse == Inverse::logit) margin = -std::log(1.0f / margin - 1.0f);
    if (inverse == Inverse::logarithm) margin = std::log(margin);
  }
  if (inverse == Inverse::steps)
    for (std::size_t i = margins.size(); i-- > 1;)
      margins[i] = std::log(std::expm1(std::max(margins[i] - margins[i - 1] - kXgboostStep, kXgboostStep)));
  if (margins.size() == 1) margins.resize(outputs, margins[0]);
  if (margins.size() != outputs)
    throw Refusal("", "has another number of base scores than of outputs", "save the model again");
  return margins;
}

float xgboost_label_threshold(XgboostLink link) {
  if (link == XgboostLink::hinge) return 0;
  if (link != XgboostLink::logistic) return 0.5f;
  // Near 0 the sigmoid rounds to one half; it rises, and positive floats ascend as their bits do.
  const auto is_half = [](std::uint32_t bits) {
    const auto x = static_cast<double>(std::bit_cast<float>(bits));
    return 1.0f / (1.0f + static_cast<float>(std::exp(-x))) <= 0.5f;
  };
  std::uint32_t below = 0, above = std::bit_cast<std::uint32_t>(1.0f);
  while (above - below > 1) {
    const std::uint32_t middle = below + (above - below) / 2;
    (is_half(middle) ? below : above) = middle;
  }
  return std::bit_cast<float>(below);
}

}  // namespace nacre::tools
