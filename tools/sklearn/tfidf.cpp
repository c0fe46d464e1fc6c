// TfidfTransformer: counts of terms become weights.

#include "tools/graph/moves.hpp"
#include "tools/graph/sparse.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/text.hpp"

namespace nacre::tools {
namespace {

/// 1 + log x of what is not 0.
ValueId sublinear(const Algebra& algebra, ValueId x) {
  const ValueId one = algebra.constant({1}, {1}), none = algebra.constant({1}, {0});
  const ValueId log = algebra.apply(ActivationFunction::log, algebra.where(x, x, one));
  return algebra.where(x, algebra.add(log, one), none);
}

/// The factor of each term; none where terms weigh alike. Releases before 1.4 keep them as a diagonal matrix.
std::optional<std::vector<double>> factors(const Estimator& estimator) {
  const Value& value = estimator.value;
  if (const auto idf = value.find("idf_")) return idf->as_doubles();
  if (number_of(value, "use_idf").value_or(1) == 0) return std::nullopt;
  if (const auto diagonal = value.find("_idf_diag")) return diagonal->attribute("data").as_doubles();
  estimator.refuse("is not fitted", "save the model after it has been fitted");
}

std::optional<Norm> norm_of(const Estimator& estimator) {
  const auto norm = estimator.value.find("norm");
  if (!norm || norm->is_none()) return std::nullopt;
  const std::string word = text_of(estimator.value, "norm");
  if (word == "l1") return Norm::l1;
  if (word == "l2") return Norm::l2;
  estimator.refuse("has the unknown norm " + word, "use l1, l2 or None");
}

}  // namespace

ValueId normalize_row(const Estimator& estimator, ValueId x) {
  const auto norm = norm_of(estimator);
  if (!norm) return x;
  const auto row = sparse_row(estimator.graph, x);
  parameters::Normalize table;
  table.norm = *norm;
  const ValueId y = estimator.graph.add(table, {row ? row->value : x}, estimator.name + ".norm");
  return row ? add_scatter(estimator.graph, {y, row->index, row->width}, estimator.name) : y;
}

ValueId weigh_terms(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  const Algebra algebra(estimator);
  const auto row = sparse_row(graph, x);
  ValueId y = row ? row->value : x;
  if (number_of(estimator.value, "sublinear_tf").value_or(0) != 0) y = sublinear(algebra, y);
  if (const auto idf = factors(estimator)) {
    const auto width = static_cast<std::int64_t>(idf->size());
    if (width != graph.type(x).last())
      estimator.refuse("was fitted with another number of terms", "save the model again");
    const ValueId table = algebra.constant({width}, *idf);
    y = algebra.multiply(y, row ? add_lookup(graph, table, row->index, estimator.name + ".idf") : table);
  }
  return normalize_row(estimator, row ? add_scatter(graph, {y, row->index, row->width}, estimator.name + ".row") : y);
}

}  // namespace nacre::tools
