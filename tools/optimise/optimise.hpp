#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Rewrites a graph, and the bodies of its nodes, into a smaller one that means the same: the passes below, in an order
/// in which each finds what those before it have made. What a file then holds is compared with the graph as it was.
void optimise(Graph& graph);

// One pass, one file of its name.

/// Removes nodes whose output nobody reads.
void remove_dead_nodes(Graph& graph);
/// Lets a recurrent layer of which only the last step is used give no other.
void take_last_step(Graph& graph);
/// Takes a transposition of a product into the product.
void fold_transpositions(Graph& graph);
/// Lets layers between a permutation and its inverse compute what is not permuted.
void unpermute(Graph& graph);
/// Moves element-wise layers before the reshape that they read from.
void sink_reshapes(Graph& graph);
/// Folds batch normalisation into the fully connected layer or convolution before it.
void fold_affine_after(Graph& graph);
/// Folds clamping activations (ReLU, ReLU6) into the layer before them.
void fuse_clamps(Graph& graph);
/// Folds padding layers into the convolution or pooling after them.
void fold_padding(Graph& graph);
/// Moves the thresholds of trees through the scaler before them, exactly.
void move_thresholds(Graph& graph);
/// Folds a scaler into the fully connected layer or convolution after it, where that loses nothing.
void fold_affine_before(Graph& graph);
/// Removes dequantisation followed by the same quantisation.
void drop_requantisation(Graph& graph);

}  // namespace nacre::tools
