#pragma once

#include "tools/convert/self_check.hpp"
#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools {

/// Takes a graph that was read on to a checked model, as `nacre convert` does, where it is small enough for
/// a fuzzer: what is behind a reader must stand whatever the reader lets through.
inline void convert_small(Graph graph) {
  constexpr std::int64_t kEnough = 1 << 16;
  std::int64_t work = 0;
  for (const GraphValue& value : graph.values) work += value.type.size();
  for (const Node& node : graph.nodes)
    if (const auto macs = definition_of(node.op()).macs)
      work += std::min(kEnough, macs(node, graph.input_types(node), graph.type(node.outputs[0])));
  if (work > kEnough) return;
  const Graph original = graph;
  optimise(graph);
  lower(graph);
  const ModelBytes model = emit(graph, plan(graph), {"fuzzed", "", "nacre"}, {});
  std::vector<GoldenCase> golden;
  static_cast<void>(self_check(original, {model.data(), model.size()}, {}, &golden));
}

}  // namespace nacre::tools
