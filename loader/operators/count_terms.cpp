#include "runtime/strict_float.hpp"  // first

#include "loader/text_check.hpp"

namespace nacre::checks {

void count_terms(LayerCheck& layer) {
  const auto& p = layer.parameters<parameters::CountTerms>();
  if (!check_terms<parameters::CountTerms>(layer) ||
      !layer.require_parameter(!p.in_order || p.shortest == p.longest, offsetof(parameters::CountTerms, in_order)) ||
      !check_texts(layer, 5) || !layer.has_input(7))
    return;
  const std::uint32_t terms = layer.elements(5) - 1;
  const auto* const number = layer.values<std::int32_t>(7);
  if (!layer.require_argument(layer.elements(7) == terms, 7)) return;
  bool holds = true;
  for (std::uint32_t i = 0; i < terms; ++i) holds &= number[i] >= 0;
  layer.require_weights(holds, 7);
}

}  // namespace nacre::checks
