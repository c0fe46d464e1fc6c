#include "runtime/strict_float.hpp"  // first

#include "loader/plan_check.hpp"

namespace nacre {

bool PlanCheck::holds(std::uint32_t tensor, std::uint32_t name) {
  const TensorRecord& record = loader_.tensors_[tensor];
  const MemoryKind kind = loader_.kind_of(record);
  if (kind == MemoryKind::weights) return true;
  const Held* const held = list(record.memory);
  for (std::uint32_t i = 0; i < count_[record.memory]; ++i)
    if (held[i].name == name) return true;
  return kind == MemoryKind::state && write(tensor, name);
}

bool PlanCheck::write(std::uint32_t tensor, std::uint32_t name) {
  const TensorRecord& record = loader_.tensors_[tensor];
  Held* const held = list(record.memory);
  std::uint32_t& count = count_[record.memory];
  const Held mine{name, record.offset, record.offset + loader_.bytes_of(record)};
  bool free = true;
  for (std::uint32_t i = 0; i < count;) {
    if (held[i].start >= mine.end || held[i].end <= mine.start) {
      ++i;
      continue;
    }
    free = false;
    held[i] = held[--count];
  }
  held[count++] = mine;
  return free;
}

bool PlanCheck::begin() {
  for (std::uint32_t i = 0; i < loader_.inputs_.size(); ++i)
    if (const std::uint32_t tensor = loader_.inputs_[i].tensor; !write(tensor, owner(tensor)))
      return fail(Part::inputs, 0, i, &loader_.inputs_[i]);
  return true;
}

bool PlanCheck::in_place(const LayerRecord& layer) const {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  const TensorRecord &x = loader_.tensors_[arguments[0]], &y = loader_.tensors_[arguments[layer.inputs]];
  return x.memory == y.memory && x.offset == y.offset && loader_.bytes_of(x) == loader_.bytes_of(y);
}

bool PlanCheck::run(const LayerRecord& layer, std::uint32_t index, const OperatorRule& rule) {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  const std::uint32_t inputs = layer.inputs, temporaries = inputs + layer.outputs,
                      count = temporaries + layer.temporaries;
  // A temporary's value is its layer's: no other has this name for it. Numbers of tensors have 31 bits.
  const auto name = [&](std::uint32_t i) { return i < temporaries ? owner(arguments[i]) : ~(layer.arguments + i); };
  for (std::uint32_t i = 0; i < inputs; ++i)
    if (arguments[i] != kAbsent && !holds(arguments[i], owner(arguments[i])))
      return fail(Part::arguments, i, index, arguments + i);
  bool free = true;
  for (std::uint32_t i = inputs; i < count; ++i) {
    const bool is_state = loader_.kind_of(loader_.tensors_[arguments[i]]) == MemoryKind::state;
    const bool holds_it = is_state && i < temporaries ? holds(arguments[i], name(i)) : write(arguments[i], name(i));
    if (is_state && !holds_it)  // what survives a run is shared with none
      return fail(Part::arguments, i, index, arguments + i);
    free &= holds_it;
  }
  if (free) return true;  // nothing was written over
  for (std::uint32_t i = rule.in_place && in_place(layer) ? 1 : 0; i < count; ++i) {
    if (arguments[i] == kAbsent) continue;
    bool intact = holds(arguments[i], name(i));
    for (std::uint32_t j = i < inputs ? inputs : i + 1; j < temporaries; ++j)
      intact &= owner(arguments[i]) != owner(arguments[j]);
    if (!intact) return fail(Part::arguments, i, index, arguments + i);
  }
  return true;
}

bool PlanCheck::end() {
  for (std::uint32_t i = 0; i < loader_.outputs_.size(); ++i)
    if (const std::uint32_t tensor = loader_.outputs_[i].tensor; !holds(tensor, owner(tensor)))
      return fail(Part::outputs, 0, i, &loader_.outputs_[i]);
  return true;
}

}  // namespace nacre
