#pragma once

#include <vector>

#include "tests/support/graphs.hpp"
#include "tools/convert/self_check.hpp"
#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools::test {

/// An input of one row.
inline ValueId row(Graph& graph, std::int64_t width = 6) {
  return graph.add_input("x", {DataType::float32, {1, width}});
}

/// Checks the file of one graph against another, on rows for its one input too.
inline SelfCheck check(const Graph& read, Graph written, const std::vector<std::vector<double>>& rows = {}) {
  lower(written);
  const ModelBytes file = emit(written, plan(written), {"m", "", ""}, {});
  std::vector<GoldenCase> golden;
  std::vector<std::vector<Tensor64>> given;
  for (const std::vector<double>& x : rows) given.push_back({{read.type(read.inputs[0].value), x, {}}});
  return self_check(read, {file.data(), file.size()}, given, &golden);
}

inline SelfCheck judge(const Graph& graph, const std::vector<std::vector<double>>& rows = {}) {
  return check(graph, graph, rows);
}

}  // namespace nacre::tools::test
