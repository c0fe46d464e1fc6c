#pragma once

#include <cstdint>

#include "nacre/load.hpp"

namespace nacre {

/// The most operations that a run of a loaded network takes, whatever its inputs but for the length of texts:
/// multiply-accumulates, comparisons, elements read or written. UINT64_MAX where they are more than 64 bits count; 0 of
/// a network that was not loaded. The time to count is in proportion to the layers, and the nodes of tree ensembles.
std::uint64_t operations(const Network& network);

/// load(), which refuses a model whose runs may take more operations than `most`: too_expensive.
Status load_within(Span<const std::byte> model, Kernels kernels, Blocks blocks, std::uint64_t most, Network* network,
                   Digest digest = Digest::check, Place* place = nullptr);

}  // namespace nacre
