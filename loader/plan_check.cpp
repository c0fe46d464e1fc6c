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

[[gnu::noinline]] std::uint32_t PlanCheck::write(const TensorRecord& tensor, std::uint32_t name, std::uint32_t place) {
  const std::uint32_t start = tensor.offset, stop = start + bytes_of(tensor);
  std::uint32_t last_use = kNone;
  Held *&end = end_[tensor.memory], *lost = nullptr;  // the first that is, whose entry the new value takes
  for (Held* held = list(tensor.memory); held != end; ++held) {
    if (held->start >= stop || held->end <= start) continue;
    if (held->used > last_use) last_use = held->used;
    if (lost == nullptr) {
      lost = held;
    } else {
      *held-- = *--end;
      last_written_ = &nothing_;
    }
  }
  if (lost == nullptr) lost = end++;
  else lost_start_ = lost->start, lost_end_ = lost->end;
  *lost = {name, start, stop, place};
  if (static_cast<std::int32_t>(name) >= 0) last_written_ = lost;  // a tensor
  return last_use;
}

bool PlanCheck::begin() {
  for (const PortRecord& input : loader_.inputs_) {
    const TensorRecord& tensor = loader_.tensors_[input.tensor];
    if (write(tensor, input.tensor - tensor.alias, kBefore) != kNone)
      return loader_.fail(Status::bad_plan, Part::inputs, 0, &input);
  }
  return true;
}

bool PlanCheck::follow(const LayerRecord& layer, const OperatorRule& rule) {
  const std::uint32_t* argument = loader_.arguments_.data() + layer.arguments;
  const std::uint32_t* const outputs = argument + layer.inputs;
  const std::uint32_t first_constant = loader_.first_constant_, constants = loader_.tensors_.size() - first_constant;
  rule_ = &rule;
  temporaries_ = outputs + layer.outputs;
  while (argument != outputs) {
    const std::uint32_t number = *argument++;
    if (number - first_constant < constants) continue;  // most inputs
    if (number == last_written_->name && number < first_constant) {  // most others; no alias, whose name is another
      last_written_->used = place_of(argument - 1);
      continue;
    }
    if (follow_other(argument - 1) == kFailed) return false;
  }
  for (const std::uint32_t* const end = temporaries_ + layer.temporaries; argument != end; ++argument)
    if (!follow_written(argument)) return false;
  return true;
}

bool PlanCheck::follow_written(const std::uint32_t* argument) {
  const std::uint32_t number = *argument;
  const LayerRecord& layer = *loader_.layer_;
  std::uint32_t lost;
  if (number >= loader_.first_constant_ || layer.body != 0 ||
      loader_.kind_of(loader_.tensors_[number]) != MemoryKind::activations)
    lost = follow_other(argument);
  else
    lost = write(loader_.tensors_[number], name_of(argument), place_of(argument));
  return lost < layer.arguments + kFirstArgument || may_lose(argument, lost);
}

[[gnu::noinline]] std::uint32_t PlanCheck::follow_other(const std::uint32_t* argument) {
  const LayerRecord& layer = *loader_.layer_;
  const std::uint32_t number = *argument, index = index_of(argument);
  const bool is_input = index < layer.inputs;
  if (number >= loader_.tensors_.size()) {
    const bool may_be_absent = is_input && rule_->repeats == 0 && index + rule_->optional >= rule_->inputs;
    return number == kAbsent && may_be_absent ? kBefore : (fail(Status::bad_index, argument), kFailed);
  }
  const TensorRecord& tensor = loader_.tensors_[number];
  if (loader_.is_constant(tensor)) return is_input ? kBefore : (fail(Status::bad_arguments, argument), kFailed);
  // What a layer with a body reads and writes follows between the walks over its body.
  if (layer.body != 0) return kBefore;
  // What survives a run, as state does, is shared with none: it is read even where it is written.
  const std::uint32_t last_use = read(tensor, name_of(argument), place_of(argument));
  if (last_use == kNone) note(argument);
  return last_use;
}

[[gnu::noinline]] bool PlanCheck::may_lose(const std::uint32_t* argument, std::uint32_t lost) {
  if (lost == kFailed) return false;
  const LayerRecord& layer = *loader_.layer_;
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  const TensorRecord &tensor = loader_.tensors_[*argument], &input = loader_.tensors_[*arguments];
  const bool is_exactly_there = loader_.kind_of(tensor) == MemoryKind::state ||
                                (last_written_->start == lost_start_ && last_written_->end == lost_end_);
  // Where elements are equally wide, each is written where it has been read, and none before it is read.
  const bool in_place = rule_->in_place && argument == arguments + layer.inputs && lost == place_of(arguments) &&
                        is_exactly_there && element_bytes(tensor.type) == element_bytes(input.type);
  if (!in_place) note(loader_.arguments_.data() + (lost - kFirstArgument));
  return true;
}

bool PlanCheck::fail(Status status, const std::uint32_t* argument) {
  return loader_.fail(status, Part::arguments, index_of(argument), argument);
}

bool PlanCheck::report() { return fail(Status::bad_plan, broken_); }

bool PlanCheck::end() {
  for (const PortRecord& output : loader_.outputs_) {
    const TensorRecord& tensor = loader_.tensors_[output.tensor];
    if (read(tensor, output.tensor - tensor.alias, kBefore) == kNone)
      return loader_.fail(Status::bad_plan, Part::outputs, 0, &output);
  }
  return true;
}

}  // namespace nacre
