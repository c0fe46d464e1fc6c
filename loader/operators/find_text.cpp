#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/labels.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Whether the texts [first, end) ascend, each greater than the one before.
bool ascend(const std::int32_t* offsets, const char* bytes, std::uint32_t first, std::uint32_t end) {
  const auto size = [offsets](std::uint32_t i) { return static_cast<std::uint32_t>(offsets[i + 1] - offsets[i]); };
  bool holds = true;
  for (std::uint32_t i = first + 1; i < end; ++i)
    holds &= compare_labels(bytes + offsets[i - 1], size(i - 1), bytes + offsets[i], size(i)) < 0;
  return holds;
}

bool offsets_ascend(LayerCheck& layer) {
  const auto* const offsets = layer.values<std::int32_t>(2);
  const std::uint32_t texts = layer.elements(2) - 1;
  bool holds = offsets[0] == 0;
  for (std::uint32_t i = 0; i < texts; ++i) holds &= offsets[i] <= offsets[i + 1];
  return holds && static_cast<std::uint32_t>(offsets[texts]) <= layer.elements(3);
}

}  // namespace

void find_text(LayerCheck& layer) {
  if (!layer.require_weights(offsets_ascend(layer), 2)) return;
  const std::uint32_t texts = layer.elements(2) - 1, width = layer.input(0).last();
  const std::uint32_t none = layer.parameters<parameters::FindText>().refuses_others ? 0 : 1;
  const auto* const offsets = layer.values<std::int32_t>(2);
  const auto* column = layer.values<std::uint32_t>(1);
  std::uint32_t first = 0;
  for (std::uint32_t j = 0, count = layer.input(1)[0]; j < count; ++j, column += 2) {
    if (!layer.require_weights(column[0] < width && column[1] > first && column[1] <= texts, 1)) return;
    if (!layer.require_weights(ascend(offsets, layer.values<char>(3), first, column[1] - none), 2)) return;
    first = column[1];
  }
  layer.require_weights(first == texts, 1);
}

}  // namespace nacre::checks
