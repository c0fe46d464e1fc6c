#pragma once

#include <set>

#include "tools/sklearn/importer.hpp"
#include "tools/text/characters.hpp"

namespace nacre::tools {

/// What the parameters say that all vectorisers have: which terms they look for in a text.
struct TermSearch {
  Analyzer analyzer;
  CharacterRules rules;
  std::int64_t shortest, longest;       ///< words or characters of a term
  std::vector<std::string> stop_words;  ///< in ascending order
};
/// Refuses what is code, and what the operators cannot do.
TermSearch search_of(const Estimator& estimator);

/// Whether a parameter is true; `otherwise` where a release does not have it.
bool has_parameter(const Estimator& estimator, const char* parameter, bool otherwise);

/// Offsets and bytes of texts.
std::pair<ValueId, ValueId> add_texts(Graph& graph, const std::vector<std::string>& texts);

/// Inputs 0 to 4 of count_terms and hash_terms. `alphabet` as for character_table.
std::vector<ValueId> inputs_of(Graph& graph, ValueId x, const TermSearch& search, const std::set<char32_t>* alphabet);

}  // namespace nacre::tools
