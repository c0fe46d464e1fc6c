#include "tools/export/onnx_fixed_point.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {
namespace {

constexpr double kHalf = 1 << 30, kWhole = 2 * kHalf;

/// One number for all, or one for each element of the last axis.
std::string per_channel(OnnxExporter& to, const std::vector<double>& values) {
  const bool is_one = std::ranges::all_of(values, [&](double value) { return value == values.front(); });
  return is_one ? to.number(OnnxType::int64, values.front())
                : to.constant(OnnxType::int64, {static_cast<std::int64_t>(values.size())}, values);
}

std::string floor_divided_by(OnnxExporter& to, const std::string& x, const std::string& divisor) {
  const std::string rest = to.add("Mod", {x, divisor}, OnnxAttributes().integer("fmod", 0));  // never negative
  return to.add("Div", {to.add("Sub", {x, rest}), divisor});
}

}  // namespace

std::string floor_divided(OnnxExporter& to, const std::string& x, double divisor) {
  return floor_divided_by(to, x, to.number(OnnxType::int64, divisor));
}

std::string rescaled(OnnxExporter& to, const std::string& x, const std::vector<double>& multipliers,
                     const std::vector<double>& shifts) {
  std::vector<double> up, down, half;
  for (const double shift : shifts) {
    up.push_back(std::exp2(std::max(shift, 0.0)));
    down.push_back(std::exp2(std::max(-shift, 0.0)));
    half.push_back(std::floor(down.back() / 2));
  }
  std::string y = x;
  if (std::ranges::any_of(up, [](double factor) { return factor != 1; })) y = to.add("Mul", {y, per_channel(to, up)});
  y = to.add("Mul", {y, per_channel(to, multipliers)});
  y = floor_divided(to, to.add("Add", {y, to.number(OnnxType::int64, kHalf)}), kWhole);  // ties upwards
  if (std::ranges::all_of(down, [](double divisor) { return divisor == 1; })) return y;
  const std::string magnitude =
      to.add("Div", {to.add("Add", {to.add("Abs", {y}), per_channel(to, half)}), per_channel(to, down)});
  return to.add("Mul", {to.add("Sign", {y}), magnitude});
}

std::string nearest_away(OnnxExporter& to, const std::string& x, OnnxType type) {
  const std::string sign = to.add("Sign", {x}), size = to.add("Abs", {x}), whole = to.add("Floor", {size});
  const std::string is_up =
      to.add("GreaterOrEqual", {to.add("Sub", {size, whole}), to.number(type, 0.5)});
  return to.add("Mul", {sign, to.add("Add", {whole, to.cast(is_up, type)})});
}

}  // namespace nacre::tools
