#include "runtime/strict_float.hpp"  // first

#include "loader/plan_check.hpp"

namespace nacre {

bool PlanCheck::read(std::uint32_t tensor, std::uint32_t place) {
  const TensorRecord& record = loader_.tensors_[tensor];
  const std::uint32_t name = tensor - record.alias;  // an alias has the value of the tensor whose bytes it shares
  Held* const first = list(record.memory);
  for (Held* held = end_[record.memory]; held != first;)
    if ((--held)->name == name) return held->used = place, true;
  return is_state(record) && write(record, name, place) == kNone;
}

std::uint32_t PlanCheck::write(const TensorRecord& tensor, std::uint32_t name, std::uint32_t place) {
  const std::uint32_t start = tensor.offset, stop = start + loader_.bytes_of(tensor);
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
  for (std::uint32_t i = 0; i < loader_.inputs_.size(); ++i) {
    const std::uint32_t tensor = loader_.inputs_[i].tensor;
    const TensorRecord& record = loader_.tensors_[tensor];
    if (write(record, tensor - record.alias, kInput) != kNone) return fail(Part::inputs, 0, i, &loader_.inputs_[i]);
  }
  return true;
}

bool PlanCheck::follow(const LayerRecord& layer, std::uint32_t index, const OperatorRule& rule) {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer.arguments;
  const std::uint32_t inputs = layer.inputs, temporaries = inputs + layer.outputs,
                      count = temporaries + layer.temporaries, first_place = layer.arguments + kFirstArgument,
                      tensors = static_cast<std::uint32_t>(loader_.tensors_.size());
  broken_ = 0;
  for (std::uint32_t i = 0; i < inputs; ++i) {
    const std::uint32_t tensor = arguments[i];
    if (tensor >= tensors) {
      if (tensor == kAbsent && !rule.repeats && i + rule.optional >= rule.inputs) continue;
      return loader_.fail(Status::bad_index, Part::arguments, i, index, arguments + i);
    }
    if (!loader_.is_constant(loader_.tensors_[tensor]) && !read(tensor, first_place + i)) note(i);
  }
  for (std::uint32_t i = inputs; i < count; ++i) {
    const std::uint32_t tensor = arguments[i], place = first_place + i;
    if (tensor >= tensors) return loader_.fail(Status::bad_index, Part::arguments, i, index, arguments + i);
    const TensorRecord& record = loader_.tensors_[tensor];
    if (loader_.is_constant(record))
      return loader_.fail(Status::bad_arguments, Part::arguments, i, index, arguments + i);
    if (is_state(record)) {  // what survives a run is shared with none
      if (i < temporaries ? !read(tensor, place) : write(record, ~place, place) != kNone) note(i);
      continue;
    }
    // A temporary's value is its layer's: no other has this name for it. Numbers of tensors have 31 bits.
    const std::uint32_t lost = write(record, i < temporaries ? tensor - record.alias : ~place, place);
    if (lost < first_place) continue;
    const bool in_place = rule.in_place && i == inputs && lost == first_place && wrote_over_exactly_;
    if (!in_place) note(lost - first_place);
  }
  return true;
}

bool PlanCheck::holds(const LayerRecord& layer, std::uint32_t index) {
  if (broken_ == 0) return true;
  const unsigned i = broken_ - 1;
  return fail(Part::arguments, i, index, &loader_.arguments_[layer.arguments + i]);
}

bool PlanCheck::end() {
  for (std::uint32_t i = 0; i < loader_.outputs_.size(); ++i) {
    const std::uint32_t tensor = loader_.outputs_[i].tensor;
    if (!read(tensor, kNone)) return fail(Part::outputs, 0, i, &loader_.outputs_[i]);
  }
  return true;
}

}  // namespace nacre
