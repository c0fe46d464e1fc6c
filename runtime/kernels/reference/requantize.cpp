#include "runtime/kernels/requantize.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status requantize(const Layer& layer) {
  const auto& p = layer.parameters<Requantize>();
  const T* x = layer.input<T>(0);
  std::uint8_t* y = layer.output<std::uint8_t>(0);
  for (std::uint32_t i = 0; i < p.count; ++i) {
    const std::int32_t scaled =
        multiply_by_quantized_multiplier(x[i] - p.input_zero_point, p.multiplier, p.shift) + p.output_zero_point;
    const std::int32_t maximum = p.minimum + 255;
    y[i] = static_cast<std::uint8_t>(scaled < p.minimum ? p.minimum : (scaled > maximum ? maximum : scaled));
  }
  return Status::ok;
}

}  // namespace

Status requantize_i8(const Layer& layer) { return requantize<std::int8_t>(layer); }
Status requantize_u8(const Layer& layer) { return requantize<std::uint8_t>(layer); }

}  // namespace nacre::reference
