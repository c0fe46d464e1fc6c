#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/pool_2d.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

using parameters::MaxPool2D;

template <typename T>
void max_pool(const Layer& layer, T minimum, T maximum) {
  const auto window = pool_window_of<MaxPool2D>(layer);
  for_each_output(window, layer.input<T>(0), layer.output<T>(0),
                  [&](const Pooled<T>& pooled) {
                    bool first = true;
                    T best{};
                    pooled.for_each([&](T x) {
                      if (first || x > best || numerics::is_nan(x)) best = x;
                      first = false;
                    });
                    return clamp(best, minimum, maximum);
                  });
}

}  // namespace

Status max_pool_2d_f32(const Layer& layer) {
  const auto& p = layer.parameters<MaxPool2D>();
  max_pool<float>(layer, p.minimum, p.maximum);
  return Status::ok;
}

Status max_pool_2d_i8(const Layer& layer) {
  const auto& p = layer.parameters<MaxPool2D>();
  max_pool(layer, static_cast<std::int8_t>(p.output_minimum), static_cast<std::int8_t>(p.output_maximum));
  return Status::ok;
}

}  // namespace nacre::reference
