#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/pool_2d.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {

Status average_pool_2d_f32(const Layer& layer) {
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  const auto window = pool_window_of<parameters::AveragePool2D>(layer);
  for_each_output(window, layer.input<float>(0), layer.output<float>(0),
                  [&](const Pooled<float>& pooled) {
                    float sum = 0;
                    pooled.for_each([&](float x) { sum += x; });
                    return clamp(sum / static_cast<float>(pooled.count()), p.minimum, p.maximum);
                  });
  return Status::ok;
}

namespace {

/// The mean of integers, rounded half away from zero; sums wrap.
template <typename T>
std::int32_t integer_mean(const Pooled<T>& pooled) {
  std::uint32_t total = 0;
  pooled.for_each([&](T x) { total += x; });
  const auto sum = static_cast<std::int32_t>(total), count = pooled.count();
  return shifted_by(sum, sum >= 0 ? count / 2 : -(count / 2)) / count;
}

}  // namespace

Status average_pool_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  const auto window = pool_window_of<parameters::AveragePool2D>(layer);
  for_each_output(window, layer.input<std::int8_t>(0), layer.output<std::int8_t>(0),
                  [&](const Pooled<std::int8_t>& pooled) {
                    return static_cast<std::int8_t>(
                        clamp<std::int32_t>(integer_mean(pooled), p.output_minimum, p.output_maximum));
                  });
  return Status::ok;
}

Status average_pool_2d_i16(const Layer& layer) {
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  const auto window = pool_window_of<parameters::AveragePool2D>(layer);
  for_each_output(window, layer.input<std::int16_t>(0), layer.output<std::int16_t>(0),
                  [&](const Pooled<std::int16_t>& pooled) {
                    return limited_int16(integer_mean(pooled), p.minimum, p.maximum);
                  });
  return Status::ok;
}

}  // namespace nacre::reference
