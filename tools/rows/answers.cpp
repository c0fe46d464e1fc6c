#include "tools/rows/answers.hpp"

#include <algorithm>
#include <cmath>

#include "tools/graph/graph_index.hpp"

namespace nacre::tools {

double largest_of(const std::vector<double>& numbers) {
  double largest = 0;
  for (const double x : numbers) largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
  return largest;
}

namespace {

bool same_reals(const std::vector<double>& a, const std::vector<double>& b) {
  const double largest = largest_of(a);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i])) && !(std::abs(a[i] - b[i]) <= kTolerance * largest))
      return false;
  return true;
}

}  // namespace

bool is_real(const Graph& graph, ValueId value) {
  const DataType type = graph.type(value).type;
  return type == DataType::float32 || (type == DataType::float64 && !GraphIndex(graph).is_label(value));
}

bool same_answer(const Tensor64& a, const Tensor64& b, bool is_real) {
  if (a.type.type == DataType::string) return a.strings == b.strings;
  if (is_real) return same_reals(a.values, b.values);
  return std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end());
}

bool same_answers(const Graph& graph, const std::vector<Tensor64>& a, const std::vector<Tensor64>& b) {
  return std::all_of(graph.outputs.begin(), graph.outputs.end(),
                     [&](const Port& port) {
                       return same_answer(a[port.value], b[port.value], is_real(graph, port.value));
                     });
}

bool same_answers(const Graph& graph, const std::vector<Tensor64>& a, const std::map<ValueId, Tensor64>& b) {
  return std::all_of(graph.outputs.begin(), graph.outputs.end(), [&](const Port& port) {
    const auto other = b.find(port.value);
    return other == b.end() || same_answer(a[port.value], other->second, is_real(graph, port.value));
  });
}

}  // namespace nacre::tools
