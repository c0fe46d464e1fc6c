// Method 2 of Wu, Lin and Weng, "Probability estimates for multi-class classification by pairwise coupling", 2004.

#include "tools/sklearn/coupling.hpp"

#include <algorithm>

#include "tools/operators/scan.hpp"
#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

std::size_t pair_of(std::size_t i, std::size_t j, std::size_t count) {
  return i * (2 * count - i - 1) / 2 + j - i - 1;
}

/// Q [1, count * count]: Q[t][t] = sum over j of r[j][t]², Q[t][j] = -r[j][t] r[t][j]. Each element is a sum of
/// products of elements of r, which has [1, 2 pairs]: r[i][j] for i < j, then r[j][i].
ValueId coupling_matrix(const Algebra& algebra, ValueId r, std::size_t count) {
  const std::size_t pairs = count * (count - 1) / 2;
  std::vector<std::int64_t> swapped(2 * pairs);
  for (std::size_t i = 0; i < 2 * pairs; ++i) swapped[i] = static_cast<std::int64_t>((i + pairs) % (2 * pairs));
  const ValueId squares = algebra.apply(ActivationFunction::square, r);
  const ValueId products = algebra.multiply(r, algebra.columns(r, swapped));
  std::vector<double> of_squares(2 * pairs * count * count), of_products(of_squares.size());
  for (std::size_t t = 0; t < count; ++t)
    for (std::size_t j = 0; j < count; ++j) {
      if (j == t) continue;
      const std::size_t pair = pair_of(std::min(j, t), std::max(j, t), count), r_jt = j < t ? pair : pairs + pair;
      of_squares[r_jt * count * count + t * count + t] = 1;
      of_products[r_jt * count * count + t * count + j] = -1;
    }
  const std::vector<double> none(count * count);
  return algebra.add(algebra.product(squares, of_squares, none), algebra.product(products, of_products, none));
}

/// One sweep over the classes, taken where the error is not below epsilon yet.
ValueId sweep(const Algebra& algebra, ValueId p, ValueId matrix, std::int64_t count) {
  const ValueId before = p;
  const auto as_row = [&](ValueId x, std::int64_t width) { return algebra.reshaped(x, {width}); };
  ValueId qp = as_row(algebra.sum(algebra.multiply(algebra.reshaped(matrix, {count, count}),
                                                   algebra.reshaped(p, {1, count})), 2), count);
  ValueId pqp = as_row(algebra.sum(algebra.multiply(p, qp), 1), 1);
  const ValueId off = algebra.apply(ActivationFunction::abs, algebra.subtract(qp, pqp));
  const ValueId error = as_row(algebra.reduce(ReduceFunction::maximum, off, 1), 1);
  for (std::int64_t t = 0; t < count; ++t) {
    std::vector<std::int64_t> row;
    for (std::int64_t j = 0; j < count; ++j) row.push_back(t * count + j);
    const ValueId own = algebra.column(matrix, t * count + t), qp_t = algebra.column(qp, t);
    const ValueId step = algebra.divide(algebra.subtract(pqp, qp_t), own), scale = algebra.scaled(step, 1, 1);
    std::vector<double> unit(static_cast<std::size_t>(count));
    unit[static_cast<std::size_t>(t)] = 1;
    p = algebra.divide(algebra.add(p, algebra.multiply(step, algebra.constant({count}, unit))), scale);
    const ValueId grown = algebra.add(algebra.multiply(step, own), algebra.scaled(qp_t, 2));
    pqp = algebra.divide(algebra.divide(algebra.add(pqp, algebra.multiply(step, grown)), scale), scale);
    qp = algebra.divide(algebra.add(qp, algebra.multiply(step, algebra.columns(matrix, row))), scale);
  }
  const ValueId is_done = algebra.greater(algebra.constant({1}, {0.005 / static_cast<double>(count)}), error);
  return algebra.where(is_done, before, p);
}

}  // namespace

ValueId coupled_probabilities(const Estimator& estimator, ValueId pairwise, std::int64_t count) {
  constexpr std::int64_t kMostSweeps = 100;
  const Algebra algebra(estimator);
  Graph& graph = estimator.graph;
  const std::int64_t sweeps = std::max(kMostSweeps, count);
  const ValueId r = algebra.join({pairwise, algebra.scaled(pairwise, -1, 1)});
  const ValueId matrix = coupling_matrix(algebra, r, static_cast<std::size_t>(count));
  const std::vector<double> equal(static_cast<std::size_t>(count), 1.0 / static_cast<double>(count));
  const ValueId first = algebra.product(pairwise, std::vector<double>(equal.size() * static_cast<std::size_t>(
                                                      graph.type(pairwise).last())), equal);
  const ValueId turns = algebra.constant({1, sweeps, 1}, std::vector<double>(static_cast<std::size_t>(sweeps)));
  Graph body = scan_body(graph, {turns}, {graph.type(first), graph.type(matrix)});
  const ValueId p = body.inputs[1].value, q = body.inputs[2].value;
  const Estimator inside{body, estimator.value, estimator.name};
  const ValueId next = sweep(Algebra(inside), p, q, count);
  body.add_output("p", next);
  body.add_output("q", q);
  body.add_output("y", next);
  parameters::Scan scan;
  scan.sequences = 1;
  return add_scan(graph, scan, {turns, first, matrix}, std::move(body), estimator.name + ".coupling").front();
}

}  // namespace nacre::tools
