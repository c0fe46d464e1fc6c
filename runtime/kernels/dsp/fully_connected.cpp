#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/products.hpp"
#include "runtime/kernels/dsp/rescale.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::dsp {
namespace {

constexpr std::uint32_t kUnits = 6;  // computed at once

/// One row of x, and what all units have in common.
struct Row {
  const std::int8_t* x;
  std::uint32_t quads;   ///< whole words of it
  std::uint32_t sum128;  ///< 128 times the sum of these
  std::uint32_t rest;    ///< the bytes behind them, and zeros
  bool has_rest;

  Row(const std::int8_t* row, std::uint32_t depth) : x(row), quads(depth / 4), rest(0), has_rest(depth % 4 != 0) {
    std::uint32_t sum = 0;
#pragma GCC unroll 4
    for (std::uint32_t i = 0; i < quads; ++i) sum = sum_of_bytes(load_word(x + 4 * i), sum);
    sum128 = sum << 7;
    for (std::uint32_t d = depth; d % 4 != 0; --d) rest = rest << 8 | static_cast<std::uint8_t>(x[d - 1]);
  }
};

/// How the sums become outputs: by the same factors, or by those of each unit.
struct Rescale {
  const Factors* factors;
  std::uint32_t step;   ///< from those of one unit to the next: 1, or 0
  std::int32_t offset;  ///< 2 zero_point + 1
  bool is_usual;

  std::int8_t rescaled(std::uint32_t sum, std::uint32_t unit) const {
    return factors[unit * step].rescaled_anyhow(sum, offset);
  }
};

[[gnu::noinline]] void rescale_each(const SixRows& sums, const Rescale& rescale, std::uint32_t unit, std::int8_t* y) {
  const std::uint32_t all[] = {sums.a0, sums.b0, sums.a1, sums.b1, sums.a2, sums.b2};
  for (unsigned i = 0; i < kUnits; ++i) y[i] = rescale.rescaled(all[i], unit + i);
}

/// Products with what whole words leave of a row: in plain C++, since the loops in assembly take a kilobyte.
[[gnu::noinline, gnu::cold]] const std::uint32_t* add_rest(const Row& row, const std::uint32_t* weights,
                                                           SixRows& sums) {
  TwoRows pairs[] = {{sums.a0, sums.b0}, {sums.a1, sums.b1}, {sums.a2, sums.b2}};
  const std::uint32_t sum128 = sum_of_bytes(row.rest, 0) << 7;
  for (unsigned i = 0; i < 3; ++i) pairs[i].add_quad(row.rest, weights[i], weights[3 + i], sum128);
  sums = {pairs[0].a, pairs[0].b, pairs[1].a, pairs[1].b, pairs[2].a, pairs[2].b};
  return weights + 6;
}

/// Computes `blocks` of six units. Returns where the next weights lie.
[[gnu::noinline]] const std::uint32_t* compute(const Row& row, const Rescale& rescale, const std::uint32_t* weights,
                                               const std::int32_t* bias, std::uint32_t blocks, std::int8_t* y) {
  const std::int32_t offset = rescale.offset;
  const bool has_one = rescale.step == 0 && rescale.is_usual;
  const Factors factors = rescale.factors[0];
  for (std::uint32_t unit = 0; unit < blocks * kUnits; unit += kUnits, bias += kUnits) {
    const auto from = [bias](unsigned i) { return static_cast<std::uint32_t>(bias[i]); };
    SixRows sums{from(0), from(1), from(2), from(3), from(4), from(5)};
    weights = sums.add(row.x, weights, row.quads, row.sum128);
    if (row.has_rest) {
      SixRows copy = sums;  // whose address is taken, unlike that of the registers
      weights = add_rest(row, weights, copy);
      sums = copy;
    }
    std::int8_t* const to = y + unit;
    if (!has_one) {
      const SixRows copy = sums;
      rescale_each(copy, rescale, unit, to);
      continue;
    }
    to[0] = factors.rescaled(sums.a0, offset), to[1] = factors.rescaled(sums.b0, offset);
    to[2] = factors.rescaled(sums.a1, offset), to[3] = factors.rescaled(sums.b1, offset);
    to[4] = factors.rescaled(sums.a2, offset), to[5] = factors.rescaled(sums.b2, offset);
  }
  return weights;
}

/// The units from `unit` on, fewer than six.
[[gnu::noinline]] void compute_last(const Row& row, const Rescale& rescale, const std::uint32_t* weights,
                                    const std::int32_t* bias, std::uint32_t unit, std::uint32_t units,
                                    std::int8_t* y) {
  for (; unit < units; unit += 2) {
    const bool has_both = unit + 1 < units;
    TwoRows sums{static_cast<std::uint32_t>(bias[unit]), has_both ? static_cast<std::uint32_t>(bias[unit + 1]) : 0};
    weights = sums.add(row.x, weights, row.quads, row.sum128);
    if (row.has_rest) {
      sums.add_quad(row.rest, weights[0], weights[1], sum_of_bytes(row.rest, 0) << 7);
      weights += 2;
    }
    y[unit] = rescale.rescaled(sums.a, unit);
    if (has_both) y[unit + 1] = rescale.rescaled(sums.b, unit + 1);
  }
}

}  // namespace

Status fully_connected_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const std::int32_t* const bias = layer.input<std::int32_t>(2);
  const Factors of_all = Factors::of(p.multiplier, p.shift);
  Rescale rescale{&of_all, 0, 2 * p.output_zero_point + 1, false};
  if (layer.has_input(3)) rescale.factors = factors_of(layer), rescale.step = 1;
  rescale.is_usual = are_usual(rescale.factors, rescale.step == 0 ? 1 : units);
  const std::int8_t* x = layer.input<std::int8_t>(0);
  std::int8_t *const start = layer.output<std::int8_t>(0), *y = start;
  for (std::uint32_t i = 0; i < rows; ++i, x += depth, y += units) {
    const Row row(x, depth);
    const auto* weights = reinterpret_cast<const std::uint32_t*>(layer.input<std::int32_t>(1));
    weights = compute(row, rescale, weights, bias, units / kUnits, y);
    compute_last(row, rescale, weights, bias, units / kUnits * kUnits, units, y);
  }
  clamp_outputs(p, start, rows * units);
  return Status::ok;
}

}  // namespace nacre::dsp
