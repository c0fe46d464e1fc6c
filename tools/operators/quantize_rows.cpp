#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 1 && inputs[0].type == DataType::float32 && !inputs[0].shape.empty(), node,
                 "quantises rows of another type than float32");
  const std::int64_t rows = inputs[0].shape[0];
  return {{DataType::int8, inputs[0].shape}, {DataType::float32, {rows}}, {DataType::int32, {rows}}};
}

/// How a row is quantised, once its range is known.
struct Codes {
  float scale, inverse;
  int zero_point, least;
};

/// In float32 and float64 as the description says: codes are compared exactly.
Codes codes_of(double least, double most, bool symmetric) {
  if (symmetric) {
    const auto largest = static_cast<float>(std::max(-least, most));
    return {largest / 127.0f, 127.0f / largest, 0, -127};
  }
  const double step = static_cast<double>(static_cast<float>(most) - static_cast<float>(least)) / 255;
  const double by_least = -128 - least / step, by_most = 127 - most / step;
  const double wanted = std::abs(-128) + std::abs(least / step) < 127 + std::abs(most / step) ? by_least : by_most;
  const auto scale = static_cast<float>(step);
  return {scale, 1.0f / scale, static_cast<int>(std::round(std::clamp(wanted, -128.0, 127.0))), -128};
}

double code_of(const Codes& codes, double x) {
  const float steps = static_cast<float>(x) * codes.inverse;
  if (std::isnan(steps)) return codes.zero_point;
  return std::clamp<double>(codes.zero_point + std::round(steps), codes.least, 127);
}

/// The smallest and the largest element of a row and 0, when each may be off by so much.
struct Range {
  double least = 0, most = 0;
  bool is_finite = true;

  void take(double x) {
    if (!std::isfinite(x)) is_finite = false;
    else least = std::min(least, x), most = std::max(most, x);
  }
};

std::vector<Tensor64> evaluate(const Node& node, const std::vector<Tensor64>& inputs,
                               const std::vector<TensorType>& outputs) {
  Tensor64 q = zeros(outputs[0]), scale = zeros(outputs[1]), zero_point = zeros(outputs[2]);
  const std::size_t rows = scale.values.size(), count = q.values.size() / rows;
  for (std::size_t row = 0; row < rows; ++row) {
    Range range;
    for (std::size_t i = row * count; i < (row + 1) * count; ++i) range.take(static_cast<float>(inputs[0].values[i]));
    if (!range.is_finite || range.least == range.most) {
      scale.values[row] = range.is_finite ? 1 : std::nan("");
      continue;
    }
    const Codes codes = codes_of(range.least, range.most, node.as<parameters::QuantizeRows>().symmetric);
    scale.values[row] = codes.scale, zero_point.values[row] = codes.zero_point;
    for (std::size_t i = row * count; i < (row + 1) * count; ++i)
      q.values[i] = code_of(codes, inputs[0].values[i]);
  }
  return {std::move(q), std::move(scale), std::move(zero_point)};
}

/// What one row may be quantised with when its elements are off.
struct Possible {
  Possible(const Tensor64& x, std::size_t first, std::size_t count, bool is_symmetric) : symmetric(is_symmetric) {
    Range inner, outer;  // the narrowest and the widest
    double highest = -kInfinity, lowest = kInfinity;
    for (std::size_t i = first; i < first + count; ++i) {
      outer.take(x.values[i] - x.errors[i]), outer.take(x.values[i] + x.errors[i]);
      highest = std::max(highest, x.values[i] - x.errors[i]), lowest = std::min(lowest, x.values[i] + x.errors[i]);
    }
    inner.take(std::max(highest, 0.0)), inner.take(std::min(lowest, 0.0));
    const double narrow = symmetric ? std::max(inner.most, -inner.least) : inner.most - inner.least;
    const double wide = symmetric ? std::max(outer.most, -outer.least) : outer.most - outer.least;
    is_known = outer.is_finite && narrow > 0;
    if (!is_known) return;
    const double steps = symmetric ? 127 : 255;
    least_step = narrow / steps * (1 - kSlack), most_step = wide / steps * (1 + kSlack);
    if (symmetric) return;
    const auto zero = [](double below, double above) { return -128 + 255 * below / (below + above); };
    least_zero = std::round(zero(-inner.least, outer.most) - kSlack);
    most_zero = std::round(zero(-outer.least, inner.most) + kSlack);
  }

  /// How far the code of a number may be from `code`.
  double error_of_code(double code, double x, double error) const {
    const double down = x - error, up = x + error, least = symmetric ? -127 : -128;
    const double low = std::min(down / least_step, down / most_step) - 256 * kSlack;
    const double high = std::max(up / least_step, up / most_step) + 256 * kSlack;
    const auto limited = [&](double zero, double steps) { return std::clamp(zero + std::round(steps), least, 127.0); };
    return std::max(code - limited(least_zero, low), limited(most_zero, high) - code);
  }

  static constexpr double kSlack = 0x1p-22;  ///< of the roundings to float32
  bool symmetric, is_known;
  double least_step = 0, most_step = 0, least_zero = 0, most_zero = 0;
};

/// A number that lies at the middle of two codes may have either; so may a zero point. Where nothing is off, the device
/// has exactly these.
std::vector<std::vector<double>> errors(const Node& node, const std::vector<Tensor64>& inputs,
                                        const std::vector<Tensor64>& outputs) {
  const Tensor64& x = inputs[0];
  if (x.errors.empty()) return {{}, {}, {}};
  const std::size_t rows = outputs[1].values.size(), count = x.values.size() / rows;
  std::vector<double> q(x.values.size()), scale(rows), zero_point(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto first = static_cast<std::ptrdiff_t>(row * count), end = first + static_cast<std::ptrdiff_t>(count);
    const auto is_zero = [](double error) { return error == 0; };
    if (std::all_of(x.errors.begin() + first, x.errors.begin() + end, is_zero)) continue;
    const Possible possible(x, row * count, count, node.as<parameters::QuantizeRows>().symmetric);
    if (!possible.is_known) {
      std::fill(q.begin() + first, q.begin() + end, kInfinity);
      scale[row] = zero_point[row] = kInfinity;
      continue;
    }
    const double step = outputs[1].values[row], zero = outputs[2].values[row];
    scale[row] = std::max(possible.most_step - step, step - possible.least_step);
    zero_point[row] = std::max(possible.most_zero - zero, zero - possible.least_zero);
    for (std::size_t i = row * count; i < (row + 1) * count; ++i)
      q[i] = possible.error_of_code(outputs[0].values[i], x.values[i], x.errors[i]);
  }
  return {std::move(q), std::move(scale), std::move(zero_point)};
}

}  // namespace

const Definition definitions::quantize_rows = {
    .name = "quantize_rows", .infer = nullptr, .evaluate = nullptr, .errors = nullptr,
    .infer_all = infer, .evaluate_all = evaluate, .errors_all = errors};

}  // namespace nacre::tools
