#pragma once

#include <optional>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// One feature's part of an affine layer, as the library computes it: in float64, rounded to float32
/// where a tree compares it.
struct FeatureMap {
  double center, scale, offset, minimum, maximum;
  float operator()(float x) const;
};

/// The maps of all features of an affine layer.
std::vector<FeatureMap> feature_maps(const Graph& graph, const Node& affine);

/// The largest float x whose image is not above `threshold`: for every float x (NaN too) the image is
/// <= threshold exactly where x <= the result. None where no float is that, or where the map falls.
std::optional<float> moved_threshold(const FeatureMap& map, float threshold);

}  // namespace nacre::tools
