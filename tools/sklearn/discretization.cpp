// KBinsDiscretizer: the bin of each number, or a column for each bin.

#include <algorithm>
#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/steps.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

/// Where bins begin. Releases before 1.1 moved each number up by a part of itself before they compared.
std::vector<double> inner_edges(const Estimator& estimator, std::vector<double> edges) {
  constexpr double kRelative = 1e-5, kAbsolute = 1e-8;
  edges = {edges.begin() + 1, edges.end() - 1};
  if (saved_before(estimator.value, 1, 1))
    for (double& edge : edges) {
      const double near = (edge - kAbsolute) / (edge > 0 ? 1 + kRelative : 1 - kRelative), wanted = edge;
      edge = least_that([=](double x) { return x + (kAbsolute + kRelative * std::abs(x)) >= wanted; }, near);
    }
  return edges;
}

ValueId transform_bins(const Estimator& estimator, ValueId x) {
  const Value all = estimator.value.attribute("bin_edges_");
  const bool is_ordinal = text_of(estimator.value, "encode") == "ordinal";
  std::vector<StepFunction> functions;
  std::vector<std::int64_t> owner;
  std::vector<double> place;
  const GraphIndex index(estimator.graph);
  const std::vector<ColumnPath> paths = ColumnPaths(estimator.graph, index).to(x, true);
  for (std::size_t feature = 0; feature < all.size(); ++feature) {
    const std::vector<double> edges = all.at(feature).as_doubles();
    if (edges.size() < 2) estimator.refuse("has a feature without bins", "leave it out");
    StepFunction bins{static_cast<std::int64_t>(feature), inner_edges(estimator, edges), {}};
    for (double& edge : bins.edges) edge -= doubt_around(paths.at(feature), edge);  // quantiles of the training rows
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
      bins.values.push_back({static_cast<double>(bin)});
      owner.push_back(static_cast<std::int64_t>(feature));
      place.push_back(static_cast<double>(bin));
    }
    functions.push_back(std::move(bins));
  }
  const ValueId bins = rounded_step_values(estimator, x, functions);
  if (is_ordinal) return bins;
  const Algebra algebra(estimator);
  const auto count = static_cast<std::int64_t>(place.size());
  return algebra.equal(algebra.columns(bins, owner), algebra.constant({count}, place));
}

}  // namespace

std::span<const SklearnClass> discretization_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("KBinsDiscretizer", transform_bins,
                  "dtype encode n_bins quantile_method random_state strategy subsample"),
  };
  return kRows;
}

}  // namespace nacre::tools
