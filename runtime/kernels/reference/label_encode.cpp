#include "runtime/strict_float.hpp"  // first

#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/labels.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

/// How a label is ordered beside element `i` of x.
template <typename T>
int compare(const Layer& layer, std::uint32_t label, std::uint32_t i) {
  return compare_labels(layer.input<T>(1)[label], layer.input<T>(0)[i]);
}

template <>
int compare<String>(const Layer& layer, std::uint32_t label, std::uint32_t i) {
  const std::int32_t* offsets = layer.input<std::int32_t>(1) + label;
  const String& x = layer.input<String>(0)[i];
  return compare_labels(layer.input<char>(2) + offsets[0], static_cast<std::uint32_t>(offsets[1] - offsets[0]), x.data,
                        x.size);
}

template <typename T>
Status encode(const Layer& layer) {
  const std::uint32_t classes = layer.input_shape(1).size() - (std::is_same_v<T, String> ? 1 : 0);
  std::int64_t* y = layer.output<std::int64_t>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    std::uint32_t first = 0, end = classes, label = 0;
    int order = 1;
    while (first < end && order != 0) {
      label = first + (end - first) / 2;
      order = compare<T>(layer, label, i);
      if (order < 0) first = label + 1;
      else end = label;
    }
    if (order != 0) return Status::unknown_label;
    y[i] = label;
  }
  return Status::ok;
}

}  // namespace

Status label_encode_i64(const Layer& layer) { return encode<std::int64_t>(layer); }
Status label_encode_f64(const Layer& layer) { return encode<double>(layer); }
Status label_encode_string(const Layer& layer) { return encode<String>(layer); }

}  // namespace nacre::reference
