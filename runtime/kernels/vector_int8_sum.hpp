#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/int8_range.hpp"
#include "runtime/kernels/reference.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// The sum of two tensors of one shape, or their difference.
template <typename Eight, bool is_difference>
void add_elements(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Binary>();
  const std::int8_t *a = layer.input<std::int8_t>(0), *b = layer.input<std::int8_t>(1);
  std::int8_t* y = layer.output<std::int8_t>(0);
  using Rescale = typename Eight::Rescale;
  const Rescale of_a = Rescale::broadcast(p.a_multiplier, p.a_shift);
  const Rescale of_b = Rescale::broadcast(p.b_multiplier, p.b_shift);
  const Rescale of_y = Rescale::broadcast(p.output_multiplier, p.output_shift);
  const Int8Range range{p.output_zero_point, p.output_minimum, p.output_maximum};
  std::uint32_t count;
  const auto scaled = [&](const std::int8_t* at, std::int32_t zero_point, const Rescale& rescale) {
    const auto x = Eight::subtract(Eight::widen_first(at, count), Eight::broadcast(zero_point));
    return Eight::rescaled(Eight::shift_left(x, p.left_shift), rescale);
  };
  for (std::uint32_t left = layer.output_shape(0).size(); left > 0; left -= count) {
    count = left < 8 ? left : 8;
    const auto x = scaled(a, p.a_zero_point, of_a), z = scaled(b, p.b_zero_point, of_b);
    const auto sum = is_difference ? Eight::subtract(x, z) : Eight::add(x, z);
    Eight::store_first(y, Eight::rescale_to_int8(sum, of_y, range), count);
    a += count, b += count, y += count;
  }
}

inline bool has_one_shape(const Layer& layer) {
  return layer.input_shape(0) == layer.output_shape(0) && layer.input_shape(1) == layer.output_shape(0);
}

template <typename Eight>
Status vector_add_i8(const Layer& layer) {
  if (!has_one_shape(layer)) return reference::add_i8(layer);
  return add_elements<Eight, false>(layer), Status::ok;
}
template <typename Eight>
Status vector_subtract_i8(const Layer& layer) {
  if (!has_one_shape(layer)) return reference::subtract_i8(layer);
  return add_elements<Eight, true>(layer), Status::ok;
}

}  // namespace
}  // namespace nacre
