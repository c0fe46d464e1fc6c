// SplineTransformer: B-splines of each feature, by the recursion of de Boor and Cox.

#include <algorithm>
#include <limits>
#include <numeric>

#include "tools/graph/moves.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/imputer.hpp"
#include "tools/sklearn/steps.hpp"

namespace nacre::tools {
namespace {

/// The knots of all features: [features, count].
struct SplineKnots {
  std::vector<double> values;
  std::size_t features, count, degree;

  double at(std::size_t feature, std::size_t i) const { return values[feature * count + i]; }
  std::size_t splines() const { return count - degree - 1; }
  /// Where training ended: knots beyond are there for the splines across the end.
  std::vector<double> lowest() const {
    std::vector<double> result;
    for (std::size_t f = 0; f < features; ++f) result.push_back(at(f, outside(f)));
    return result;
  }
  std::vector<double> highest() const {
    std::vector<double> result;
    for (std::size_t f = 0; f < features; ++f) result.push_back(at(f, count - outside(f) - 1));
    return result;
  }
  /// How many knots lie beyond an end of a feature. scikit-learn counts one more from the second feature on where it
  /// goes on in lines from splines of degree 1.
  std::size_t outside(std::size_t feature) const { return degree == 1 && goes_on_in_lines && feature > 0 ? 2 : degree; }

  bool goes_on_in_lines = false;
};

/// The knots of SciPy's BSpline: t, since 1.16 _t, since 1.18 the t of a part of its state.
std::vector<double> knots_of(const Value& spline) {
  for (const char* name : {"t", "_t"})
    if (const auto found = spline.find(name)) return found->as_doubles();
  const Value state(spline.document(), spline.document().object(spline.node()).state, spline.path());
  const bool has_parts = state.is_sequence() && state.size() > 0;
  return (has_parts ? state.at(0) : spline).attribute("t").as_doubles();
}

SplineKnots read_knots(const Estimator& estimator) {
  const Value splines = estimator.value.attribute("bsplines_");
  SplineKnots knots{{}, splines.size(), 0, static_cast<std::size_t>(estimator.value.attribute("degree").as_int())};
  for (std::size_t f = 0; f < splines.size(); ++f) {
    const std::vector<double> own = knots_of(splines.at(f));
    if (f == 0) knots.count = own.size();
    if (own.size() != knots.count || knots.count < 2 * knots.degree + 2)
      estimator.refuse("has splines of different knots", "save the model again");
    knots.values.insert(knots.values.end(), own.begin(), own.end());
  }
  return knots;
}

/// Numbers of each feature, as values of the shape [1, features, …].
class Splines {
 public:
  Splines(const Estimator& estimator, const SplineKnots& knots)
      : estimator_(estimator),
        algebra_(estimator),
        knots_(knots),
        features_(static_cast<std::int64_t>(knots.features)) {}

  /// All splines of x [1, features]: [1, features, splines].
  ValueId values(ValueId x) const {
    ValueId basis = intervals(x);
    x = algebra_.reshaped(x, {features_, 1});
    for (std::size_t degree = 1; degree <= knots_.degree; ++degree) basis = next_degree(basis, x, degree);
    return basis;
  }

 private:
  /// 1 for the interval between knots that x lies in, else 0. The first and the last one have no end.
  ValueId intervals(ValueId x) const {
    const std::size_t first = knots_.degree, last = knots_.count - knots_.degree - 2;
    std::vector<StepFunction> functions;
    for (std::size_t f = 0; f < knots_.features; ++f) {
      StepFunction function{static_cast<std::int64_t>(f), {}, {}};
      for (std::size_t i = first; i <= last; ++i) {
        if (i > first) function.edges.push_back(knots_.at(f, i));
        function.values.emplace_back(knots_.count - 1);
        function.values.back()[i] = 1;
      }
      functions.push_back(std::move(function));
    }
    const auto width = static_cast<std::int64_t>(knots_.count - 1);
    return algebra_.reshaped(rounded_step_values(estimator_, x, functions), {features_, width});
  }

  /// Splines of one degree more, each from two neighbours.
  ValueId next_degree(ValueId basis, ValueId x, std::size_t degree) const {
    const std::size_t count = knots_.count - 1 - degree;
    const ValueId rising = part(basis, x, degree, 0, count), falling = part(basis, x, degree, 1, count);
    return algebra_.add(rising, falling);
  }

  /// (x - first knot) / length of the spline that rises, or (last knot - x) / length of the one that falls.
  ValueId part(ValueId basis, ValueId x, std::size_t degree, std::size_t shift, std::size_t count) const {
    std::vector<double> origin, factor;
    for (std::size_t f = 0; f < knots_.features; ++f)
      for (std::size_t i = shift; i < count + shift; ++i) {
        const double length = knots_.at(f, i + degree) - knots_.at(f, i);
        origin.push_back(knots_.at(f, shift == 0 ? i : i + degree));
        factor.push_back(length > 0 ? (shift == 0 ? 1 : -1) / length : 0);
      }
    const auto width = static_cast<std::int64_t>(count);
    std::vector<std::int64_t> own(count);
    std::iota(own.begin(), own.end(), static_cast<std::int64_t>(shift));
    const ValueId way = algebra_.subtract(x, algebra_.constant({1, features_, width}, origin));
    const ValueId share = algebra_.multiply(way, algebra_.constant({1, features_, width}, factor));
    return algebra_.multiply(share, algebra_.columns(basis, own));
  }

  const Estimator& estimator_;
  Algebra algebra_;
  const SplineKnots& knots_;
  std::int64_t features_;
};

/// The slopes of the splines of a feature at a place between its ends, by the same recursion.
std::vector<double> slopes_at(const SplineKnots& knots, std::size_t f, double x) {
  const std::size_t degree = knots.degree;
  std::vector<double> basis(knots.count - 1);
  std::size_t interval = degree;
  while (interval + 1 < knots.splines() && x >= knots.at(f, interval + 1)) ++interval;
  basis[interval] = 1;
  const auto over = [&](double numerator, double length) { return length > 0 ? numerator / length : 0; };
  for (std::size_t d = 1; d < degree; ++d)
    for (std::size_t i = 0; i + d + 1 < knots.count; ++i)
      basis[i] = over(x - knots.at(f, i), knots.at(f, i + d) - knots.at(f, i)) * basis[i] +
                 over(knots.at(f, i + d + 1) - x, knots.at(f, i + d + 1) - knots.at(f, i + 1)) * basis[i + 1];
  std::vector<double> slopes;
  const auto d = static_cast<double>(degree);
  for (std::size_t i = 0; i < knots.splines(); ++i)
    slopes.push_back(degree == 0 ? 0
                                 : over(d, knots.at(f, i + degree) - knots.at(f, i)) * basis[i] -
                                       over(d, knots.at(f, i + degree + 1) - knots.at(f, i + 1)) * basis[i + 1]);
  return slopes;
}

/// What a linear extrapolation adds: the way beyond an end times the slopes there.
ValueId beyond(const Estimator& estimator, const SplineKnots& knots, ValueId x, ValueId inside) {
  const Algebra algebra(estimator);
  const auto features = static_cast<std::int64_t>(knots.features), splines = static_cast<std::int64_t>(knots.splines());
  const ValueId way = algebra.reshaped(algebra.subtract(x, inside), {features, 1});
  std::vector<double> low, high;
  for (std::size_t f = 0; f < knots.features; ++f) {
    const std::vector<double> at_low = slopes_at(knots, f, knots.lowest()[f]),
                              at_high = slopes_at(knots, f, knots.highest()[f]);
    const std::size_t rising = std::max<std::size_t>(knots.degree, 2);  // the others do not reach the lower end
    for (std::size_t i = 0; i < at_low.size(); ++i) low.push_back(i < rising ? at_low[i] : 0);
    high.insert(high.end(), at_high.begin(), at_high.end());
  }
  const ValueId zero = algebra.constant({1}, {0});
  const Dimensions shape{1, features, splines};
  return algebra.add(algebra.multiply(algebra.minimum(way, zero), algebra.constant(shape, low)),
                     algebra.multiply(algebra.maximum(way, zero), algebra.constant(shape, high)));
}

/// x taken into the first period.
ValueId within_period(const Estimator& estimator, const SplineKnots& knots, ValueId x) {
  const Algebra algebra(estimator);
  const std::vector<double> low = knots.lowest(), high = knots.highest();
  const auto features = static_cast<std::int64_t>(knots.features);
  std::vector<double> period;
  for (std::size_t f = 0; f < low.size(); ++f) {
    period.push_back(high[f] - low[f]);
    if (!(period.back() > 0)) estimator.refuse("has a period of length 0", "leave that column out");
  }
  const ValueId origin = algebra.constant({features}, low), length = algebra.constant({features}, period);
  Program program;
  program.then(MapFunction::remainder, DataType::float32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  const ValueId way = estimator.graph.add_map(std::move(program), {algebra.subtract(x, origin), length},
                                              estimator.name + ".period");
  return algebra.add(way, origin);
}

/// Periodic splines: those across the end are those across the start.
ValueId joined_ends(const Estimator& estimator, const SplineKnots& knots, ValueId values) {
  const Algebra algebra(estimator);
  const std::size_t count = knots.splines() - knots.degree;
  std::vector<std::int64_t> own, other;
  std::vector<double> is_joined;
  for (std::size_t i = 0; i < count; ++i) {
    own.push_back(static_cast<std::int64_t>(i));
    other.push_back(static_cast<std::int64_t>(i < knots.degree ? i + count : i));
    is_joined.push_back(i < knots.degree ? 1 : 0);
  }
  const ValueId more = algebra.multiply(algebra.columns(values, other),
                                        algebra.constant({static_cast<std::int64_t>(count)}, is_joined));
  return algebra.add(algebra.columns(values, own), more);
}

/// NaN where the library raises.
ValueId nothing_outside(const Estimator& estimator, ValueId x, ValueId inside) {
  Program program;
  program.then(MapFunction::equal, DataType::float32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  const Operand nan = program.literal(std::numeric_limits<double>::quiet_NaN(), DataType::float32);
  program.then(MapFunction::where, DataType::float32, {{Operand::Kind::output}, {Operand::Kind::input, 1}, nan});
  return estimator.graph.add_map(std::move(program), {x, inside}, estimator.name + ".inside");
}

ValueId transform_spline(const Estimator& estimator, ValueId x) {
  SplineKnots knots = read_knots(estimator);
  const auto features = static_cast<std::int64_t>(knots.features);
  if (features != estimator.graph.type(x).last()) estimator.refuse("has splines of other features", "save it again");
  const std::string extrapolation = text_of(estimator.value, "extrapolation");
  knots.goes_on_in_lines = extrapolation == "linear";
  if (knots.goes_on_in_lines && knots.degree == 0)
    estimator.refuse("goes on in lines from steps (degree=0)", "use extrapolation=\"constant\"");
  const Algebra algebra(estimator);
  const bool takes_missing = text_of(estimator.value, "handle_missing") == "zeros";
  const ValueId given = x, is_there = takes_missing ? algebra.equal(x, x) : x;
  if (takes_missing) x = filled(estimator, x, std::numeric_limits<double>::quiet_NaN(), knots.lowest());
  const ValueId inside = algebra.clamped(x, knots.lowest(), knots.highest());
  const bool keeps = extrapolation == "continue", is_periodic = extrapolation == "periodic";
  const ValueId taken = keeps                         ? x
                        : is_periodic                 ? within_period(estimator, knots, x)
                        : extrapolation == "error"    ? nothing_outside(estimator, x, inside)
                                                      : inside;
  ValueId y = Splines(estimator, knots).values(taken);
  if (extrapolation == "linear") y = algebra.add(y, beyond(estimator, knots, x, inside));
  if (is_periodic) y = joined_ends(estimator, knots, y);
  if (number_of(estimator.value, "include_bias").value_or(1) == 0) {
    std::vector<std::int64_t> kept(static_cast<std::size_t>(estimator.graph.type(y).last() - 1));
    std::iota(kept.begin(), kept.end(), std::int64_t{0});
    y = algebra.columns(y, kept);
  }
  if (given != x) y = algebra.where(algebra.reshaped(is_there, {features, 1}), y, algebra.constant({1}, {0}));
  return algebra.reshaped(y, {features * estimator.graph.type(y).last()});
}

}  // namespace

std::span<const SklearnClass> spline_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("SplineTransformer", transform_spline,
                  "degree extrapolation handle_missing include_bias knots n_knots order sparse_output"),
  };
  return kRows;
}

}  // namespace nacre::tools
