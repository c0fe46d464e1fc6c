#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tools/operators/definition.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools::test {

/// Proves a plan by going through it as a device does: every write marks its bytes as those of a value, and every read
/// must find all bytes of a tensor marked as those of the value that the graph reads there. It knows nothing of
/// lifetimes: tensors that share bytes too early simply do not hold what is read.
class PlanChecker {
 public:
  PlanChecker(const Graph& graph, const Plan& plan)
      : graph_(graph), plan_(plan), marks_(plan.activations_bytes, kNothing), root_(graph.values.size()) {
    std::iota(root_.begin(), root_.end(), ValueId{0});
    for (const Node& node : graph.nodes)
      if (node.op() == Operator::reshape) root_[node.outputs[0]] = root_[node.inputs[0]];
  }

  /// What is wrong with the plan; empty: nothing.
  std::string fault() {
    check_places();
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) mark(plan_.inputs[i], root_[graph_.inputs[i].value]);
    for (const PlannedLayer& layer : plan_.layers) run(layer);
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i)
      require_held(plan_.outputs[i], root_[graph_.outputs[i].value], "output " + graph_.outputs[i].name);
    return fault_;
  }

 private:
  static constexpr std::uint32_t kNothing = 0xffffffff, kScratch = 0xfffffffe;
  struct Bytes {
    std::size_t begin, end;
    bool meets(const Bytes& other) const { return begin < other.end && other.begin < end; }
    bool operator==(const Bytes&) const = default;
  };

  Bytes bytes(std::uint32_t tensor) const {
    const PlannedTensor& planned = plan_.tensors[tensor];
    return {planned.offset, planned.offset + std::size_t{device_bytes(planned.type)}};
  }
  void require(bool holds, const std::string& what) {
    if (!holds && fault_.empty()) fault_ = what;
  }
  bool is_activation(std::uint32_t tensor) const { return plan_.tensors[tensor].memory == MemoryKind::activations; }

  /// Inside its memory, and aligned; what is no activation shares no byte with another of its kind.
  void check_places() {
    const auto check_apart = [&](MemoryKind memory, std::size_t size, std::size_t alignment) {
      std::vector<Bytes> places;
      for (std::uint32_t i = 0; i < plan_.tensors.size(); ++i) {
        if (plan_.tensors[i].memory != memory) continue;
        require(bytes(i).end <= size, "a tensor ends behind its memory");
        require(bytes(i).begin % alignment == 0, "a tensor is not aligned");
        if (memory != MemoryKind::activations &&
            (memory != MemoryKind::weights || plan_.tensors[i].constant != nullptr))
          places.push_back(bytes(i));
      }
      std::sort(places.begin(), places.end(), [](const Bytes& a, const Bytes& b) { return a.begin < b.begin; });
      for (std::size_t i = 1; i < places.size(); ++i)
        require(places[i - 1].end <= places[i].begin, "constants or states share bytes");
    };
    check_apart(MemoryKind::activations, plan_.activations_bytes, 16);
    check_apart(MemoryKind::weights, plan_.weights_bytes, 64);
    check_apart(MemoryKind::state, plan_.state_bytes, 16);
  }

  void mark(std::uint32_t tensor, std::uint32_t value) {
    if (!is_activation(tensor)) return;
    for (std::size_t b = bytes(tensor).begin; b < std::min(bytes(tensor).end, marks_.size()); ++b) marks_[b] = value;
  }

  void require_held(std::uint32_t tensor, ValueId value, const std::string& reader) {
    if (!is_activation(tensor))
      return require(graph_.values[value].constant.has_value(), reader + " reads no constant");
    for (std::size_t b = bytes(tensor).begin; b < std::min(bytes(tensor).end, marks_.size()); ++b)
      require(marks_[b] == value, reader + " reads bytes that something else was written to");
  }

  /// A kernel reads its inputs while it writes: it may write over the first, where its operator works in place.
  void run(const PlannedLayer& layer) {
    const Node& node = *layer.node;
    for (std::size_t i = 0; i < layer.inputs.size(); ++i)
      require_held(layer.inputs[i], root_[node.inputs[i]], "layer " + node.name);
    std::vector<std::uint32_t> written = layer.outputs;
    written.insert(written.end(), layer.temporaries.begin(), layer.temporaries.end());
    std::erase_if(written, [&](std::uint32_t tensor) { return !is_activation(tensor); });
    for (std::size_t i = 0; i < written.size(); ++i) {
      for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
        const bool is_over_first = k == 0 && written[i] == layer.outputs[0] && works_in_place(graph_, node) &&
                                   bytes(written[i]) == bytes(layer.inputs[0]);
        require(!is_activation(layer.inputs[k]) || is_over_first || !bytes(written[i]).meets(bytes(layer.inputs[k])),
                "layer " + node.name + " writes over what it reads");
      }
      for (std::size_t k = 0; k < i; ++k)
        require(!bytes(written[i]).meets(bytes(written[k])), "layer " + node.name + " writes one place twice");
    }
    for (const std::uint32_t temporary : layer.temporaries) mark(temporary, kScratch);
    for (std::size_t i = 0; i < layer.outputs.size(); ++i) mark(layer.outputs[i], root_[node.outputs[i]]);
  }

  const Graph& graph_;
  const Plan& plan_;
  std::vector<std::uint32_t> marks_;  // by byte of the arena: whose it is
  std::vector<ValueId> root_;         // what a value is a reshape of
  std::string fault_;
};

/// What no plan can do without: the bytes of the values that are read in or after a step and were made before it, with
/// what the step itself writes; a layer that works in place writes nothing new.
inline std::size_t live_bytes_bound(const Graph& graph, const Plan& plan) {
  std::vector<ValueId> root(graph.values.size());
  std::iota(root.begin(), root.end(), ValueId{0});
  for (const Node& node : graph.nodes)
    if (node.op() == Operator::reshape) root[node.outputs[0]] = root[node.inputs[0]];
  const std::size_t steps = plan.layers.size() + 2;
  std::vector<std::size_t> last(graph.values.size()), live(steps);
  const auto size = [&](const TensorType& type) { return (std::size_t{device_bytes(type)} + 15) / 16 * 16; };
  for (std::size_t i = 0; i < plan.layers.size(); ++i)
    for (const ValueId input : plan.layers[i].node->inputs) last[root[input]] = i + 1;
  for (const Port& output : graph.outputs) last[root[output.value]] = steps - 1;
  const auto lives = [&](ValueId value, std::size_t first) {
    for (std::size_t step = first; step <= std::max(first, last[value]); ++step) live[step] += size(graph.type(value));
  };
  for (const Port& input : graph.inputs) lives(input.value, 0);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const PlannedLayer& layer = plan.layers[i];
    const bool in_place = layer.node->outputs.size() == 1 && works_in_place(graph, *layer.node) &&
                          plan.tensors[layer.outputs[0]].offset == plan.tensors[layer.inputs[0]].offset;
    const ValueId output = root[layer.node->outputs[0]];
    lives(output, i + 1);
    if (in_place) live[i + 1] -= size(graph.type(output));
    for (const std::uint32_t temporary : layer.temporaries)
      if (plan.tensors[temporary].memory == MemoryKind::activations) live[i + 1] += size(plan.tensors[temporary].type);
  }
  return *std::max_element(live.begin(), live.end());
}

}  // namespace nacre::tools::test
