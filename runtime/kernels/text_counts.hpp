#pragma once

#include "nacre/network.hpp"
#include "runtime/kernels/text_terms.hpp"

namespace nacre::text {

/// The entries of a row, in ascending order of their index where they are added.
struct Counts {
  std::int32_t *index, *count;
  std::uint32_t capacity, size = 0;

  Status add(std::int32_t number, std::int32_t amount) {
    std::uint32_t first = 0, end = size;
    while (first < end) {
      const std::uint32_t middle = first + (end - first) / 2;
      if (index[middle] < number) first = middle + 1;
      else end = middle;
    }
    if (first < size && index[first] == number) {
      count[first] += amount;
      return Status::ok;
    }
    if (size == capacity) return Status::too_many_terms;
    for (std::uint32_t i = size++; i > first; --i) index[i] = index[i - 1], count[i] = count[i - 1];
    index[first] = number, count[first] = amount;
    return Status::ok;
  }

  /// An entry behind the others, whatever they are; none where all are taken.
  Status append(std::int32_t number) {
    if (size < capacity) index[size] = number, count[size++] = 1;
    return Status::ok;
  }

  void finish(bool binary) const {
    for (std::uint32_t i = 0; i < size && binary; ++i) count[i] = 1;
    for (std::uint32_t i = size; i < capacity; ++i) index[i] = count[i] = 0;
  }
};

/// Reads the texts of all rows. Inputs 1 and 2 are the table of characters, `stop` and the one behind it the stop
/// words. Sink(Counts&, arguments…) counts.
template <typename Sink, typename Parameters, typename... Arguments>
Status count_rows(const Layer& layer, const Arguments&... arguments) {
  const auto& p = layer.parameters<Parameters>();
  const Shape x = layer.input_shape(0), y = layer.output_shape(0);
  const std::uint32_t columns = x.last(), capacity = y.last(), rows = x.product(0, x.rank() - 1u);
  const CharacterTable table{layer.input<std::int32_t>(1), layer.input_shape(1)[0], layer.input<std::int32_t>(2)};
  const Texts stop_words{layer.input<std::int32_t>(3), layer.input<std::uint8_t>(4), layer.input_shape(3).size() - 1};
  for (std::uint32_t row = 0; row < rows; ++row) {
    Counts counts{layer.output<std::int32_t>(0) + row * capacity, layer.output<std::int32_t>(1) + row * capacity,
                  capacity};
    Sink sink(counts, arguments...);
    Terms<Sink, Parameters> terms(p, stop_words, sink);
    const Status status =
        terms.read(Reader(table, layer.input<String>(0)[row * columns + static_cast<std::uint32_t>(p.column)]));
    if (status != Status::ok) return status;
    counts.finish(p.binary);
  }
  return Status::ok;
}

}  // namespace nacre::text
