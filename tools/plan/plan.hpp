#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/plan/rows.hpp"

namespace nacre::tools {

/// Where one tensor of the file lies. `value` is its constant, where it has one.
struct PlannedTensor {
  TensorType type;
  MemoryKind memory = MemoryKind::activations;
  std::uint32_t offset = 0;
  const GraphValue* constant = nullptr;
  std::uint8_t alias = 0;  ///< so many tensors before it stands the one whose bytes it shares; 0: it has its own
};

/// One layer of the file: its arguments are indices of PlannedTensor.
struct PlannedLayer {
  const Graph* graph = nullptr;  ///< of the node: the whole graph, or the body of a layer before
  const Node* node = nullptr;
  std::vector<std::uint32_t> inputs;
  std::vector<std::uint32_t> outputs;
  std::vector<std::uint32_t> temporaries;
  std::uint32_t body = 0;  ///< so many layers behind it belong to it
};

/// Whether layers may be fused where that saves memory: `rows` layers then run chains of them on a few rows at a time.
enum class Fusion { none, rows };

/// Every decision that the device does not take: execution order, place of every tensor.
struct Plan {
  std::vector<PlannedTensor> tensors;
  std::vector<PlannedLayer> layers;
  std::vector<std::uint32_t> inputs;   ///< tensors of Graph.inputs
  std::vector<std::uint32_t> outputs;  ///< tensors of Graph.outputs
  std::vector<std::shared_ptr<const Graph>> fused;  ///< of the nodes and schedules that no other graph has
  std::uint32_t weights_bytes = 0;
  std::uint32_t activations_bytes = 0;
  std::uint32_t state_bytes = 0;
};

/// Bytes of a tensor on the device. Throws Refusal beyond 4 GiB.
std::uint32_t device_bytes(const TensorType& type);

/// Plans a graph whose outputs are all activations (see add_missing_copies). Reshapes share the place
/// of their input, layers that may work in place do, and what is left is placed largest first at the
/// lowest offset that is free while it lives.
Plan plan(const Graph& graph, Fusion fusion = Fusion::none);
/// The same with these chains, which share no step, in their order. Each can be fused.
Plan plan(const Graph& graph, const std::vector<Chain>& chains);

}  // namespace nacre::tools
