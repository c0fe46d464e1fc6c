#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

// What layers share that turn texts and integers into places of a vocabulary.

/// What a layer makes of its tokens: place 0 is the mask's where there is one, then come places for what is not in the
/// vocabulary, then the vocabulary.
struct KerasVocabulary {
  nlohmann::json tokens;
  std::int64_t first_other = 0, others = 1;
  std::optional<nlohmann::json> mask;
  std::int64_t first() const { return first_other + others; }
  std::int64_t places() const { return first() + static_cast<std::int64_t>(tokens.size()); }
};

/// Refuses what the file does not hold.
KerasVocabulary keras_vocabulary(const KerasLayer& layer);

/// How many elements a row for all places has, which max_tokens may widen.
std::int64_t vocabulary_depth(const KerasLayer& layer, const KerasVocabulary& vocabulary);

/// Rows of counts, each weighed: those that are not in the vocabulary have the mean of its idf_weights.
ValueId weigh_counts(const KerasLayer& layer, const KerasVocabulary& vocabulary, ValueId counts);

/// The hash of each text or integer, as `p` says; together with those before it, where there are any.
ValueId add_hash(const KerasLayer& layer, const parameters::HashText& p, ValueId x, std::optional<ValueId> before = {});

/// Where each text of x stands in `texts`, which ascend, as int32 [elements, 1]. Others are an error of the run, or
/// have the place behind the last one.
ValueId find_texts(const KerasLayer& layer, ValueId x, std::vector<std::string> texts, bool refuses_others);

/// 1 for each text that is `text`, otherwise 0.
ValueId equals_text(const KerasLayer& layer, ValueId x, const std::string& text);

}  // namespace nacre::tools
