#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/broadcast.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {
namespace {

using parameters::Binary;

template <typename Function>
Status for_each_pair(const Layer& layer, Function f) {
  const Binary p = layer.parameters<Binary>();  // not in the file, which for all a compiler knows y may change
  const std::int8_t *a = layer.input<std::int8_t>(0), *b = layer.input<std::int8_t>(1);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const Shape to = layer.output_shape(0), from_a = layer.input_shape(0), from_b = layer.input_shape(1);
  const std::uint32_t count = to.size();
  if (from_a == to && from_b == to) {
    for (std::uint32_t i = 0; i < count; ++i) y[i] = f(a[i], b[i], p);
    return Status::ok;
  }
  for (std::uint32_t i = 0; i < count; ++i)
    y[i] = f(a[broadcast_place(i, to, from_a, 0, 1)], b[broadcast_place(i, to, from_b, 0, 1)], p);
  return Status::ok;
}

std::int8_t to_int8(std::int32_t x, const Binary& p) {
  const std::int32_t rescale[] = {p.output_multiplier, p.output_shift};
  return rescale_to_int8(x, rescale, p.output_zero_point, p.output_minimum, p.output_maximum);
}

std::int8_t clamp_int8(std::int32_t x, const Binary& p) {
  return static_cast<std::int8_t>(clamp<std::int32_t>(x, p.output_minimum, p.output_maximum));
}

/// Both inputs at the scale in which they are added. Inlined, so that what depends on the layer alone leaves the loop.
template <int kSign>
[[gnu::always_inline]] inline std::int8_t sum(std::int8_t a, std::int8_t b, const Binary& p) {
  const std::int32_t unit = 1 << p.left_shift;
  const std::int32_t x = multiply_by_quantized_multiplier((a - p.a_zero_point) * unit, p.a_multiplier, p.a_shift);
  const std::int32_t y = multiply_by_quantized_multiplier((b - p.b_zero_point) * unit, p.b_multiplier, p.b_shift);
  const std::uint32_t combined = static_cast<std::uint32_t>(x) + kSign * static_cast<std::uint32_t>(y);
  return to_int8(static_cast<std::int32_t>(combined), p);
}

}  // namespace

Status add_i8(const Layer& layer) {
  return for_each_pair(layer, [](std::int8_t a, std::int8_t b, const Binary& p) { return sum<1>(a, b, p); });
}
Status subtract_i8(const Layer& layer) {
  return for_each_pair(layer, [](std::int8_t a, std::int8_t b, const Binary& p) { return sum<-1>(a, b, p); });
}

Status multiply_i8(const Layer& layer) {
  return for_each_pair(layer, [](std::int8_t a, std::int8_t b, const Binary& p) {
    return to_int8((a - p.a_zero_point) * (b - p.b_zero_point), p);
  });
}

Status maximum_i8(const Layer& layer) {
  return for_each_pair(
      layer, [](std::int8_t a, std::int8_t b, const Binary& p) { return clamp_int8(a > b ? a : b, p); });
}
Status minimum_i8(const Layer& layer) {
  return for_each_pair(
      layer, [](std::int8_t a, std::int8_t b, const Binary& p) { return clamp_int8(a < b ? a : b, p); });
}

}  // namespace nacre::reference
