#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/pool_2d.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

using parameters::MaxPool2D;

template <typename T, typename Limit>
Status max_pool(const Layer& layer, Limit limit) {
  const auto& p = layer.parameters<MaxPool2D>();
  const auto window = pool_window_of<MaxPool2D>(layer);
  for_each_output(window, layer.input<T>(0), layer.output<T>(0),
                  [&](const Pooled<T>& pooled) {
                    bool first = true;
                    T best{};
                    pooled.for_each([&](T x) {
                      if (first || x > best || numerics::is_nan(x)) best = x;
                      first = false;
                    });
                    return limit(best, p);
                  });
  return Status::ok;
}

}  // namespace

Status max_pool_2d_f32(const Layer& layer) {
  return max_pool<float>(layer, [](float x, const MaxPool2D& p) { return clamp(x, p.minimum, p.maximum); });
}

Status max_pool_2d_i8(const Layer& layer) {
  return max_pool<std::int8_t>(layer, [](std::int8_t x, const MaxPool2D& p) {
    return clamp(x, static_cast<std::int8_t>(p.output_minimum), static_cast<std::int8_t>(p.output_maximum));
  });
}

Status max_pool_2d_i16(const Layer& layer) {
  return max_pool<std::int16_t>(
      layer, [](std::int16_t x, const MaxPool2D& p) { return limited_int16(x, p.minimum, p.maximum); });
}

}  // namespace nacre::reference
