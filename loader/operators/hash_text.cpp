#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Whether there are two words for each of so many elements.
bool are_hashes(std::uint32_t words, std::uint32_t elements) { return words % 2 == 0 && words / 2 == elements; }

}  // namespace

void hash_text(LayerCheck& layer) {
  const auto& p = layer.parameters<parameters::HashText>();
  const std::uint32_t count = layer.elements(0), given = layer.elements(layer.inputs());
  if (layer.has_input(1) && !layer.require_argument(are_hashes(layer.elements(1), count), 1)) return;
  layer.require_argument(p.bins == 0 ? are_hashes(given, count) : given == count, layer.inputs());
}

}  // namespace nacre::checks
