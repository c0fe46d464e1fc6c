#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/labels.hpp"

#include "loader/labels_check.hpp"

namespace nacre::checks {
namespace {

/// Whether each label comes before the next one, which is what a search goes by; NaN may follow them.
template <typename T>
bool ascend(LayerCheck& layer) {
  const T* const label = layer.values<T>(1);
  bool holds = true;
  for (std::uint32_t i = 1, count = layer.elements(1); i < count; ++i)
    holds &= compare_labels(label[i - 1], label[i]) < 0 || label[i] != label[i];
  return holds;
}

bool texts_ascend(LayerCheck& layer) {
  const auto* const offset = layer.values<std::int32_t>(1);
  const char* const text = layer.values<char>(2);
  const auto bytes = [offset](std::uint32_t i) { return static_cast<std::uint32_t>(offset[i + 1] - offset[i]); };
  bool holds = true;
  for (std::uint32_t i = 1, count = layer.elements(1) - 1; i < count; ++i)
    holds &= compare_labels(text + offset[i - 1], bytes(i - 1), text + offset[i], bytes(i)) < 0;
  return holds;
}

}  // namespace

void label_encode(LayerCheck& layer) {
  check_labels(layer, layer.type());
  if (!layer.ok()) return;
  const bool holds = layer.type() == DataType::string ? texts_ascend(layer)
                     : layer.type() == DataType::int64 ? ascend<std::int64_t>(layer)
                                                       : ascend<double>(layer);
  layer.require_weights(holds, 1);
}

}  // namespace nacre::checks
