#include "tools/plan/plan.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "tools/common/refusal.hpp"
#include "tools/graph/bodies.hpp"
#include "tools/operators/definition.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/plan/arena.hpp"
#include "tools/plan/fuse.hpp"
#include "tools/plan/rows.hpp"
#include "tools/plan/steps.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint32_t kWeightsAlignment = 64;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// A file of a few bytes can state any shape. So many elements between layers fit the float64 evaluations
/// that check a conversion.
void require_few_elements(const PlanSteps& all) {
  constexpr std::int64_t kMaxElements = std::int64_t{1} << 27;
  std::int64_t elements = 0;
  for (const GraphValue* value : all.values)
    if (!value->constant && (elements += value->type.size()) > kMaxElements)
      throw Refusal("", "the tensors between its layers have more than 134 million elements", "use a smaller model");
}

/// Assigns values to tensors. Values that share bytes (reshape, in place) get regions in common.
class Planner {
 public:
  Planner(const Graph& graph, const PlanSteps& all, const std::vector<Chain>& chains)
      : graph_(graph), all_(all), chains_(chains), last_use_(all.values.size(), 0), rows_of_(all.values.size(), 0) {
    for (const Chain& chain : chains_) growths_.push_back(growths_of(chain, all_));
    find_last_uses();
    tensor_of_.assign(all_.values.size(), kNone);
    region_of_.assign(all_.values.size(), kNone);
    for (const Port& input : graph_.inputs) plan_.inputs.push_back(tensor(input.value));
    plan_steps(0, all_.steps.size());
    for (const Port& output : graph_.outputs) plan_.outputs.push_back(tensor(output.value));
  }

  Plan run() {
    place_activations();
    put_in_order();
    return std::move(plan_);
  }

  /// Bytes that are alive in each step, before anything has a place.
  std::vector<std::uint32_t> live() const {
    const std::size_t steps = all_.steps.size();
    std::vector<std::uint32_t> live = bytes_in_use(regions_);
    live.resize(steps + 2);
    return {live.begin() + 1, live.begin() + 1 + static_cast<std::ptrdiff_t>(steps)};
  }

 private:
  /// Steps count from 1; that of a layer with a body ends with the last of the body.
  void find_last_uses() {
    const auto end = static_cast<std::uint32_t>(all_.steps.size()) + 1;
    for (std::uint32_t i = 0; i < all_.steps.size(); ++i) {
      const PlanStep& step = all_.steps[i];
      for (const auto* used : {&step.inputs, &step.outputs, &step.given, &step.made})
        for (const ValueId value : *used) {
          const std::uint32_t last = i + 1 + step.body;
          if (used != &step.outputs || step.body != 0) last_use_[value] = std::max(last_use_[value], last);
        }
    }
    for (std::size_t i = 0; i < chains_.size(); ++i) find_last_uses(chains_[i], growths_[i]);
    for (const Port& output : graph_.outputs) last_use_[output.value] = end;
    // A reshape's input lives as long as the reshape: walk backwards so that chains carry over.
    for (auto step = all_.steps.rbegin(); step != all_.steps.rend(); ++step)
      if (step->node->op() == Operator::reshape)
        last_use_[step->inputs[0]] = std::max(last_use_[step->inputs[0]], last_use_[step->outputs[0]]);
  }

  /// What a chain reads, and what it keeps from one step to the next, lives as long as it runs.
  void find_last_uses(const Chain& chain, const std::vector<RowGrowth>& growths) {
    for (const ValueId image : images_from_outside(chain, all_))
      last_use_[image] = std::max(last_use_[image], chain.end());
    for (std::uint32_t i = 0; i + 1 < chain.count; ++i) {
      const ValueId value = all_.steps[chain.first + i].outputs[0];
      rows_of_[value] = growths[i].buffer();
      if (growths[i].survives()) last_use_[value] = chain.end();
    }
  }

  void plan_steps(std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; i += 1 + all_.steps[i].body) {
      if (next_chain_ < chains_.size() && chains_[next_chain_].first == i) {
        plan_chain(chains_[next_chain_], growths_[next_chain_]);
        i += chains_[next_chain_++].count - 1;
      } else {
        plan_step(all_.steps[i], static_cast<std::uint32_t>(i) + 1);
      }
    }
  }

  /// One layer `rows` and the steps of the chain as its body.
  void plan_chain(const Chain& chain, const std::vector<RowGrowth>& growths) {
    const std::vector<ValueId> images = images_from_outside(chain, all_);
    const std::uint32_t first = chain.first + 1;
    const ValueId y = all_.steps[chain.end() - 1].outputs[0];
    PlannedLayer layer{nullptr, nullptr, {}, {}, {}, chain.count};
    for (const ValueId image : images) layer.inputs.push_back(tensor(image));
    layer.inputs.push_back(add_schedule(chain, images[0], growths, layer));
    lay_over_input(chain, growths, images);
    layer.outputs.push_back(tensor(y, first));
    plan_.layers.push_back(std::move(layer));
    for (std::uint32_t i = 0; i + 1 < chain.count; ++i)
      (void)tensor(all_.steps[chain.first + i].outputs[0], growths[i].survives() ? first : first + i);
    for (std::uint32_t i = 0; i < chain.count; ++i) plan_layer(all_.steps[chain.first + i], first + i);
  }

  std::uint32_t add_schedule(const Chain& chain, ValueId image, const std::vector<RowGrowth>& growths,
                             PlannedLayer& layer) {
    std::vector<std::int64_t> words;
    for (const RowGrowth& growth : growths)
      words.insert(words.end(), {growth.height, growth.first, growth.step, growth.kept});
    auto own = std::make_shared<Graph>();
    const Node &from = *all_.steps[chain.first].node, &to = *all_.steps[chain.end() - 1].node;
    Node node{chain.count == 1 ? from.name : from.name + " … " + to.name, {}, {0, 1}, {2}};
    node.parameters.Set(parameters::Rows{});
    const TensorType type{DataType::int32, {static_cast<std::int64_t>(chain.count), 4}};
    own->values = {{"", all_.values[image]->type, std::nullopt, {}},
                   {"", type, Array::of(ElementType::int32, type.shape, words), {}},
                   {"", all_.values[all_.steps[chain.end() - 1].outputs[0]]->type, std::nullopt, {}}};
    own->nodes.push_back(std::move(node));
    layer.graph = own.get(), layer.node = &own->nodes[0];
    plan_.tensors.push_back(
        {type, MemoryKind::weights, add_weights(device_bytes(type)), &own->values[1]});
    region_of_tensor_.push_back(kNone);
    owner_.push_back(kNone);
    plan_.fused.push_back(std::move(own));
    return static_cast<std::uint32_t>(plan_.tensors.size() - 1);
  }

  /// Gives y the bytes of an image that nobody reads later, if it may lie there: of the largest one.
  void lay_over_input(const Chain& chain, const std::vector<RowGrowth>& growths, std::vector<ValueId> images) {
    std::ranges::stable_sort(images, std::ranges::greater{}, [&](ValueId x) { return all_.values[x]->type.size(); });
    const ValueId y = all_.steps[chain.end() - 1].outputs[0];
    for (const ValueId x : images) {
      const std::uint32_t region = region_of_[x];
      const auto lies_there = [&](ValueId other) { return region_of_[other] == region; };
      if (region == kNone || last_use_[x] != chain.end() || regions_[region].last_use > chain.end() ||
          std::ranges::count_if(images, lies_there) != 1)
        continue;
      const std::optional<std::uint32_t> lead = lead_over(x, chain, growths, all_);
      if (!lead) continue;
      region_of_[y] = static_cast<std::uint32_t>(regions_.size());
      regions_.push_back({device_bytes(all_.values[y]->type), chain.first + 1, last_use_[y], 0});
      tie(region, region_of_[y], *lead);
      return;
    }
  }

  /// The region `y` lies so many bytes before `x`.
  void tie(std::uint32_t x, std::uint32_t y, std::uint32_t lead) {
    Region& before = regions_[x];
    if (before.group == Region::kAlone) before.group = x;
    if (before.lies_at < lead) {
      const std::uint32_t group = before.group, missing = lead - before.lies_at;
      for (Region& region : regions_)
        if (region.group == group) region.lies_at += missing;
    }
    regions_[y].group = before.group, regions_[y].lies_at = before.lies_at - lead;
  }

  void plan_step(const PlanStep& now, std::uint32_t step) {
    const Node& node = *now.node;
    if (node.op() == Operator::reshape) {
      share(now.outputs[0], now.inputs[0]);
      if (tensor_of_[now.outputs[0]] == kNone) {
        const std::uint32_t source = tensor(now.inputs[0]), owner = owner_[source];
        owner_[tensor(now.outputs[0])] = owner == kNone ? source : owner;
      }
      return;
    }
    if (works_in_place(now, step)) share(now.outputs[0], now.inputs[0]);
    plan_layer(now, step);
  }

  void plan_layer(const PlanStep& now, std::uint32_t step) {
    const Node& node = *now.node;
    PlannedLayer layer{now.graph, &node, {}, {}, {}};
    for (const ValueId input : now.inputs) layer.inputs.push_back(tensor(input));
    for (const ValueId output : now.outputs) layer.outputs.push_back(tensor(output, step));
    const Definition& definition = definition_of(node.op());
    if (definition.temporaries != nullptr)
      for (const Temporary& temporary :
           definition.temporaries(node, now.graph->input_types(node), now.graph->type(node.outputs[0])))
        layer.temporaries.push_back(add_temporary(temporary, step));
    const std::size_t own = plan_.layers.size();
    plan_.layers.push_back(std::move(layer));
    if (now.body != 0) plan_body(now, step, own);
  }

  /// What a scan and its body speak through are temporaries of the scan.
  void plan_body(const PlanStep& now, std::uint32_t step, std::size_t own) {
    const auto& table = now.node->as<parameters::Scan>();
    const std::size_t states = now.given.size() - table.sequences;
    std::vector<std::uint32_t> inside;
    for (std::size_t i = 0; i < now.given.size(); ++i) {
      const ValueId value = now.given[i];
      if (i < states && table.stateful) tensor_of_[value] = add_temporary({all_.values[value]->type, true}, step);
      inside.push_back(tensor(value, step));
      if (i >= states || table.stateful) continue;
      const auto end = now.made.begin() + static_cast<std::ptrdiff_t>(states);
      const bool is_alone = std::count(now.made.begin(), end, now.made[i]) == 1;
      next_of_[region_of_[value]] = is_alone ? now.made[i] : kNone;
    }
    made_.insert(made_.end(), now.made.begin(), now.made.end());
    plan_steps(step, step + now.body);  // the first of the body is the next one
    made_.resize(made_.size() - now.made.size());
    for (const ValueId value : now.made) inside.push_back(tensor(value));
    plan_.layers[own].temporaries = std::move(inside);
    plan_.layers[own].body = static_cast<std::uint32_t>(plan_.layers.size() - own - 1);
  }

  /// Next states are copied in their order, behind the body: only its own may lie where a state does, and nothing where
  /// another value lies that a body has made.
  bool may_lie_over(std::uint32_t region, ValueId value) const {
    const auto state = next_of_.find(region);
    const auto lies_there = [&](ValueId made) { return made != value && region_of_[made] == region; };
    return (state == next_of_.end() || state->second == value) && std::ranges::none_of(made_, lies_there);
  }

  bool works_in_place(const PlanStep& now, std::uint32_t step) const {
    const ValueId input = now.inputs[0];
    const TensorType &from = all_.values[input]->type, &to = all_.values[now.outputs[0]]->type;
    const auto lies_there = [&](ValueId other) { return region_of_[other] == region_of_[input]; };
    return tools::works_in_place(*now.graph, *now.node) && region_of_[input] != kNone &&
           from.type != DataType::string && to.type != DataType::string && last_use_[input] == step &&
           std::count_if(now.inputs.begin(), now.inputs.end(), lies_there) == 1 &&
           may_lie_over(region_of_[input], now.outputs[0]) &&
           regions_[region_of_[input]].last_use <= step && device_bytes(from) == device_bytes(to) &&
           element_bytes(from.type) == element_bytes(to.type);
  }

  /// Gives `value` the bytes of `owner`.
  void share(ValueId value, ValueId owner) {
    if (region_of_[owner] == kNone) {  // among the weights, or state
      const std::uint32_t source = tensor(owner), first = owner_[source] == kNone ? source : owner_[source];
      const PlannedTensor& own = plan_.tensors[source];
      const bool is_state = own.memory == MemoryKind::state;
      plan_.tensors.push_back({all_.values[value]->type, own.memory, own.offset, nullptr});
      tensor_of_[value] = static_cast<std::uint32_t>(plan_.tensors.size() - 1);
      region_of_tensor_.push_back(kNone);
      owner_.push_back(is_state ? first : kNone);
      return;
    }
    region_of_[value] = region_of_[owner];
    Region& region = regions_[region_of_[value]];
    region.last_use = std::max(region.last_use, last_use_[value]);
  }

  std::uint32_t tensor(ValueId value, std::uint32_t step = 0) {
    if (tensor_of_[value] != kNone) return tensor_of_[value];
    const GraphValue& source = *all_.values[value];
    PlannedTensor planned{source.type, MemoryKind::activations, 0, nullptr};
    if (rows_of_[value] != 0) planned.type.shape[1] = rows_of_[value];
    if (source.constant) {
      planned.memory = MemoryKind::weights;
      planned.constant = &source;
      planned.offset = add_weights(device_bytes(source.type));
    } else if (region_of_[value] == kNone) {
      region_of_[value] = static_cast<std::uint32_t>(regions_.size());
      regions_.push_back({device_bytes(planned.type), step, std::max(step, last_use_[value]), 0});
      if (source.type.type == DataType::string) {  // pointers: no other tensor may ever lie there
        regions_.back().first_use = 0;
        regions_.back().last_use = static_cast<std::uint32_t>(all_.steps.size()) + 1;
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

  /// Constants come last, so that a reader knows them by their numbers, and tensors of one type and shape stand next to
  /// each other, so that it looks at both once. A file says of an alias how far behind its owner it stands.
  void put_in_order() {
    std::vector<std::vector<std::uint32_t>> aliases(plan_.tensors.size());
    for (std::uint32_t i = 0; i < owner_.size(); ++i)
      if (owner_[i] != kNone) aliases[owner_[i]].push_back(i);
    std::vector<std::uint32_t> now(plan_.tensors.size());
    std::vector<PlannedTensor> ordered;
    std::vector<std::uint32_t> owners;
    for (std::uint32_t i = 0; i < owner_.size(); ++i)
      if (owner_[i] == kNone) owners.push_back(i);
    const auto rank = [&](std::uint32_t i) -> std::tuple<bool, MemoryKind, DataType, const Dimensions&> {
      const PlannedTensor& tensor = plan_.tensors[i];
      const bool is_constant = tensor.memory == MemoryKind::weights;
      return {is_constant, tensor.memory, tensor.type.type, tensor.type.shape};
    };
    std::ranges::stable_sort(owners, [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
    for (const std::uint32_t i : owners) {
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
  const PlanSteps& all_;
  const std::vector<Chain>& chains_;               // in their order
  std::vector<std::vector<RowGrowth>> growths_;  // by chain
  std::size_t next_chain_ = 0;
  Plan plan_;
  std::vector<std::uint32_t> last_use_;   // by value: the last step in which it is needed, from 1
  std::vector<std::uint32_t> tensor_of_;  // by value
  std::vector<std::uint32_t> region_of_;  // by value
  std::vector<std::int64_t> rows_of_;         // by value: of a buffer, so many; 0: it is whole
  std::vector<std::uint32_t> region_of_tensor_;
  std::map<std::uint32_t, ValueId> next_of_;  // by region of a state
  std::vector<ValueId> made_;                 // by the bodies that are being planned
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

Plan plan(const Graph& graph, Fusion fusion) {
  if (fusion == Fusion::none) return plan(graph, std::vector<Chain>{});
  const PlanSteps all(graph);
  require_few_elements(all);
  return plan(graph, choose_chains(graph, all, [&](const std::vector<Chain>& chains) {
                return Planner(graph, all, chains).live();
              }));
}

Plan plan(const Graph& graph, const std::vector<Chain>& chains) {
  const PlanSteps all(graph);
  require_few_elements(all);
  return Planner(graph, all, chains).run();
}

}  // namespace nacre::tools
