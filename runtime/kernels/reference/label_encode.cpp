#include "runtime/strict_float.hpp"  // first

#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

template <typename T>
bool is_label(const Layer& layer, std::uint32_t i, std::uint32_t label) {
  return layer.input<T>(0)[i] == layer.input<T>(1)[label];
}

template <>
bool is_label<String>(const Layer& layer, std::uint32_t i, std::uint32_t label) {
  const std::int32_t* offsets = layer.input<std::int32_t>(1) + label;
  const String& x = layer.input<String>(0)[i];
  if (x.size != static_cast<std::uint32_t>(offsets[1] - offsets[0])) return false;
  const char* text = layer.input<char>(2) + offsets[0];
  for (std::uint32_t b = 0; b < x.size; ++b)
    if (x.data[b] != text[b]) return false;
  return true;
}

template <typename T>
Status encode(const Layer& layer) {
  const std::uint32_t classes = layer.input_shape(1).size() - (std::is_same_v<T, String> ? 1 : 0);
  std::int64_t* y = layer.output<std::int64_t>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    std::uint32_t label = 0;
    while (label < classes && !is_label<T>(layer, i, label)) ++label;
    if (label == classes) return Status::unknown_label;
    y[i] = label;
  }
  return Status::ok;
}

}  // namespace

Status label_encode_i64(const Layer& layer) { return encode<std::int64_t>(layer); }
Status label_encode_f64(const Layer& layer) { return encode<double>(layer); }
Status label_encode_string(const Layer& layer) { return encode<String>(layer); }

}  // namespace nacre::reference
