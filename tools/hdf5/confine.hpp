#pragma once

#include <cstddef>

namespace nacre::tools {

/// Seconds that a child may compute to read a file of `input` bytes.
unsigned hdf5_seconds(std::size_t input);

/// Takes from the calling process, a child about to read hostile bytes, all that reading bytes in memory
/// does not need: from here on it opens, starts, connects to and signals nothing, and ends by itself when
/// it computes for too long, takes too much memory, or writes more than `output` bytes. `input` is the size of its
/// file. False where the system lacks the means.
bool confine(std::size_t input, std::size_t output);

}  // namespace nacre::tools
