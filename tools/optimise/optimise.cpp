#include "tools/optimise/optimise.hpp"

#include "tools/graph/bodies.hpp"

namespace nacre::tools {

void optimise(Graph& graph) {
  change_bodies(graph, optimise);
  for (const auto pass : {remove_dead_nodes, take_last_step, fold_transpositions, unpermute, sink_reshapes,
                          fold_affine_after, fuse_clamps, fold_padding, move_thresholds, fold_affine_before,
                          drop_requantisation, remove_dead_nodes})
    pass(graph);
}

}  // namespace nacre::tools
