#include "tools/trees/fills.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Node* maker_of(Graph& graph, ValueId value) { return const_cast<Node*>(producer_of(graph, value)); }

/// The imputer that an element comes from, and the element of it that it is; null where it comes from elsewhere.
Node* imputer_of(Graph& graph, ValueId value, std::size_t& element) {
  while (Node* node = maker_of(graph, value)) {
    if (node->op() == Operator::impute) return node;
    value = node->inputs[0];
    if (node->op() == Operator::select) {
      element = static_cast<std::size_t>(constant_input(graph, *node, 1)[element]);
    } else if (node->op() == Operator::concatenate) {
      for (const ValueId input : node->inputs) {
        const auto width = static_cast<std::size_t>(graph.type(input).last());
        value = input;
        if (element < width) break;
        element -= width;
      }
    } else if (node->op() != Operator::reshape && node->op() != Operator::copy) {
      return nullptr;
    }
  }
  return nullptr;
}

/// The float nearest to `fill` that answers all questions about element `element` as it does.
float settled(double fill, std::size_t element, const std::vector<Question>& questions) {
  float low = -kInfinity, high = kInfinity;
  for (const Question& question : questions) {
    if (question.element != element) continue;
    if (fill <= question.exact) high = std::min(high, question.on_device);
    else low = std::max(low, question.on_device);
  }
  const float nearest = std::min(static_cast<float>(fill), high);
  const float result = nearest > low ? nearest : std::nextafter(low, kInfinity);
  if (!(result > low && result <= high))
    throw Refusal("",
                  "a fill value of its imputer lies between two thresholds of a tree that float32 cannot tell apart",
                  "round the fill values, and train the trees again");
  return result;
}

}  // namespace

bool is_of_table(const Graph& graph, ValueId value) {
  const Node* node = producer_of(graph, value);
  if (node == nullptr) return true;
  switch (node->op()) {
    case Operator::impute:
    case Operator::select:
    case Operator::reshape:
    case Operator::copy: return is_of_table(graph, node->inputs[0]);
    case Operator::tree_ensemble: {  // whether values are missing, as 0 or 1
      const std::vector<double> leaves = constant_input(graph, *node, 4);
      return std::all_of(leaves.begin(), leaves.end(), [](double leaf) { return leaf == 0 || leaf == 1; });
    }
    case Operator::concatenate:
      return std::all_of(node->inputs.begin(), node->inputs.end(),
                         [&](ValueId input) { return is_of_table(graph, input); });
    default: return false;
  }
}

void settle_fills(Graph& graph, ValueId value, const std::vector<Question>& questions) {
  const auto width = static_cast<std::size_t>(graph.type(value).last());
  for (std::size_t element = 0; element < width; ++element) {
    std::size_t own = element;
    Node* imputer = imputer_of(graph, value, own);
    if (imputer == nullptr) continue;
    std::vector<double> fill = constant_input(graph, *imputer, 1);
    double& number = fill[own % fill.size()];
    const float result = settled(number, element, questions);
    if (result == static_cast<float>(number)) continue;
    number = result;
    imputer->inputs[1] = graph.add_constant(graph.shape(imputer->inputs[1]), std::move(fill));
  }
}

}  // namespace nacre::tools
