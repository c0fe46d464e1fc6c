#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status requantize(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Requantize>();
  const T* x = layer.input<T>(0);
  std::uint8_t* y = layer.output<std::uint8_t>(0);
  const std::int32_t minimum = p.output_type == DataType::int8 ? -128 : 0, maximum = minimum + 255;
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    const std::int32_t scaled =
        shifted_by(multiply_by_quantized_multiplier(x[i] - p.input_zero_point, p.multiplier, p.shift),
                   p.output_zero_point);
    y[i] = static_cast<std::uint8_t>(scaled < minimum ? minimum : (scaled > maximum ? maximum : scaled));
  }
  return Status::ok;
}

}  // namespace

Status requantize_i8(const Layer& layer) { return requantize<std::int8_t>(layer); }
Status requantize_u8(const Layer& layer) { return requantize<std::uint8_t>(layer); }

}  // namespace nacre::reference
