#pragma once

#include <cstddef>

#include "loader/layer_check.hpp"
#include "runtime/kernels/text_reader.hpp"

namespace nacre {

/// Verifies texts: input `i` are their offsets, which ascend from 0 to the size of the next input at most.
inline bool check_texts(LayerCheck& layer, unsigned i) {
  const std::int32_t* offset = layer.values<std::int32_t>(i);
  const std::int32_t* const last = offset + layer.elements(i) - 1;
  bool holds = *offset == 0;
  for (; offset != last; ++offset) holds &= offset[0] <= offset[1];
  return layer.require_weights(holds && static_cast<std::uint32_t>(*last) <= layer.elements(i + 1), i);
}

/// Whether the characters from `first` to `last` become some that there are.
inline bool becomes_characters(std::uint32_t first, std::uint32_t last, std::uint32_t flags, std::uint32_t change,
                               std::uint32_t replacements) {
  if ((flags & text::kReplaced) != 0) {
    const std::uint32_t begin = change & 0xffffff, many = change >> 24;
    return begin <= replacements && many <= replacements - begin;
  }
  const std::uint32_t from = first + change;
  return from <= text::kLastCodePoint && last - first <= text::kLastCodePoint - from &&
         (from > 0 || (flags & text::kEndsRun) == 0);
}

/// Verifies what every operator that looks for terms has: inputs 1 to 4, and the fields of its struct.
template <typename Parameters>
bool check_terms(LayerCheck& layer) {
  const auto& p = layer.parameters<Parameters>();
  if (!layer.require_parameter(static_cast<std::uint32_t>(p.column) < layer.input(0).last(),
                               offsetof(Parameters, column)) ||
      !layer.require_parameter(layer.word(offsetof(Parameters, entries)) == layer.output().last(),
                               offsetof(Parameters, entries)) ||
      !layer.require_parameter(p.shortest <= p.longest, offsetof(Parameters, shortest)))
    return false;
  const std::uint32_t rows = layer.input(1)[0], replacements = layer.elements(2);
  const auto *row = layer.values<std::int32_t>(1), *replacement = layer.values<std::int32_t>(2);
  if (!layer.require_argument(rows >= text::kDirectRows, 1)) return false;
  bool holds = true;
  for (std::uint32_t i = 0; i < rows; ++i, row += 2) {
    const auto word = static_cast<std::uint32_t>(row[0]), first = word & text::kCodePoint;
    const std::uint32_t end =
        i + 1 < rows ? static_cast<std::uint32_t>(row[2]) & text::kCodePoint : text::kLastCodePoint + 1;
    holds &= (i >= text::kDirectRows || first == i) && first < end && end <= text::kLastCodePoint + 1 &&
             (word & (text::kEndsRun | text::kIgnored)) != (text::kEndsRun | text::kIgnored) &&
             becomes_characters(first, end - 1, word, static_cast<std::uint32_t>(row[1]), replacements);
  }
  if (!layer.require_weights(holds, 1)) return false;
  for (std::uint32_t i = 0; i < replacements; ++i)
    holds &= (static_cast<std::uint32_t>(replacement[i]) & text::kCodePoint) <= text::kLastCodePoint;
  return layer.require_weights(holds, 2) && check_texts(layer, 3);
}

}  // namespace nacre
