#include "tools/rows/edges.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/common/real.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/rows/answers.hpp"
#include "tools/trees/column_path.hpp"

namespace nacre::tools {
namespace {

// Shares of the largest number beside: sums that cancel have lost more than one bit.
constexpr double kLastBits = 0x1p-42, kLastBitsOfFloat32 = 0x1p-21;
constexpr double kRounding = 0x1p-23;  // to float32, of the number itself

/// Whether a function makes whole numbers of whole numbers, without rounding.
bool keeps_whole(const Instruction& instruction) {
  constexpr MapFunction kFunctions[] = {
      MapFunction::add, MapFunction::subtract, MapFunction::multiply, MapFunction::multiply_add, MapFunction::maximum,
      MapFunction::minimum, MapFunction::clamp, MapFunction::where, MapFunction::equal, MapFunction::greater,
      MapFunction::greater_equal, MapFunction::negative, MapFunction::absolute, MapFunction::square,
      MapFunction::cast};
  return std::ranges::find(kFunctions, instruction.function) != std::end(kFunctions);
}

/// Whether a node rounds float64 to float32. In a file it is a map.
bool rounds(const Graph& graph, const Node& node) {
  const auto& instructions = node.program.instructions;
  const bool casts = node.op() == Operator::cast ||
                     (!instructions.empty() && instructions.back().function == MapFunction::cast);
  return casts && graph.type(node.outputs[0]).type == DataType::float32;
}

/// Whether a node only moves, adds or multiplies, by whole numbers.
bool keeps_whole(const Graph& graph, const Node& node) {
  constexpr Operator kKeep[] = {Operator::reshape, Operator::copy,    Operator::gather, Operator::concatenate,
                                Operator::move,    Operator::slice,   Operator::cast,   Operator::permute,
                                Operator::binary,  Operator::scatter, Operator::map,    Operator::broadcast};
  const auto is_whole = [](double x) { return x == std::round(x); };
  const auto has_whole_numbers = [&](ValueId input) {
    const std::optional<Array>& constant = graph.values[input].constant;
    return !constant || !is_real(graph.type(input).type) || std::ranges::all_of(constant->to<double>(), is_whole);
  };
  return std::ranges::find(kKeep, node.op()) != std::end(kKeep) &&
         std::ranges::all_of(node.program.instructions, [](const Instruction& i) { return keeps_whole(i); }) &&
         std::ranges::all_of(node.program.literals, [&](const Literal& literal) { return is_whole(literal.value); }) &&
         std::ranges::all_of(node.inputs, has_whole_numbers);
}

/// Whether a node takes one computed number from another, so that most of both may be gone.
bool subtracts_computed(const Graph& graph, const Node& node) {
  const auto is_computed = [&](ValueId input) { return !graph.values[input].constant; };
  return std::ranges::count_if(node.inputs, is_computed) > 1 &&
         std::ranges::any_of(node.program.instructions, [](const Instruction& instruction) {
           return instruction.function == MapFunction::subtract;
         });
}

/// By value, whether its whole numbers may be others, rounded. Constants are float32 in the file, too.
std::vector<bool> inexact_values(const Graph& graph) {
  std::vector<bool> inexact(graph.values.size());
  for (const Node& node : graph.nodes) {
    const bool inherits = std::ranges::any_of(node.inputs, [&](ValueId input) { return inexact[input]; });
    for (const ValueId output : node.outputs)
      inexact[output] = node.op() != Operator::tree_ensemble && (inherits || !keeps_whole(graph, node));
  }
  return inexact;
}

}  // namespace

/// The numbers a little larger (1) or smaller (-1), by a share of the largest of them or of what they are made of.
std::vector<double> Edges::moved(const std::vector<double>& numbers, double largest,
                                 const std::vector<Element>& elements, bool is_float32, double way) {
  largest = std::max(largest, largest_of(numbers));
  std::vector<double> result = numbers;
  for (const Element& element : elements) {
    double& x = result.at(element.index);
    if (element.is_exact_if_whole && x == std::round(x)) continue;
    const double rounding = element.is_rounded ? kRounding * std::abs(x) : 0;
    x += way * ((is_float32 ? kLastBitsOfFloat32 : kLastBits) * largest + rounding);
  }
  return result;
}

Edges::Edges(const Graph& graph) : graph_(graph) {
  const GraphIndex index(graph);
  ColumnPaths columns(graph, index);
  const std::vector<bool> inexact = inexact_values(graph);
  for (const Node& node : graph.nodes) {
    if (node.op() != Operator::tree_ensemble || !is_real(graph.type(node.inputs[0]).type)) continue;
    for (const ColumnPath& path : columns.to(node.inputs[0], true)) {
      const Node* const producer = index.producer(path.source);
      if (producer == nullptr || producer->op() == Operator::tree_ensemble) continue;
      std::vector<Element>& elements = computed_[path.source];
      if (subtracts_computed(graph, *producer)) terms_[path.source] = producer->inputs;
      if (std::ranges::find(elements, path.element, &Element::index) == elements.end())
        elements.push_back({path.element, !inexact[path.source], inexact[path.source] || rounds(graph, *producer)});
    }
  }
}

bool Edges::are_near(const std::vector<Tensor64>& values, bool is_float32) const {
  for (const auto& [value, elements] : computed_)  // one by one: what follows from one may be another
    for (const double way : {1.0, -1.0}) {
      const std::vector<double> numbers = values[value].values;
      double largest = 0;
      if (const auto terms = terms_.find(value); terms != terms_.end())
        for (const ValueId term : terms->second) largest = std::max(largest, largest_of(values[term].values));
      const Tensor64 other{values[value].type, Numbers(moved(numbers, largest, elements, is_float32, way)), {}};
      if (!same_answers(graph_, values, evaluate_again(graph_, values, {{value, other}}))) return true;
    }
  return false;
}

}  // namespace nacre::tools
