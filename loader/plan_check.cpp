#include "runtime/strict_float.hpp"  // first

#include "loader/plan_check.hpp"

namespace nacre {

bool PlanCheck::is_held(unsigned memory, std::uint32_t name) const {
  const Held* held = list(memory);
  for (const Held* const end = held + count_[memory]; held != end; ++held)
    if (held->name == name) return true;
  return false;
}

bool PlanCheck::holds(std::uint32_t tensor) {
  const TensorRecord& record = loader_.tensors_[tensor];
  if (loader_.is_constant(record)) return true;
  const std::uint32_t name = tensor - record.alias;
  if (is_held(record.memory, name)) return true;
  return loader_.kind_of(record) == MemoryKind::state && write(tensor, name, nullptr, 0);
}

bool PlanCheck::write(std::uint32_t tensor, std::uint32_t name, const LayerRecord* layer, std::uint32_t argument) {
  const TensorRecord& record = loader_.tensors_[tensor];
  Held *const first = list(record.memory), *end = first + count_[record.memory];
  const std::uint32_t start = record.offset, stop = start + loader_.bytes_of(record);
  bool allowed = true;
  for (Held* held = first; held != end;) {
    if (held->start >= stop || held->end <= start) {
      ++held;
      continue;
    }
    allowed &= layer != nullptr && !needs(*layer, argument, held->name);
    *held = *--end;
  }
  *end = {name, start, stop};
  count_[record.memory] = static_cast<std::uint32_t>(end - first) + 1;
  return allowed;
}

std::uint32_t PlanCheck::name(const LayerRecord& layer, std::uint32_t argument) const {
  const std::uint32_t at = layer.arguments + argument;  // numbers of tensors have 31 bits
  return argument < std::uint32_t{layer.inputs} + layer.outputs ? owner(loader_.arguments_[at]) : ~at;
}

bool PlanCheck::needs(const LayerRecord& layer, std::uint32_t argument, std::uint32_t written_over) {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  for (std::uint32_t j = 0; j < argument; ++j) {
    if (arguments[j] == kAbsent || name(layer, j) != written_over) continue;
    if (j == 0 && argument == layer.inputs && works_in_place_ && in_place(arguments, layer.inputs)) continue;
    lost_ = j;
    return true;
  }
  return false;
}

bool PlanCheck::begin() {
  for (std::uint32_t i = 0; i < loader_.inputs_.size(); ++i) {
    const std::uint32_t tensor = loader_.inputs_[i].tensor;
    if (!write(tensor, owner(tensor), nullptr, 0)) return fail(Part::inputs, 0, i, &loader_.inputs_[i]);
  }
  return true;
}

bool PlanCheck::in_place(const std::uint32_t* arguments, std::uint32_t inputs) const {
  const TensorRecord &x = loader_.tensors_[arguments[0]], &y = loader_.tensors_[arguments[inputs]];
  return x.memory == y.memory && x.offset == y.offset && loader_.bytes_of(x) == loader_.bytes_of(y);
}

bool PlanCheck::run(const LayerRecord& layer, std::uint32_t index, const OperatorRule& rule) {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  const std::uint32_t inputs = layer.inputs, temporaries = inputs + layer.outputs,
                      count = temporaries + layer.temporaries;
  works_in_place_ = rule.in_place;
  for (std::uint32_t i = 0; i < inputs; ++i)
    if (arguments[i] != kAbsent && !holds(arguments[i])) return fail(Part::arguments, i, index, arguments + i);
  for (std::uint32_t i = inputs; i < count; ++i) {
    const bool is_state = loader_.kind_of(loader_.tensors_[arguments[i]]) == MemoryKind::state;
    const bool allowed = is_state && i < temporaries
                             ? holds(arguments[i])  // what survives a run is shared with none
                             : write(arguments[i], name(layer, i), is_state ? nullptr : &layer, i);
    if (!allowed) return fail(Part::arguments, is_state ? i : lost_, index, arguments + (is_state ? i : lost_));
  }
  return true;
}

bool PlanCheck::end() {
  for (std::uint32_t i = 0; i < loader_.outputs_.size(); ++i)
    if (!holds(loader_.outputs_[i].tensor)) return fail(Part::outputs, 0, i, &loader_.outputs_[i]);
  return true;
}

}  // namespace nacre
