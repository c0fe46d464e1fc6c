#include <algorithm>
#include <unordered_map>

#include "tools/operators/shapes.hpp"
#include "tools/operators/terms.hpp"

namespace nacre::tools {
namespace {

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& p = node.as<parameters::CountTerms>();
  require_shapes(!p.in_order || p.shortest == p.longest, node, "gives terms of several lengths in order");
  return infer_entries(node, inputs, p.column, p.entries);
}

/// The number of each term.
std::unordered_map<std::string, std::int64_t> vocabulary(const std::vector<Tensor64>& inputs) {
  std::unordered_map<std::string, std::int64_t> numbers;
  for (std::size_t i = 0; i + 1 < inputs[5].values.size(); ++i)
    numbers.emplace(text_at(inputs, 5, i),
                    inputs.size() > 7 ? static_cast<std::int64_t>(inputs[7].values[i]) : static_cast<std::int64_t>(i));
  return numbers;
}

/// Both outputs: the numbers of each row, as many as have a place.
std::vector<Tensor64> in_order(const std::vector<std::vector<std::int64_t>>& rows,
                               const std::vector<TensorType>& outputs) {
  Tensor64 index = zeros(outputs[0]), count = zeros(outputs[1]);
  const auto entries = static_cast<std::size_t>(outputs[0].last());
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (std::size_t i = 0; i < std::min(entries, rows[row].size()); ++i) {
      index.values[row * entries + i] = static_cast<double>(rows[row][i]);
      count.values[row * entries + i] = 1;
    }
  return {std::move(index), std::move(count)};
}

std::vector<Tensor64> evaluate(const Node& node, const std::vector<Tensor64>& inputs,
                               const std::vector<TensorType>& outputs) {
  const auto& p = node.as<parameters::CountTerms>();
  const auto numbers = vocabulary(inputs);
  const auto columns = static_cast<std::size_t>(inputs[0].type.last());
  std::vector<std::map<std::int64_t, std::int64_t>> rows(inputs[0].strings.size() / columns);
  std::vector<std::vector<std::int64_t>> sequences(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::string& term : terms_of(node, term_rules(p), inputs,
                                            inputs[0].strings[row * columns + static_cast<std::size_t>(p.column)])) {
      const auto found = numbers.find(term);
      if (found == numbers.end() && !p.counts_others) continue;
      sequences[row].push_back(found == numbers.end() ? 0 : found->second);
      ++rows[row][sequences[row].back()];
    }
  return p.in_order ? in_order(sequences, outputs) : entries_of(node, rows, outputs, p.binary);
}

}  // namespace

const Definition definitions::count_terms = {
    .name = "count_terms", .infer = nullptr, .evaluate = nullptr, .errors = nullptr,
    .infer_all = infer, .evaluate_all = evaluate, .errors_all = no_errors};

}  // namespace nacre::tools
