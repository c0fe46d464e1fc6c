#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/labels.hpp"

namespace nacre::reference {
namespace {

/// Where `text` stands among the texts [first, end); `end` where it is none of them.
std::int32_t place_of(const String& text, const std::int32_t* offsets, const char* bytes, std::int32_t first,
                      std::int32_t end) {
  std::int32_t behind = end;
  while (first < behind) {
    const std::int32_t middle = first + (behind - first) / 2;
    const auto size = static_cast<std::uint32_t>(offsets[middle + 1] - offsets[middle]);
    const int order = compare_labels(bytes + offsets[middle], size, text.data, text.size);
    if (order == 0) return middle;
    if (order < 0) first = middle + 1;
    else behind = middle;
  }
  return end;
}

}  // namespace

Status find_text(const Layer& layer) {
  const std::uint32_t rows = layer.output_shape(0)[0], columns = layer.output_shape(0)[1];
  const std::int32_t others = layer.parameters<parameters::FindText>().refuses_others ? 0 : 1;
  const auto* const offsets = layer.input<std::int32_t>(2);
  const String* x = layer.input<String>(0);
  auto* y = layer.output<std::int32_t>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += layer.input_shape(0)[1]) {
    const auto* column = layer.input<std::int32_t>(1);  // pairs of element and end
    std::int32_t first = 0;
    for (std::uint32_t j = 0; j < columns; ++j, column += 2) {
      *y = place_of(x[column[0]], offsets, layer.input<char>(3), first, column[1] - others);
      first = column[1];
      if (*y++ == first) return Status::unknown_label;
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
