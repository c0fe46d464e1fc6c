#include "tools/trees/fills.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "tools/common/refusal.hpp"
#include "tools/graph/constants.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/numbers.hpp"
#include "tools/trees/movers.hpp"

namespace nacre::tools {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Where a fill value may lie so that each question about it has the answer that float64 gives: above `low`, and up to
/// `high`.
struct Limits {
  float low = -kInfinity, high = kInfinity;

  void heed(double fill, const Question& question) {
    if (fill <= question.exact) high = std::min(high, question.on_device);
    else low = std::max(low, question.on_device);
  }
  /// The float nearest to `fill` within them.
  float settled(double fill) const {
    const float nearest = std::min(static_cast<float>(fill), high);
    const float result = nearest > low ? nearest : std::nextafter(low, kInfinity);
    if (!(result > low && result <= high))
      throw Refusal("",
                    "a fill value of its imputer lies between two thresholds of a tree that float32 cannot tell apart",
                    "round the fill values, and train the trees again");
    return result;
  }
};

/// The fill values of an imputer, and what is asked of each.
struct Fills {
  std::vector<double> numbers;
  std::vector<Limits> limits;

  explicit Fills(std::vector<double> own) : numbers(std::move(own)), limits(numbers.size()) {}

  /// Whether a number became another.
  bool settle() {
    bool changes = false;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (std::isnan(numbers[i])) continue;
      const float result = limits[i].settled(numbers[i]);
      if (result == static_cast<float>(numbers[i])) continue;
      numbers[i] = result;
      changes = true;
    }
    return changes;
  }
};

/// The imputer whose output an element is moved from; null where it comes from elsewhere.
const Node* imputer_of(const GraphIndex& index, Movers& movers, Element& element) {
  while (const Node* node = index.producer(element.value)) {
    if (node->op() == Operator::impute) return node;
    if (!movers.climb(*node, element)) return nullptr;
  }
  return nullptr;
}

/// Trees that say whether values are missing, as 0 or 1.
bool indicates(const Graph& graph, const Node& trees) {
  const Numbers leaves(graph.values[trees.inputs[4]].constant.value());
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (leaves[i] != 0 && leaves[i] != 1) return false;
  return true;
}

}  // namespace

/// A float32 that a number of a table was rounded to stands for that number.
std::vector<bool> of_table(const Graph& graph) {
  std::vector<bool> result(graph.values.size(), true);
  for (const Node& node : graph.nodes) {
    const bool is_of_table =
        node.op() == Operator::tree_ensemble
            ? indicates(graph, node)
            : (picks(graph, node) || node.op() == Operator::cast) &&
                  std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) { return result[input]; });
    for (const ValueId output : node.outputs) result[output] = is_of_table;
  }
  return result;
}

void settle_fills(Graph& graph, const GraphIndex& index, ValueId value, const std::vector<Question>& questions) {
  struct Place {
    Fills* fills = nullptr;
    std::size_t number = 0;
  };
  std::map<const Node*, Fills> imputers;
  std::vector<Place> places(static_cast<std::size_t>(graph.type(value).last()));
  Movers movers(graph);
  for (std::size_t i = 0; i < places.size(); ++i) {
    Element element{value, i};
    const Node* imputer = imputer_of(index, movers, element);
    if (imputer == nullptr) continue;
    const auto found = imputers.try_emplace(imputer, movers.numbers(*imputer, 1)).first;
    places[i] = {&found->second, element.index % found->second.numbers.size()};
  }
  for (const Question& question : questions)
    if (const auto [fills, number] = places[question.element]; fills != nullptr)
      fills->limits[number].heed(fills->numbers[number], question);
  for (auto& [imputer, fills] : imputers) {
    if (!fills.settle()) continue;
    ValueId& constant = graph.nodes[static_cast<std::size_t>(imputer - graph.nodes.data())].inputs[1];
    constant = graph.add_constant(graph.shape(constant), std::move(fills.numbers));
  }
}

}  // namespace nacre::tools
