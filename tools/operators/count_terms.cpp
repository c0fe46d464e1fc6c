#include <unordered_map>

#include "tools/operators/terms.hpp"

namespace nacre::tools {
namespace {

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& p = node.as<parameters::CountTerms>();
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

std::vector<Tensor64> evaluate(const Node& node, const std::vector<Tensor64>& inputs,
                               const std::vector<TensorType>& outputs) {
  const auto& p = node.as<parameters::CountTerms>();
  const auto numbers = vocabulary(inputs);
  const auto columns = static_cast<std::size_t>(inputs[0].type.last());
  std::vector<std::map<std::int64_t, std::int64_t>> rows(inputs[0].strings.size() / columns);
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::string& term : terms_of(node, term_rules(p), inputs,
                                            inputs[0].strings[row * columns + static_cast<std::size_t>(p.column)]))
      if (const auto found = numbers.find(term); found != numbers.end()) ++rows[row][found->second];
  return entries_of(node, rows, outputs, p.binary);
}

}  // namespace

const Definition definitions::count_terms = {
    .name = "count_terms", .infer = nullptr, .evaluate = nullptr, .errors = nullptr,
    .infer_all = infer, .evaluate_all = evaluate, .errors_all = no_errors};

}  // namespace nacre::tools
