// Filter banks: energies of bands, their roots, noise that is taken away, gains and logarithms.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators_signal.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

constexpr DataType kWord64 = DataType::float64;

ValueId wide_constant(const Call& call, const std::vector<double>& numbers) {
  return call.graph().add_constant(Array::of(ElementType::float64, {std::ssize(numbers)}, numbers), kWord64);
}

Flow wide(const Call& call, std::vector<ValueId> inputs) { return {call, std::move(inputs), kWord64}; }

/// floor(x / 2^bits) of numbers from 0 on.
Flow& shift_down(Flow& chain, std::int64_t bits) {
  return chain.then(M::multiply, std::exp2(-static_cast<double>(bits))).alone(M::floor);
}

/// The places of a bank's weights: for each channel a run of frequencies.
struct Bank {
  std::int64_t channels, widest = 1;
  Integers weights, unweights, frequencies, starts, widths;

  explicit Bank(const Call& call) : channels(call.output_type().size()) {
    const auto numbers = [&](unsigned i) { return call.importer.integer_constant(call.input(i)); };
    weights = numbers(1), unweights = numbers(2), frequencies = numbers(3), starts = numbers(4), widths = numbers(5);
    const std::size_t count = static_cast<std::size_t>(channels) + 1;
    if (frequencies.size() < count || starts.size() < count || widths.size() < count)
      call.refuse("has lists for another number of channels");
    constexpr std::int64_t kMostWeight = 1 << 20;  // of one sum of words, which float64 then holds
    for (std::size_t i = 0; i < count; ++i) {
      if (widths[i] < 0 || frequencies[i] < 0 || starts[i] < 0 ||
          frequencies[i] + widths[i] > call.type(0).size() || starts[i] + widths[i] > std::ssize(weights) ||
          starts[i] + widths[i] > std::ssize(unweights))
        call.refuse("has channels that reach beyond its input or its weights");
      widest = std::max(widest, widths[i]);
      for (const Integers* of : {&weights, &unweights}) {
        std::int64_t sum = 0;
        for (std::int64_t j = 0; j < widths[i]; ++j) {
          const std::int64_t weight = of->at(static_cast<std::size_t>(starts[i] + j));
          if (weight < 0) call.refuse("has a weight below 0");
          sum += weight;
        }
        if (sum > kMostWeight) call.refuse("has weights whose sums 53 bits may not hold");
      }
    }
  }

  /// `of` by channel and place in its run, 0 behind a run.
  Integers spread(const Integers& of) const {
    Integers result;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(channels); ++i)
      for (std::int64_t j = 0; j < widest; ++j)
        result.push_back(j < widths[i] ? of[static_cast<std::size_t>(starts[i] + j)] : 0);
    return result;
  }
};

/// Halves of a gain's table: a value for each number of bits, with a slope and a curve.
struct Gain {
  Integers values, slopes, curves;
  static constexpr int kMostBits = 32, kFractionBits = 10;

  explicit Gain(const Integers& table) {
    for (int bits = 0; bits <= kMostBits; ++bits) {
      const auto at = [&](int i) { return bits < 2 ? 0 : table.at(static_cast<std::size_t>(4 * bits - 6 + i)); };
      values.push_back(at(0)), slopes.push_back(at(1)), curves.push_back(at(2));
    }
  }
  std::int64_t at(int bits, std::int64_t fraction) const {
    const auto i = static_cast<std::size_t>(bits);
    const std::int64_t steps = ((curves[i] * fraction >> 5) + slopes[i] * 32) * fraction;
    return ((steps + (1 << 14)) >> 15) + values[i];
  }
};

Integers powers_of_two(int count) {
  Integers powers;
  for (int bit = 0; bit < count; ++bit) powers.push_back(std::int64_t{1} << bit);
  return powers;
}

/// The gain for each estimate of noise.
ValueId gains(const Call& call, ValueId noise) {
  const Integers table = call.importer.integer_constant(call.input(2));
  if (std::ssize(table) < 4 * Gain::kMostBits - 3) call.refuse("has a table of another length");
  const Gain gain(table);
  for (int i = 0; i < 3; ++i)
    if (table[static_cast<std::size_t>(i)] < 0) call.refuse("has a gain below 0");
  for (int bits = 2; bits <= Gain::kMostBits; ++bits)
    for (std::int64_t fraction = 0; fraction < 1 << Gain::kFractionBits; ++fraction)
      if (const std::int64_t y = gain.at(bits, fraction); y < 0 || y > 32767)
        call.refuse("has gains beyond 15 bits");
  Graph& graph = call.graph();
  std::vector<double> to_fraction;
  for (int bits = 0; bits <= Gain::kMostBits; ++bits) to_fraction.push_back(std::exp2(Gain::kFractionBits + 1 - bits));
  const ValueId bits = count_not_below(call, noise, powers_of_two(Gain::kMostBits), "_bits");
  const ValueId scaled = wide(call, {noise, looked_up_in(call, bits, to_fraction)})
                             .then_input(M::multiply, 1)
                             .alone(M::floor)
                             .done("_scaled");
  const ValueId fraction = Flow(call, {cast_to(graph, scaled, DataType::int32, call.name + "_steps")})
                               .then(M::remainder, 1 << Gain::kFractionBits)
                               .done("_fraction");
  const ValueId curve = Flow(call, {looked_up_in(call, bits, gain.curves), fraction})
                            .then_input(M::multiply, 1)
                            .then(M::shift_right, 5)
                            .done("_curve");
  const ValueId slope = Flow(call, {looked_up_in(call, bits, gain.slopes)}).then(M::multiply, 32).done("_slope");
  const ValueId y = Flow(call, {curve, slope, fraction, looked_up_in(call, bits, gain.values)})
                        .then_input(M::add, 1)
                        .then_input(M::multiply, 2)
                        .then(M::add, 1 << 14)
                        .then(M::shift_right, 15)
                        .then_input(M::add, 3)
                        .done("_large");
  const ValueId near = wide(call, {noise}).then(M::minimum, 3).done("_near");
  const ValueId place = cast_to(graph, near, DataType::int32, call.name + "_place");
  const ValueId small = looked_up_in(call, place, Integers{table[0], table[1], table[2], 0});
  const ValueId is_large = Flow(call, {place}).then(M::equal, 3).done("_is_large");
  return cast_to(graph, chosen_of(graph, is_large, y, small, call.name + "_gain"), kWord64, call.name + "_gains");
}

}  // namespace

void import_signal_filter_bank(const Call& call) {
  const Bank bank(call);
  Graph& graph = call.graph();
  const std::int64_t rows = bank.channels + 1;
  Integers places;
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
    for (std::int64_t j = 0; j < bank.widest; ++j)
      places.push_back(j < bank.widths[i] ? bank.frequencies[i] + j : 0);
  const auto constant = [&](const Integers& numbers) {
    return graph.add_constant(Array::of(ElementType::int32, {rows, bank.widest}, numbers), DataType::int32);
  };
  const ValueId x = reshaped(graph, call.value(0), {call.type(0).size()});
  const ValueId energies = graph.add(parameters::Gather{}, {x, constant(places)}, call.name + "_bands");
  const auto sums = [&](const Integers& weights, std::int64_t first) {
    const ValueId factors = cast_to(graph, constant(bank.spread(weights)), kWord64, call.name + "_weights");
    const ValueId products = wide(call, {energies, factors}).then_input(M::multiply, 1).done("_products");
    const ValueId all = add_reduced(graph, products, ReduceFunction::sum, 2, call.name + "_sums");
    parameters::Slice slice = slice_of_all(graph.shape(all));
    slice.begin[0] = static_cast<std::int32_t>(first), slice.size[0] = static_cast<std::int32_t>(bank.channels);
    return reshaped(graph, graph.add(slice, {all}), {bank.channels});
  };
  call.define(wide(call, {sums(bank.weights, 1), sums(bank.unweights, 0)}).then_input(M::add, 1).done(""));
}

/// The nearest whole root, divided by a power of two. Of numbers below 2^32 it has 16 bits.
void import_signal_square_root(const Call& call) {
  constexpr double kLargestShort = 65535;
  const ValueId x = call.value(0);
  const ValueId root = wide(call, {x}).alone(M::sqrt).alone(M::floor).done("_root");
  const ValueId square = wide(call, {root, root}).then_input(M::multiply, 1).done("_square");
  const ValueId is_above =
      wide(call, {x, square, root}).then_input(M::subtract, 1).then_input(M::greater, 2).done("_rest");
  const ValueId is_largest = wide(call, {root}).then(M::equal, kLargestShort).done("_is_largest");
  const ValueId nearest =
      wide(call, {is_above, is_largest, root}).then_input(M::greater, 1).then_input(M::add, 2).done("_nearest");
  std::vector<double> shares;
  for (int bits = 0; bits < 32; ++bits) shares.push_back(std::exp2(-bits));
  const ValueId bits = reshaped(call.graph(), stored_numbers(call, 1), {1});
  call.define(
      wide(call, {nearest, looked_up_in(call, bits, shares)}).then_input(M::multiply, 1).alone(M::floor).done(""));
}

/// Less the noise, which is estimated from run to run.
void import_signal_subtraction(const Call& call) {
  constexpr std::int64_t kMostFactor = 32767, kMostBits = 31;
  Graph& graph = call.graph();
  const CustomOptions options(call);
  const auto factor = [&](const char* key) { return static_cast<double>(options.integer(key, 0, kMostFactor)); };
  const std::int64_t bits = options.integer("spectral_subtraction_bits", 0, kMostBits),
                     smoothing_bits = options.integer("smoothing_bits", 0, kMostBits);
  const std::int64_t channels = call.type(0).size();
  std::vector<double> new_share, old_share;
  for (std::int64_t i = 0; i < channels; ++i) {
    new_share.push_back(factor(i % 2 == 0 ? "smoothing" : "alternate_smoothing"));
    old_share.push_back(factor(i % 2 == 0 ? "one_minus_smoothing" : "alternate_one_minus_smoothing"));
  }
  TfliteVariable& noise = call.importer.variables_[fmt::format("noise of {}", call.name)];
  noise.is_assigned = true;
  const ValueId before = call.importer.begin_variable(call, noise, {kWord64, {channels}});
  const ValueId x = reshaped(graph, call.value(0), {channels});
  const ValueId scaled = within_a_word(
      call, wide(call, {x}).then(M::multiply, std::exp2(static_cast<double>(smoothing_bits))).done("_scaled"));
  const ValueId kept = wide(call, {before, wide_constant(call, old_share)}).then_input(M::multiply, 1).done("_kept");
  Flow mean = wide(call, {scaled, wide_constant(call, new_share), kept});
  mean.then_input(M::multiply, 1).then_input(M::add, 2);
  const ValueId estimate = within_a_word(call, shift_down(mean, bits).done("_mean"));
  const ValueId taken = wide(call, {estimate, scaled}).then_input(M::minimum, 1).done("_taken");
  const ValueId next = options.flag("clamping") ? taken : estimate;
  noise.now = wide(call, {next}).then(M::add, 0).done("_noise");
  Flow floor = wide(call, {x});
  floor.then(M::multiply, factor("min_signal_remaining"));
  const ValueId least = within_a_word(call, shift_down(floor, bits).done("_floor"));
  Flow rest = wide(call, {scaled, taken});
  rest.then_input(M::subtract, 1);
  const ValueId subtracted = shift_down(rest, smoothing_bits).done("_subtracted");
  call.define(wide(call, {subtracted, least}).then_input(M::maximum, 1).done(""), 0);
  call.define(*noise.now, 1);
}

/// The signal times a gain that falls with the noise, and small signals made smaller.
void import_signal_pcan(const Call& call) {
  constexpr double kSmall = 2 << 12;
  const std::int64_t shift = CustomOptions(call).integer("snr_shift", 0, 63);
  const ValueId gain = gains(call, call.value(1));
  Flow product = wide(call, {call.value(0), gain});
  product.then_input(M::multiply, 1);
  const ValueId ratio = within_a_word(call, shift_down(product, shift).done("_ratio"));
  const ValueId limited = wide(call, {ratio}).then(M::minimum, kSmall).done("_limited");
  Flow square = wide(call, {limited, limited});
  square.then_input(M::multiply, 1);
  const ValueId small = shift_down(square, 20).done("_small");
  Flow large = wide(call, {ratio});
  const ValueId above = shift_down(large, 6).then(M::subtract, 64).done("_large");
  Program program;
  program.then(M::greater_equal, kWord64, {input_of_program(0), program.literal(kSmall, kWord64)});
  program.then(M::where, kWord64, {kOutputOfProgram, input_of_program(1), input_of_program(2)});
  call.define(call.graph().add_map(program, {ratio, above, small}, call.name));
}

/// The natural logarithm, from one to the base 2 whose fraction a table corrects.
void import_signal_log(const Call& call) {
  constexpr int kSegments = 128, kScaleBits = 16, kSegmentBits = 9;
  constexpr double kLog2 = 45426, kRound = 32768, kMost = 32767;  // of 16 bits
  Graph& graph = call.graph();
  const CustomOptions options(call);
  const std::int64_t scale = options.integer("output_scale", 0, 1 << 30),
                     correction = options.integer("input_correction_bits", 0, 31);
  const ValueId x = within_a_word(
      call, wide(call, {call.value(0)}).then(M::multiply, std::exp2(static_cast<double>(correction))).done("_scaled"));
  const ValueId bits = count_not_below(call, x, powers_of_two(32), "_bits");
  std::vector<double> to_fraction;
  Integers wholes, table, steps;
  for (int i = 0; i <= 32; ++i) {
    to_fraction.push_back(i == 0 ? 0 : std::exp2(kScaleBits - (i - 1)));
    wholes.push_back(std::int64_t{std::max(i - 1, 0)} << kScaleBits);
  }
  for (int i = 0; i <= kSegments; ++i)
    table.push_back(std::lround((std::log2(1 + i / 128.0) - i / 128.0) * (1 << kScaleBits)));
  table.push_back(0);
  for (int i = 0; i <= kSegments; ++i)
    steps.push_back(table[static_cast<std::size_t>(i) + 1] - table[static_cast<std::size_t>(i)]);
  const ValueId place =
      wide(call, {x, looked_up_in(call, bits, to_fraction)}).then_input(M::multiply, 1).alone(M::floor).done("_place");
  const ValueId fraction = Flow(call, {cast_to(graph, place, DataType::int32, call.name + "_bits_of_place")})
                               .then(M::remainder, 1 << kScaleBits)
                               .done("_fraction");
  const ValueId segment = Flow(call, {fraction}).then(M::shift_right, kSegmentBits).done("_segment");
  const ValueId within = Flow(call, {fraction}).then(M::remainder, 1 << kSegmentBits).done("_within");
  const ValueId between = Flow(call, {looked_up_in(call, segment, steps), within})
                              .then_input(M::multiply, 1)
                              .then(M::shift_right, kScaleBits)
                              .done("_between");
  const ValueId log2 = Flow(call, {fraction, looked_up_in(call, segment, table), between,
                                    looked_up_in(call, bits, wholes)})
                           .then_input(M::add, 1)
                           .then_input(M::add, 2)
                           .then_input(M::add, 3)
                           .done("_log2");
  Flow natural = wide(call, {cast_to(graph, log2, kWord64, call.name + "_wide")});
  natural.then(M::multiply, kLog2).then(M::add, kRound);
  const ValueId log = shift_down(natural, kScaleBits).done("_log");
  const ValueId product =
      wide(call, {log}).then(M::multiply, static_cast<double>(scale)).then(M::add, kRound).done("_product");
  Flow scaled = wide(call, {within_a_word(call, product)});
  const ValueId y = shift_down(scaled, kScaleBits).then(M::minimum, kMost).done("_limited");
  const ValueId is_above = wide(call, {x}).then(M::greater, 1).done("_is_above");
  const ValueId kept = wide(call, {y, is_above}).then_input(M::multiply, 1).done("_kept");
  call.define(stored_as(graph, cast_to(graph, kept, DataType::int32, call.name + "_whole"), DataType::int16,
                        call.name));
}

}  // namespace nacre::tools
