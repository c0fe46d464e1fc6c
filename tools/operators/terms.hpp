#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// What an operator finds in texts, as its fields say.
struct TermRules {
  Analyzer analyzer;
  std::size_t shortest, longest;  ///< words or characters of a term
  std::size_t least, most;        ///< characters of a word
};
template <typename Parameters>
TermRules term_rules(const Parameters& p) { return {p.analyzer, p.shortest, p.longest, p.least, p.most}; }

/// The terms of a text in UTF-8, one after the other, by the table of characters and the stop words, which are inputs 1
/// to 4 of `node`. Throws Refusal where the text is not UTF-8.
std::vector<std::string> terms_of(const Node& node, const TermRules& rules, const std::vector<Tensor64>& inputs,
                                  const std::string& text);

/// Text `i` of those whose offsets are input `offsets`, in front of their bytes.
std::string text_at(const std::vector<Tensor64>& inputs, std::size_t offsets, std::size_t i);

/// The types of index and count. Refuses shapes that do not fit.
std::vector<TensorType> infer_entries(const Node& node, const std::vector<TensorType>& inputs, std::int32_t column,
                                      std::int32_t entries);

/// Both outputs for counts by index, a map for each row. Throws Refusal where a row has more than there are entries.
std::vector<Tensor64> entries_of(const Node& node, const std::vector<std::map<std::int64_t, std::int64_t>>& rows,
                                 const std::vector<TensorType>& outputs, bool binary);

/// Texts are exact, and so is what is counted in them.
std::vector<std::vector<double>> no_errors(const Node& node, const std::vector<Tensor64>& inputs,
                                           const std::vector<Tensor64>& outputs);

}  // namespace nacre::tools
