#pragma once

#include <string>
#include <vector>

#include "tools/pickle/value.hpp"

namespace nacre::tools {

/// A name that a DictVectorizer met in its dicts. Its features say what was under it: `t` a number, `city=Oslo` a text.
struct DictColumn {
  std::string name;
  bool is_text;
  /// By feature: the text for which it is 1. A number has one feature and no text.
  std::vector<std::pair<std::string, std::int64_t>> features;
};

/// The columns of the table that its rows are, in the order of their first features.
std::vector<DictColumn> dict_columns(const Value& vectorizer);

}  // namespace nacre::tools
