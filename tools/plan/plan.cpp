#include "tools/plan/plan.hpp"

#include <algorithm>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/operators/definition.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/plan/arena.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint32_t kWeightsAlignment = 64;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Assigns values to tensors. Values that share bytes (reshape, in place) get regions in common.
class Planner {
 public:
  explicit Planner(const Graph& graph) : graph_(graph), last_use_(graph.values.size(), 0) {
    find_last_uses();
  }

  Plan run() {
    tensor_of_.assign(graph_.values.size(), kNone);
    region_of_.assign(graph_.values.size(), kNone);
    for (const Port& input : graph_.inputs) plan_.inputs.push_back(tensor(input.value));
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) plan_node(graph_.nodes[i], i + 1);
    for (const Port& output : graph_.outputs) plan_.outputs.push_back(tensor(output.value));
    place_activations();
    put_aliases_behind_owners();
    return std::move(plan_);
  }

 private:
  void find_last_uses() {
    const auto end = static_cast<std::uint32_t>(graph_.nodes.size()) + 1;
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
      for (const ValueId input : graph_.nodes[i].inputs) last_use_[input] = i + 1;
    for (const Port& output : graph_.outputs) last_use_[output.value] = end;
    // A reshape's input lives as long as the reshape: walk backwards so that chains carry over.
    for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node)
      if (node->op() == Operator::reshape)
        last_use_[node->inputs[0]] = std::max(last_use_[node->inputs[0]], last_use_[node->outputs[0]]);
  }

  void plan_node(const Node& node, std::uint32_t step) {
    if (node.op() == Operator::reshape) {
      share(node.outputs[0], node.inputs[0]);
      if (tensor_of_[node.outputs[0]] == kNone) {
        const std::uint32_t source = tensor(node.inputs[0]), owner = owner_[source];
        owner_[tensor(node.outputs[0])] = owner == kNone ? source : owner;
      }
      return;
    }
    PlannedLayer layer{&node, {}, {}, {}};
    for (const ValueId input : device_inputs(node)) layer.inputs.push_back(tensor(input));
    if (works_in_place(node, step)) share(node.outputs[0], node.inputs[0]);
    for (const ValueId output : node.outputs) layer.outputs.push_back(tensor(output, step));
    const Definition& definition = definition_of(node.op());
    if (definition.temporaries != nullptr)
      for (const Temporary& temporary :
           definition.temporaries(node, graph_.input_types(node), graph_.type(node.outputs[0])))
        layer.temporaries.push_back(add_temporary(temporary, step));
    plan_.layers.push_back(std::move(layer));
  }

  bool works_in_place(const Node& node, std::uint32_t step) const {
    const ValueId input = node.inputs[0];
    const TensorType& from = graph_.type(input);
    const TensorType& to = graph_.type(node.outputs[0]);
    const auto lies_there = [&](ValueId other) { return region_of_[other] == region_of_[input]; };
    return tools::works_in_place(node.op()) && region_of_[input] != kNone &&
           from.type != DataType::string && to.type != DataType::string && last_use_[input] == step &&
           std::count_if(node.inputs.begin(), node.inputs.end(), lies_there) == 1 &&
           regions_[region_of_[input]].last_use <= step && device_bytes(from) == device_bytes(to);
  }

  /// Gives `value` the bytes of `owner`.
  void share(ValueId value, ValueId owner) {
    if (region_of_[owner] == kNone) {  // among the weights
      plan_.tensors.push_back({graph_.type(value), MemoryKind::weights, plan_.tensors[tensor(owner)].offset, nullptr});
      tensor_of_[value] = static_cast<std::uint32_t>(plan_.tensors.size() - 1);
      region_of_tensor_.push_back(kNone);
      owner_.push_back(kNone);
      return;
    }
    region_of_[value] = region_of_[owner];
    Region& region = regions_[region_of_[value]];
    region.last_use = std::max(region.last_use, last_use_[value]);
  }

  std::uint32_t tensor(ValueId value, std::uint32_t step = 0) {
    if (tensor_of_[value] != kNone) return tensor_of_[value];
    const GraphValue& source = graph_.values[value];
    PlannedTensor planned{source.type, MemoryKind::activations, 0, nullptr};
    if (source.constant) {
      planned.memory = MemoryKind::weights;
      planned.constant = &source;
      planned.offset = add_weights(device_bytes(source.type));
    } else if (region_of_[value] == kNone) {
      region_of_[value] = static_cast<std::uint32_t>(regions_.size());
      regions_.push_back({device_bytes(source.type), step, std::max(step, last_use_[value]), 0});
      if (source.type.type == DataType::string) {  // pointers: no other tensor may ever lie there
        regions_.back().first_use = 0;
        regions_.back().last_use = static_cast<std::uint32_t>(graph_.nodes.size()) + 1;
      }
    }
    tensor_of_[value] = static_cast<std::uint32_t>(plan_.tensors.size());
    plan_.tensors.push_back(planned);
    region_of_tensor_.push_back(region_of_[value]);
    owner_.push_back(kNone);
    return tensor_of_[value];
  }

  std::uint32_t add_temporary(const Temporary& temporary, std::uint32_t step) {
    PlannedTensor planned{temporary.type, MemoryKind::activations, 0, nullptr};
    std::uint32_t region = kNone;
    if (temporary.is_state) {
      planned.memory = MemoryKind::state;
      planned.offset = plan_.state_bytes;
      plan_.state_bytes += align_arena(device_bytes(temporary.type));
    } else {
      region = static_cast<std::uint32_t>(regions_.size());
      regions_.push_back({device_bytes(temporary.type), step, step, 0});
    }
    plan_.tensors.push_back(planned);
    region_of_tensor_.push_back(region);
    owner_.push_back(kNone);
    return static_cast<std::uint32_t>(plan_.tensors.size() - 1);
  }

  std::uint32_t add_weights(std::uint32_t bytes) {
    const std::uint64_t offset = (std::uint64_t{plan_.weights_bytes} + kWeightsAlignment - 1) /
                                 kWeightsAlignment * kWeightsAlignment;
    if (offset + bytes > 0x7f000000u)
      throw Refusal("", "the weights need more than 2 GB", "FlatBuffers holds no larger file");
    plan_.weights_bytes = static_cast<std::uint32_t>(offset + bytes);
    return static_cast<std::uint32_t>(offset);
  }

  void place_activations() {
    plan_.activations_bytes = place(regions_);
    for (std::size_t i = 0; i < plan_.tensors.size(); ++i)
      if (region_of_tensor_[i] != kNone) plan_.tensors[i].offset = regions_[region_of_tensor_[i]].offset;
  }

  /// A file says of an alias how far behind its owner it stands.
  void put_aliases_behind_owners() {
    std::vector<std::vector<std::uint32_t>> aliases(plan_.tensors.size());
    for (std::uint32_t i = 0; i < owner_.size(); ++i)
      if (owner_[i] != kNone) aliases[owner_[i]].push_back(i);
    std::vector<std::uint32_t> now(plan_.tensors.size());
    std::vector<PlannedTensor> ordered;
    for (std::uint32_t i = 0; i < owner_.size(); ++i) {
      if (owner_[i] != kNone) continue;
      now[i] = static_cast<std::uint32_t>(ordered.size());
      ordered.push_back(plan_.tensors[i]);
      if (aliases[i].size() > 255)
        throw Refusal("", "a tensor has more than 255 shapes", "reshape it less often");
      for (const std::uint32_t alias : aliases[i]) {
        now[alias] = static_cast<std::uint32_t>(ordered.size());
        ordered.push_back(plan_.tensors[alias]);
        ordered.back().alias = static_cast<std::uint8_t>(now[alias] - now[i]);
      }
    }
    plan_.tensors = std::move(ordered);
    const auto renumber = [&](std::vector<std::uint32_t>& tensors) {
      for (std::uint32_t& tensor : tensors) tensor = now[tensor];
    };
    renumber(plan_.inputs);
    renumber(plan_.outputs);
    for (PlannedLayer& layer : plan_.layers) {
      renumber(layer.inputs);
      renumber(layer.outputs);
      renumber(layer.temporaries);
    }
  }

  const Graph& graph_;
  Plan plan_;
  std::vector<std::uint32_t> last_use_;   // by value: number of the last node that reads it, from 1
  std::vector<std::uint32_t> tensor_of_;  // by value
  std::vector<std::uint32_t> region_of_;  // by value
  std::vector<std::uint32_t> region_of_tensor_;
  std::vector<std::uint32_t> owner_;  // by tensor: the one whose bytes it shares, or kNone
  std::vector<Region> regions_;
};

}  // namespace

std::uint32_t device_bytes(const TensorType& type) {
  const auto bytes = static_cast<unsigned __int128>(type.size()) * element_bytes(type.type);
  if (bytes > 0x7fffffffu)
    throw Refusal("", "a tensor of " + to_string(type) + " needs more than 2 GB", "use a smaller model");
  return static_cast<std::uint32_t>(bytes);
}

Plan plan(const Graph& graph) {
  // A file of a few bytes can state any shape. So many elements between layers fit the float64 evaluations
  // that check a conversion.
  constexpr std::int64_t kMaxElements = std::int64_t{1} << 27;
  std::int64_t elements = 0;
  for (const GraphValue& value : graph.values)
    if (!value.constant && (elements += value.type.size()) > kMaxElements)
      throw Refusal("", "the tensors between its layers have more than 134 million elements", "use a smaller model");
  return Planner(graph).run();
}

}  // namespace nacre::tools
