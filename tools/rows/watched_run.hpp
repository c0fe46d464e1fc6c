#pragma once

#include "nacre/network.hpp"

namespace nacre::tools {

/// What one forward pass came to.
struct WatchedRun {
  Status status;
  /// Whether a finite number became infinite on the way: beyond the largest of its type, or divided by zero.
  bool overflowed;
};

/// Runs a network on the inputs that it holds.
WatchedRun run_watched(const Network& network);

}  // namespace nacre::tools
