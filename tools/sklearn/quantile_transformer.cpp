// QuantileTransformer: the share of training rows below a number, or the normal deviate that it belongs to.

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/float64.hpp"
#include "tools/sklearn/steps.hpp"

namespace nacre::tools {
namespace {

using M = MapFunction;
constexpr double kLargest = std::numeric_limits<double>::infinity(), kBeyond = 1e-7;

/// From `begin` on y = share + (x - origin) * slope.
struct Piece {
  double begin, origin, share, slope;
};

/// The lines between the quantiles of a feature. At a number that quantiles repeat stands the mean of their shares.
std::vector<Piece> lines_between(const std::vector<double>& quantiles, const std::vector<double>& shares) {
  std::vector<Piece> pieces{{-kLargest, 0, shares.front(), 0}};
  for (std::size_t first = 0; first < quantiles.size();) {
    std::size_t last = first;
    while (last + 1 < quantiles.size() && quantiles[last + 1] == quantiles[first]) ++last;
    const double x = quantiles[first];
    if (first != last) pieces.push_back({x, 0, 0.5 * (shares[first] + shares[last]), 0});
    const double begin = first != last ? std::nextafter(x, kLargest) : x;
    if (last + 1 == quantiles.size()) pieces.push_back({begin, 0, shares.back(), 0});
    else if (begin < quantiles[last + 1])
      pieces.push_back({begin, x, shares[last], (shares[last + 1] - shares[last]) / (quantiles[last + 1] - x)});
    first = last + 1;
  }
  return pieces;
}

/// Shares of exactly 0 below `low` and 1 from `high` on; where they meet, 0.
std::vector<Piece> between(const std::vector<Piece>& pieces, double low, double high) {
  std::vector<Piece> result{{-kLargest, 0, 0, 0}};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const double end = i + 1 < pieces.size() ? pieces[i + 1].begin : kLargest;
    Piece piece = pieces[i];
    piece.begin = std::max(piece.begin, low);
    if (piece.begin < std::min(end, high)) result.push_back(piece);
  }
  result.push_back({std::max(low, high), 0, 1, 0});
  return result;
}

/// The lowest quantile is 0 and the highest 1, however often they repeat; of normal deviates so is what lies close.
std::vector<Piece> pieces_of(const std::vector<double>& quantiles, const std::vector<double>& shares, bool is_normal) {
  const std::vector<Piece> all = lines_between(quantiles, shares);
  const double least = quantiles.front(), most = quantiles.back();
  if (!is_normal) return between(all, std::nextafter(least, kLargest), most);
  return between(all, least_that([=](double x) { return !(x - kBeyond < least); }, least + kBeyond),
                 least_that([=](double x) { return x + kBeyond > most; }, most - kBeyond));
}

/// The normal deviate of a share, by Wichura's rational functions (AS 241), for shares of 1e-11 and more.
ValueId normal_deviate(const Float64& wide, ValueId share) {
  static const std::vector<double> kMiddleOver{
      3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
      4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
  static const std::vector<double> kMiddleUnder{
      1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3};
  static const std::vector<double> kOuterOver{
      1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const std::vector<double> kOuterUnder{
      1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
  constexpr double kMiddle = 0.425, kSquare = 0.180625, kShift = 1.6;
  const ValueId off = wide.apply(M::subtract, {share, 0.5}), distance = wide.apply(M::absolute, {off});
  const ValueId inner = wide.apply(M::subtract, {kSquare, wide.apply(M::square, {off})});
  const ValueId middle = wide.apply(M::divide, {wide.apply(M::multiply, {off, wide.polynomial(inner, kMiddleOver)}),
                                                wide.polynomial(inner, kMiddleUnder)});
  const ValueId tail = wide.apply(M::minimum, {share, wide.apply(M::subtract, {1.0, share})});
  const ValueId root = wide.apply(M::sqrt, {wide.apply(M::negative, {wide.apply(M::log, {tail})})});
  const ValueId outer = wide.apply(M::subtract, {root, kShift});
  const ValueId size = wide.apply(M::divide, {wide.polynomial(outer, kOuterOver), wide.polynomial(outer, kOuterUnder)});
  const ValueId signed_size = wide.apply(M::multiply, {size, wide.apply(M::sign, {off})});
  return wide.apply(M::where, {wide.apply(M::greater, {distance, kMiddle}), signed_size, middle});
}

ValueId transform_quantiles(const Estimator& estimator, ValueId x) {
  const std::string distribution = text_of(estimator.value, "output_distribution");
  if (distribution != "uniform" && distribution != "normal")
    estimator.refuse("has the unknown distribution " + distribution, "use uniform or normal");
  const bool is_normal = distribution == "normal";
  const std::vector<double> shares = estimator.value.attribute("references_").as_doubles();
  const Array quantiles = estimator.value.attribute("quantiles_").as_array();
  const auto features = static_cast<std::size_t>(estimator.graph.type(x).last());
  if (shares.empty() || quantiles.size() != shares.size() * features)
    estimator.refuse("has quantiles of other features", "save the model again");
  const std::vector<double> by_feature = transposed(quantiles.to<double>(), shares.size(), features);
  std::vector<StepFunction> functions;
  for (std::size_t f = 0; f < features; ++f) {
    const auto begin = by_feature.begin() + static_cast<std::ptrdiff_t>(f * shares.size());
    StepFunction function{static_cast<std::int64_t>(f), {}, {}};
    const std::vector<double> own(begin, begin + static_cast<std::ptrdiff_t>(shares.size()));
    for (const Piece& piece : pieces_of(own, shares, is_normal)) {
      if (piece.begin > -kLargest) function.edges.push_back(piece.begin);
      function.values.push_back({piece.origin, piece.share, piece.slope});
    }
    functions.push_back(std::move(function));
  }
  const ValueId lines = step_values(estimator, x, functions);
  const auto part = [&](std::int64_t i) {
    std::vector<std::int64_t> columns;
    for (std::size_t f = 0; f < features; ++f) columns.push_back(3 * static_cast<std::int64_t>(f) + i);
    return Algebra(estimator).columns(lines, columns);
  };
  const Float64 wide(estimator.graph, estimator.name);
  const ValueId way = wide.apply(M::subtract, {wide.widened(x), part(0)});
  ValueId y = wide.apply(M::multiply_add, {way, part(2), part(1)});
  if (is_normal) {
    constexpr double kLeast = kBeyond - std::numeric_limits<double>::epsilon();
    y = normal_deviate(wide, wide.apply(M::clamp, {y, kLeast, 1 - kLeast}));
  }
  return wide.narrowed(y);
}

}  // namespace

std::span<const SklearnClass> quantile_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("QuantileTransformer", transform_quantiles,
                  "copy ignore_implicit_zeros n_quantiles output_distribution random_state subsample", kKeepsColumns),
  };
  return kRows;
}

}  // namespace nacre::tools
