#include "tools/trees/thresholds.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace nacre::tools {
namespace {

/// Floats in ascending order as integers without gaps; both zeros are two of them.
std::int64_t ordinal(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits < 0 ? std::int64_t{std::numeric_limits<std::int32_t>::min()} - bits - 1 : bits;
}

float from_ordinal(std::int64_t n) {
  return std::bit_cast<float>(static_cast<std::int32_t>(n < 0 ? std::numeric_limits<std::int32_t>::min() - n - 1 : n));
}

}  // namespace

float FeatureMap::operator()(float x) const {
  return static_cast<float>(std::clamp((x - center) * scale + offset, minimum, maximum));
}

std::vector<FeatureMap> feature_maps(const Graph& graph, const Node& affine) {
  const auto numbers = [&](std::size_t i) { return graph.values[affine.inputs.at(i)].constant.value().to<double>(); };
  const std::vector<double> center = numbers(1), low = numbers(2), scale = numbers(3), offset = numbers(4);
  const auto& table = affine.as<schema::AffineT>();
  std::vector<FeatureMap> maps;
  for (std::size_t i = 0; i < center.size(); ++i) maps.push_back({center[i] + low[i], scale[i], offset[i], table.minimum, table.maximum});
  return maps;
}

std::optional<float> moved_threshold(const FeatureMap& map, float threshold) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (!(map.scale > 0) || !std::isfinite(map.scale) || !std::isfinite(map.center) || !std::isfinite(map.offset)) return std::nullopt;
  if (map(kInfinity) <= threshold) return kInfinity;
  if (!(map(-kInfinity) <= threshold)) return std::nullopt;
  std::int64_t below = ordinal(-kInfinity), above = ordinal(kInfinity);  // the map rises: bisect
  while (above - below > 1) {
    const std::int64_t middle = below + (above - below) / 2;
    (map(from_ordinal(middle)) <= threshold ? below : above) = middle;
  }
  return from_ordinal(below);
}

}  // namespace nacre::tools
