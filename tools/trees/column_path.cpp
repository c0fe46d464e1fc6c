#include "tools/trees/column_path.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace nacre::tools {
namespace {

using Kind = ColumnPath::Kind;

template <typename Real>
Real stepped(ScalerStep::Kind kind, Real x, double operand) {
  switch (kind) {
    case ScalerStep::Kind::subtract: return static_cast<Real>(x - operand);
    case ScalerStep::Kind::divide: return static_cast<Real>(x / operand);
    case ScalerStep::Kind::multiply: return static_cast<Real>(x * operand);
    case ScalerStep::Kind::add: return static_cast<Real>(x + operand);
    case ScalerStep::Kind::at_least: return x < operand ? static_cast<Real>(operand) : x;
    case ScalerStep::Kind::at_most: return x > operand ? static_cast<Real>(operand) : x;
  }
  return x;
}

constexpr double kRoundings = 4;  // of the power itself, of what is taken off it, of the quotient

/// ((1 + x)^power - 1) / power of log(1 + x), as far up (way 1) or down (-1) as a library may round it whose
/// (1 + x)^power is off by so many `units`, relative to it.
template <typename Real>
double grown(double logarithm, double power, double units, int way) {
  const double error = way * (kRoundings + units) * std::numeric_limits<Real>::epsilon() / 2;
  if (std::abs(power) < std::numeric_limits<double>::epsilon())
    return way == 0 ? logarithm : logarithm * (logarithm < 0 ? 1 - error : 1 + error);
  const double less_one = std::expm1(power * logarithm);
  if (way == 0 || std::isinf(less_one)) return less_one / power;
  return less_one / power + error * (less_one + 1 + std::abs(less_one)) / std::abs(power);
}

/// scikit-learn's PowerTransformer. Box and Cox know positive numbers only: what is less counts as zero. A library may
/// round the power to float32 as well, or the product of which it takes an exponential.
template <typename Real>
double box_cox(Real x, double power, int way) {
  const double logarithm = std::log(x < 0 ? 0.0 : static_cast<double>(x));
  return grown<Real>(logarithm, power, std::isinf(logarithm) ? 0 : std::abs(power * logarithm), way);
}

/// Of 1 + x, which is rounded: in float32 to one number everywhere.
template <typename Real>
double yeo_johnson(Real x, double power, int way) {
  const bool is_below = x < 0;
  const double size = std::abs(static_cast<double>(x)), of = is_below ? 2 - power : power;
  const bool is_float32 = std::is_same_v<Real, float>;
  const double logarithm = is_float32 && std::abs(of) >= std::numeric_limits<double>::epsilon()
                               ? std::log(static_cast<double>(1 + static_cast<Real>(size)))
                               : std::log1p(size);
  const double units = is_float32 ? std::abs(of * logarithm) : std::abs(of);
  return is_below ? -grown<Real>(logarithm, of, units, -way) : grown<Real>(logarithm, of, units, way);
}

template <typename Real>
Real walk(const std::vector<ColumnPath::Operation>& operations, Real x, int way = 0) {
  for (const ColumnPath::Operation& operation : operations) {
    const bool narrows = std::is_same_v<Real, float> && operation.narrows;
    const double operand = narrows ? static_cast<float>(operation.operand) : operation.operand;
    switch (operation.kind) {
      case Kind::step: x = stepped(operation.step, x, operand); break;
      case Kind::fill: x = std::isnan(x) ? static_cast<Real>(operand) : x; break;
      case Kind::indicate: x = std::isnan(x) ? 1 : 0; break;
      case Kind::box_cox: x = static_cast<Real>(box_cox(x, operand, way)); break;
      case Kind::yeo_johnson: x = static_cast<Real>(yeo_johnson(x, operand, way)); break;
    }
  }
  return x;
}

}  // namespace

ColumnPath ColumnPaths::trace(Element from, bool through_joins) {
  ColumnPath path{from.value, from.index};
  for (;;) {
    const auto& power = graph_.values[path.source].power_of;  // of float32 rows, rounded as only their library knows
    if (power && graph_.input_precision != schema::InputPrecision::float32) {
      path.operations.push_back({power->is_box_cox ? Kind::box_cox : Kind::yeo_johnson, {},
                                 power->powers.at(path.element % power->powers.size())});
      path.source = power->source;
    }
    const Node* const node = index_.producer(path.source);
    if (node == nullptr || !climb(*node, path, through_joins)) break;
  }
  std::reverse(path.operations.begin(), path.operations.end());
  return path;
}

/// To the node's input; false where the way ends.
bool ColumnPaths::climb(const Node& node, ColumnPath& path, bool through_joins) {
  switch (node.op()) {
    case Operator::affine: return climb_affine(node, path);
    case Operator::impute: return climb_impute(node, path);
    case Operator::tree_ensemble: return climb_indicator(node, path);
    default: break;
  }
  Element at{path.source, path.element};
  if ((node.op() == Operator::concatenate && !through_joins) || !movers_.climb(node, at)) return false;
  path.source = at.value;
  path.element = at.index;
  return true;
}

bool ColumnPaths::climb_affine(const Node& node, ColumnPath& path) {
  const std::size_t i = path.element % static_cast<std::size_t>(graph_.type(node.outputs[0]).last());
  std::vector<ColumnPath::Operation> added;
  for (const ScalerStep& step : node.steps) added.push_back({Kind::step, step.kind, step.operands[i], step.narrows});
  if (node.steps.empty()) {
    const auto& limits = node.as<parameters::Affine>();
    added = {{Kind::step, ScalerStep::Kind::subtract, movers_.numbers(node, 1)[i] + movers_.numbers(node, 2)[i]},
             {Kind::step, ScalerStep::Kind::multiply, movers_.numbers(node, 3)[i]},
             {Kind::step, ScalerStep::Kind::add, movers_.numbers(node, 4)[i]},
             {Kind::step, ScalerStep::Kind::at_least, limits.minimum},
             {Kind::step, ScalerStep::Kind::at_most, limits.maximum}};
  }
  for (const auto& [kind, step, operand, narrows] : added) {
    const bool scales = step == ScalerStep::Kind::multiply || step == ScalerStep::Kind::divide;
    const bool is_limit = step == ScalerStep::Kind::at_least || step == ScalerStep::Kind::at_most;
    if ((scales && !(operand > 0)) || (!is_limit && !std::isfinite(operand)) || std::isnan(operand))
      return false;  // does not rise
  }
  path.operations.insert(path.operations.end(), added.rbegin(), added.rend());
  path.source = node.inputs[0];
  return true;
}

bool ColumnPaths::climb_impute(const Node& node, ColumnPath& path) {
  if (!std::isnan(node.as<parameters::Impute>().missing_value)) return false;  // a number in the midst of others
  const std::vector<double>& fill = movers_.numbers(node, 1);
  path.operations.push_back({Kind::fill, {}, fill[path.element % fill.size()]});
  path.source = node.inputs[0];
  return true;
}

/// Trees that ask whether a value is missing: one question for each of their outputs.
bool ColumnPaths::climb_indicator(const Node& node, ColumnPath& path) {
  const std::vector<double>&nodes = movers_.numbers(node, 1), &roots = movers_.numbers(node, 2);
  const std::vector<double>&leaves = movers_.numbers(node, 4), &base = movers_.numbers(node, 5);
  const bool is_one_each =
      roots.size() == base.size() && leaves.size() == 2 * roots.size() && nodes.size() == 9 * roots.size();
  if (!is_one_each || node.as<parameters::TreeEnsemble>().divisor != 1 || path.element >= roots.size() ||
      movers_.numbers(node, 3)[path.element] != static_cast<double>(path.element))
    return false;
  const auto root = 3 * static_cast<std::size_t>(roots[path.element]);
  const float threshold = std::bit_cast<float>(static_cast<std::int32_t>(nodes[root + 1]));
  const auto leaf = [&](std::size_t at) { return leaves[static_cast<std::size_t>(nodes[at + 2])]; };
  if (nodes[root] < 0 || nodes[root] >= (1 << 30) || threshold != std::numeric_limits<float>::infinity())
    return false;
  if (base[path.element] != 0 || leaf(root + 3) != 0 || leaf(root + 6) != 1) return false;
  path.operations.push_back({Kind::indicate});
  path.element = static_cast<std::size_t>(nodes[root]);
  path.source = node.inputs[0];
  return true;
}

double ColumnPath::of(double x) const { return walk(operations, x); }
float ColumnPath::of_float32(float x) const { return walk(operations, x); }
double ColumnPath::bound(double x, int way) const { return walk(operations, x, way); }
float ColumnPath::bound_float32(float x, int way) const { return walk(operations, x, way); }

bool ColumnPath::has_powers() const {
  return std::ranges::any_of(operations, [](const Operation& operation) {
    return operation.kind == Kind::box_cox || operation.kind == Kind::yeo_johnson;
  });
}

std::vector<ColumnPath> ColumnPaths::to(ValueId value, bool through_joins) {
  std::vector<ColumnPath> paths;
  for (std::size_t i = 0; i < static_cast<std::size_t>(graph_.type(value).last()); ++i)
    paths.push_back(trace({value, i}, through_joins));
  return paths;
}

}  // namespace nacre::tools
