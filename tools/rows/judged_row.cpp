#include "tools/rows/judged_row.hpp"

#include <string>

#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools {
namespace {

std::vector<Tensor64> evaluate_row(const Graph& graph, const GivenRow& row) {
  std::vector<Tensor64> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    inputs.push_back({graph.type(graph.inputs[i].value), row.inputs[i],
                      i < row.texts.size() ? row.texts[i] : std::vector<std::string>{}, {}});
  return evaluate(graph, inputs);
}

}  // namespace

const std::vector<Tensor64>& JudgedRow::wanted() const {
  if (!wanted_) wanted_ = evaluate_row(graphs().saved, given);
  return *wanted_;
}

std::vector<Tensor64> JudgedRow::made() const { return evaluate_row(graphs().device, rounded); }

}  // namespace nacre::tools
