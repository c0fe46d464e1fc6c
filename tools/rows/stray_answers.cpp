#include "tools/rows/stray_answers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/errors.hpp"
#include "tools/rows/answers.hpp"

namespace nacre::tools {
namespace {

constexpr double kNoise = 1e-12;  // of the largest term: less is what float64 leaves of a zero

/// The layer that makes the numbers of a value, which others behind it only move.
const Node* maker_of(const Graph& graph, ValueId value) {
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (node->outputs[0] != value) continue;
    if (!only_moves(graph, *node)) return &*node;
    value = node->inputs[0];
  }
  return nullptr;
}

}  // namespace

Summands summands_of(const Graph& graph, const std::vector<Tensor64>& values, ValueId output) {
  Summands result{0, 0};
  const Node* const layer = maker_of(graph, output);
  if (layer == nullptr || layer->op() != Operator::fully_connected || !graph.values[layer->inputs[1]].constant) {
    for (const Tensor64& value : values) result.largest = std::max(result.largest, largest_of(value.values));
    return result;
  }
  const Tensor64 weights = constant_value(graph.values[layer->inputs[1]]);  // [inputs, units]
  const auto& x = values[layer->inputs[0]].values;
  const auto units = static_cast<std::size_t>(weights.type.last()), depth = weights.values.size() / units;
  double most = 0;
  for (std::size_t row = 0; row + depth <= x.size(); row += depth)
    for (std::size_t unit = 0; unit < units; ++unit) {
      double squares = 0;
      for (std::size_t d = 0; d < depth; ++d) {
        const double term = x[row + d] * weights.values[d * units + unit];
        squares += term * term;
        result.largest = std::max(result.largest, std::abs(term));
      }
      most = std::max(most, squares);
    }
  const bool is_rounded = std::ranges::all_of(weights.values, [](double w) { return w == static_cast<float>(w); });
  if (is_rounded && weights.type.type == DataType::float32) result.rounding = std::sqrt(most) * kUnit / 2;
  return result;
}

StrayAnswers::Output& StrayAnswers::at(unsigned output) {
  if (output >= outputs_.size()) outputs_.resize(output + 1);
  return outputs_[output];
}

void StrayAnswers::see(unsigned output, double answer, double largest_term) {
  Output& one = at(output);
  one.largest = std::max(one.largest, answer);
  one.largest_term = std::max(one.largest_term, largest_term);
}

void StrayAnswers::keep(unsigned output, double off, bool may_be_noise, std::uint64_t row, RowProblem problem) {
  Output& one = at(output);
  one.kept.emplace_back(row, off);
  if (off <= one.off) return;
  one.off = off, one.may_be_noise = may_be_noise;
  one.stray = {row, std::move(problem)};
}

bool StrayAnswers::is_near(double off, double answer) { return off <= kTolerance * answer; }

std::optional<StrayAnswers::Stray> StrayAnswers::furthest() const {
  for (const Output& one : outputs_) {
    const bool is_noise = one.may_be_noise && one.largest <= kNoise * one.largest_term;
    if (is_noise || is_near(one.off, one.largest)) continue;
    Stray stray = one.stray;
    stray.rows = static_cast<std::uint64_t>(
        std::ranges::count_if(one.kept, [&](const auto& row) { return !is_near(row.second, one.largest); }));
    return stray;
  }
  return std::nullopt;
}

}  // namespace nacre::tools
