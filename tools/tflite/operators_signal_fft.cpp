// SignalRfft of int16: the fixed-point transform of KISS FFT, a stage after the other. Each stage divides by its
// radix and rounds, so that 16 bits suffice.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators_signal.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

constexpr double kLargestSample = 32767, kHalfOfShare = 1 << 14;  // of products of 15 bits
constexpr int kSampleBits = 15;

/// Complex numbers of int32.
struct Complex {
  ValueId real, imaginary;
};

/// Complex constants of 15 bits.
struct Turns {
  Integers real, imaginary;

  void add(double phase) {
    real.push_back(static_cast<std::int64_t>(std::floor(0.5 + kLargestSample * std::cos(phase))));
    imaginary.push_back(static_cast<std::int64_t>(std::floor(0.5 + kLargestSample * std::sin(phase))));
  }
  /// A number by which a product leaves the other one as it is.
  void add_neutral() { real.push_back(1 << kSampleBits), imaginary.push_back(0); }
};

class Transform {
 public:
  Transform(const Call& call, std::int64_t rows, std::int64_t points)
      : call_(call), graph_(call.graph()), rows_(rows), points_(points) {
    for (std::int64_t left = points; left > 1; left /= radices_.back()) radices_.push_back(left % 4 == 0 ? 4 : 2);
  }

  /// Samples [rows, 2 points] to the points of the spectrum, the last included: [rows, points + 1, 2].
  ValueId add(ValueId samples) {
    Complex x = ordered(reshaped(graph_, samples, {rows_, points_, 2}));
    std::int64_t length = 1;
    for (auto radix = radices_.rbegin(); radix != radices_.rend(); ++radix) {
      x = stage(x, *radix, length);
      length *= *radix;
    }
    return spectrum({reshaped(graph_, x.real, {rows_, points_}), reshaped(graph_, x.imaginary, {rows_, points_})});
  }

 private:
  Flow chain(std::vector<ValueId> inputs) const { return {call_, std::move(inputs)}; }

  ValueId constant(const Dimensions& shape, const Integers& numbers) {
    return graph_.add_constant(Array::of(ElementType::int32, shape, numbers), DataType::int32);
  }

  /// A column of [rows, points, 2].
  ValueId part(ValueId pairs, std::int64_t i) {
    parameters::Slice slice = slice_of_all(graph_.shape(pairs));
    slice.begin[2] = static_cast<std::int32_t>(i), slice.size[2] = 1;
    return reshaped(graph_, graph_.add(slice, {pairs}), {rows_, points_});
  }

  ValueId taken(ValueId of, const Integers& places) {
    return graph_.add(parameters::Gather{}, {of, constant({std::ssize(places)}, places)}, call_.name + "_order");
  }

  /// In the order in which the first stage takes them: what is `radix` apart comes together.
  Complex ordered(ValueId pairs) {
    Integers places;
    for (std::int64_t i = 0; i < points_; ++i) {
      std::int64_t place = 0, rest = i, length = points_, step = 1;
      for (const std::int64_t radix : radices_) {
        length /= radix;
        place += rest / length * step;
        rest %= length, step *= radix;
      }
      places.push_back(place);
    }
    return {taken(part(pairs, 0), places), taken(part(pairs, 1), places)};
  }

  /// A share of numbers of 16 bits, rounded.
  ValueId divided_by(ValueId x, int divisor) {
    return chain({x})
        .then(M::multiply, static_cast<int>(kLargestSample) / divisor)
        .then(M::add, kHalfOfShare)
        .then(M::shift_right, kSampleBits)
        .done("_share");
  }

  Complex product(const Complex& x, const Turns& turns, const Dimensions& shape) {
    const ValueId c = constant(shape, turns.real), s = constant(shape, turns.imaginary);
    const auto rounded = [&](ValueId a, ValueId b, M function, const char* suffix) {
      const ValueId other = chain({b, s}).then_input(M::multiply, 1).done("_other");
      Flow steps = chain({a, c, other});
      steps.then_input(M::multiply, 1).then_input(function, 2).then(M::add, kHalfOfShare);
      steps.then(M::shift_right, kSampleBits);
      return wrap_to_int16(steps).done(suffix);
    };
    return {rounded(x.real, x.imaginary, M::subtract, "_real"), rounded(x.imaginary, x.real, M::add, "_imaginary")};
  }

  /// Sums and differences of `radix` neighbours: of the same part, and of the other one.
  ValueId combined(ValueId same, ValueId other, const Integers& of_same, const Integers& of_other, std::int64_t radix,
                   M function) {
    const auto multiplied = [&](const Integers& matrix, ValueId x) {
      return graph_.add(parameters::MatMul{}, {constant({radix, radix}, matrix), x}, call_.name + "_sums");
    };
    Flow steps = radix == 2 ? chain({multiplied(of_same, same)})
                             : chain({multiplied(of_same, same), multiplied(of_other, other)});
    if (radix == 2) steps.then(M::add, 0);
    else steps.then_input(function, 1);
    return wrap_to_int16(steps).done("_stage");
  }

  Complex stage(const Complex& x, std::int64_t radix, std::int64_t length) {
    const Dimensions shape{rows_ * points_ / (radix * length), radix, length};
    Turns turns;
    for (std::int64_t i = 0; i < radix; ++i)
      for (std::int64_t k = 0; k < length; ++k) {
        const std::int64_t place = points_ / (radix * length) * i * k;
        if (i == 0) turns.add_neutral();
        else turns.add(-2 * std::numbers::pi * static_cast<double>(place) / static_cast<double>(points_));
      }
    const auto share = [&](ValueId part_of_x) {
      return divided_by(reshaped(graph_, part_of_x, shape), static_cast<int>(radix));
    };
    const Complex t = product({share(x.real), share(x.imaginary)}, turns, {1, radix, length});
    const Integers same = radix == 2 ? Integers{1, 1, 1, -1}
                                     : Integers{1, 1, 1, 1, 1, 0, -1, 0, 1, -1, 1, -1, 1, 0, -1, 0};
    const Integers other{0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, -1, 0, 1};
    return {combined(t.real, t.imaginary, same, other, radix, M::add),
            combined(t.imaginary, t.real, same, other, radix, M::subtract)};
  }

  /// Of the transform of even samples as real parts and odd ones as imaginary parts, that of all samples.
  ValueId spectrum(const Complex& x) {
    const std::int64_t half = points_ / 2;
    Integers near, far;
    Turns turns;
    for (std::int64_t k = 1; k <= half; ++k) {
      near.push_back(k), far.push_back(points_ - k);
      turns.add(-std::numbers::pi * (static_cast<double>(k) / static_cast<double>(points_) + 0.5));
    }
    const Complex a{divided_by(taken(x.real, near), 2), divided_by(taken(x.imaginary, near), 2)};
    Flow negated = chain({taken(x.imaginary, far)});
    negated.alone(M::negative);
    const Complex b{divided_by(taken(x.real, far), 2), divided_by(wrap_to_int16(negated).done("_negated"), 2)};
    const auto of_both = [&](ValueId p, ValueId q, M function, const char* suffix) {
      return chain({p, q}).then_input(function, 1).done(suffix);
    };
    const Complex sum{of_both(a.real, b.real, M::add, "_even"), of_both(a.imaginary, b.imaginary, M::add, "_even")};
    const Complex difference{of_both(a.real, b.real, M::subtract, "_odd"),
                             of_both(a.imaginary, b.imaginary, M::subtract, "_odd")};
    const Complex t = product(difference, turns, {1, half});
    const auto halved = [&](ValueId p, ValueId q, M function) {
      return chain({p, q}).then_input(function, 1).then(M::shift_right, 1).done("_half");
    };
    const Complex first{halved(sum.real, t.real, M::add), halved(sum.imaginary, t.imaginary, M::add)};
    const Complex last{halved(sum.real, t.real, M::subtract), halved(t.imaginary, sum.imaginary, M::subtract)};
    const Integers begin{0};
    const ValueId r = divided_by(taken(x.real, begin), 2), i = divided_by(taken(x.imaginary, begin), 2);
    const ValueId none = chain({r}).then(M::multiply, 0).done("_none");
    const ValueId real = joined(of_both(r, i, M::add, "_first"), first.real, last.real,
                                of_both(r, i, M::subtract, "_last"));
    return interleaved(real, joined(none, first.imaginary, last.imaginary, none));
  }

  /// The first number, those from 1 to the middle, those from there to the last but one, which are stored in the
  /// opposite order, and the last.
  ValueId joined(ValueId begin, ValueId first, ValueId last, ValueId end) {
    const std::int64_t half = points_ / 2;
    Integers ascending, descending;
    for (std::int64_t k = 0; k + 1 < half; ++k) ascending.push_back(k);
    for (std::int64_t k = half; k > 0; --k) descending.push_back(k - 1);
    std::vector<ValueId> parts{begin};
    if (!ascending.empty()) parts.push_back(taken(first, ascending));
    parts.insert(parts.end(), {taken(last, descending), end});
    return graph_.add(parameters::Concatenate{.axis = 1}, parts, call_.name + "_parts");
  }

  ValueId interleaved(ValueId real, ValueId imaginary) {
    const Dimensions shape{rows_, points_ + 1, 1};
    return graph_.add(parameters::Concatenate{.axis = 2},
                      {reshaped(graph_, real, shape), reshaped(graph_, imaginary, shape)}, call_.name + "_spectrum");
  }

  const Call& call_;
  Graph& graph_;
  std::int64_t rows_, points_;
  std::vector<std::int64_t> radices_;  // 4 as long as possible, as KISS FFT takes them
};

}  // namespace

void import_signal_rfft(const Call& call) {
  constexpr std::int64_t kLongest = 1 << 15;
  if (call.importer.tensor(call.input(0)).type() != tflite::TensorType::INT16)
    refuse_type(call, "other than int16");
  const std::int64_t length = CustomOptions(call).integer("fft_length", 4, kLongest);
  if ((length & (length - 1)) != 0) call.refuse("has a length that is no power of two");
  Graph& graph = call.graph();
  ValueId x = stored_numbers(call, 0);
  const Dimensions shape = graph.shape(x);
  if (shape.empty() || shape.back() > length) call.refuse("has more samples than its length");
  const std::int64_t rows = graph.type(x).size() / shape.back();
  x = reshaped(graph, x, {rows, shape.back()});
  if (shape.back() < length) {
    parameters::Pad pad;
    pad.after[1] = static_cast<std::uint16_t>(length - shape.back());
    x = graph.add(pad, {x}, call.name + "_padded");
  }
  const ValueId y = Transform(call, rows, length / 2).add(x);
  Dimensions to = shape;
  to.back() = length + 2;
  call.define(stored_as(graph, reshaped(graph, y, to), DataType::int16, call.name));
}

}  // namespace nacre::tools
