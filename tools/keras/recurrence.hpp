#pragma once

#include <functional>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// What a recurrent layer repeats.
struct Recurrence {
  std::vector<TensorType> states;  ///< in the order in which Keras gives and returns them
  std::size_t result = 0;          ///< which of them is what the layer gives
  /// Appends one step to a body: the states after it.
  std::function<std::vector<ValueId>(Graph& body, ValueId x, const std::vector<ValueId>& states)> step;
};

/// The layer as a scan of its first input, which leaves its states as they are in steps that layer.skipped skips. The
/// other inputs are its first states: all or none. Returns what it gives and, as
/// far as they are read, its states after the last step.
std::vector<ValueId> add_recurrence(const KerasLayer& layer, const std::vector<ValueId>& inputs,
                                    const Recurrence& recurrence);

}  // namespace nacre::tools
