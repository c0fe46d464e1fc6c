#pragma once

#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// Which keys a query must not see, beside those that come later where the layer is causal: 1 in `queries`, [batch,
/// queries], blocks all keys, 1 in `keys`, [batch, keys], that key.
struct Blocked {
  std::vector<ValueId> queries, keys;
  std::optional<ValueId> pairs = {};  ///< [batch, queries, keys], or with heads behind the batch: blocks that pair
  std::int64_t window = 0;    ///< keys that are so far from a query, or farther, are blocked; 0: none
  bool has_no_share = false;  ///< what is blocked has a share of 0, also where a query is left without keys
};

/// softmax(scores) of those keys that a query may see: scores [batch, queries, keys], or [batch, heads, queries, keys].
/// Keras makes the others lower by 1e9, so that a query without keys sees all of them alike, unless `has_no_share`.
ValueId add_shares(const KerasLayer& layer, ValueId scores, const Blocked& blocked);

/// The number where the condition, which is broadcast, is not 0, else x.
ValueId add_where(const KerasLayer& layer, ValueId condition, double number, ValueId x, const char* suffix);

}  // namespace nacre::tools
