#include "runtime/strict_float.hpp"  // first

#include "loader/plan_check.hpp"

namespace nacre {

std::uint32_t PlanCheck::read(const TensorRecord& tensor, std::uint32_t name, std::uint32_t place) {
  if (Held* const held = find(tensor, name)) {
    const std::uint32_t last_use = held->used;
    held->used = place;
    return last_use;
  }
  return loader_.kind_of(tensor) == MemoryKind::state && write(tensor, name, place) == kNone ? kBefore : kNone;
}

std::uint32_t PlanCheck::write(const TensorRecord& tensor, std::uint32_t name, std::uint32_t place) {
  std::uint32_t bytes = element_bytes(tensor.type);  // their product has been verified
  const std::uint32_t* dimension = loader_.shapes_.data() + tensor.shape;
  for (unsigned left = tensor.rank; left > 0; --left) bytes *= *dimension++;
  const std::uint32_t start = tensor.offset, stop = start + bytes;
  Held* end = end_[tensor.memory];
  std::uint32_t last_use = kNone;
  for (Held* held = list(tensor.memory); held != end;) {
    if (held->start >= stop || held->end <= start) {
      ++held;
      continue;
    }
    wrote_over_exactly_ = held->start == start && held->end == stop;
    if (held->used > last_use) last_use = held->used;
    *held = *--end;
  }
  *end = {name, start, stop, place};
  end_[tensor.memory] = end + 1;
  return last_use;
}

bool PlanCheck::begin() {
  for (const PortRecord& input : loader_.inputs_) {
    const TensorRecord& tensor = loader_.tensors_[input.tensor];
    if (write(tensor, input.tensor - tensor.alias, kBefore) != kNone)
      return loader_.fail(Status::bad_plan, Part::inputs, 0,
                          static_cast<std::uint32_t>(&input - loader_.inputs_.data()), &input);
  }
  return true;
}

bool PlanCheck::follow(const LayerRecord& layer, std::uint32_t index, const OperatorRule& rule) {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  const std::uint32_t* const outputs = arguments + layer.inputs;
  const std::uint32_t* const temporaries = outputs + layer.outputs;
  const std::uint32_t* const end = temporaries + layer.temporaries;
  const TensorRecord* const tensors = loader_.tensors_.data();
  const std::uint32_t count = loader_.tensors_.size(), constant_memories = loader_.constant_memories_,
                      first_place = layer.arguments + kFirstArgument;
  const bool runs_body = layer.body != 0;  // what it reads and writes follows between the walks over its body
  layer_ = &layer;
  index_ = index;
  std::uint32_t place = first_place;
  const std::uint32_t* argument = arguments;
  for (; argument != outputs; ++argument, ++place) {
    if (*argument >= count) {
      const bool may_be_absent = rule.repeats == 0 && argument - arguments + rule.optional >= rule.inputs;
      if (*argument == kAbsent && may_be_absent) continue;
      return fail(Status::bad_index, argument);
    }
    const TensorRecord& tensor = tensors[*argument];
    if (runs_body || (constant_memories >> tensor.memory & 1) != 0) continue;
    if (read(tensor, *argument - tensor.alias, place) == kNone) note(argument);
  }
  for (; argument != end; ++argument, ++place) {
    if (*argument >= count) return fail(Status::bad_index, argument);
    const TensorRecord& tensor = tensors[*argument];
    // A temporary's value is its layer's: no other has this name for it. Numbers of tensors have 31 bits.
    const std::uint32_t name = argument < temporaries ? *argument - tensor.alias : ~place;
    const MemoryKind kind = loader_.kind_of(tensor);
    if (kind == MemoryKind::weights) return fail(Status::bad_arguments, argument);
    if (runs_body) continue;
    std::uint32_t lost;
    if (kind != MemoryKind::state) {
      lost = write(tensor, name, place);
    } else {  // what survives a run is shared with none
      lost = read(tensor, name, place);
      if (lost == kNone) note(argument);
      wrote_over_exactly_ = true;
    }
    if (lost < first_place) continue;
    // Where elements are equally wide, each is written where it has been read, and none before it is read.
    const bool in_place = rule.in_place && argument == outputs && lost == first_place && wrote_over_exactly_ &&
                          element_bytes(tensor.type) == element_bytes(tensors[*arguments].type);
    if (!in_place) note(arguments + (lost - first_place));
  }
  return true;
}

bool PlanCheck::fail(Status status, const std::uint32_t* argument) {
  const auto number = static_cast<unsigned>(argument - loader_.arguments_.data() - layer_->arguments);
  return loader_.fail(status, Part::arguments, number, index_, argument);
}

bool PlanCheck::report() { return fail(Status::bad_plan, broken_); }

bool PlanCheck::end() {
  for (const PortRecord& output : loader_.outputs_) {
    const TensorRecord& tensor = loader_.tensors_[output.tensor];
    if (read(tensor, output.tensor - tensor.alias, kBefore) == kNone)
      return loader_.fail(Status::bad_plan, Part::outputs, 0,
                          static_cast<std::uint32_t>(&output - loader_.outputs_.data()), &output);
  }
  return true;
}

}  // namespace nacre
