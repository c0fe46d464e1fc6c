// What load() proves of the arguments of a layer with a body, and from one step of it to the next.

#include "runtime/strict_float.hpp"  // first

#include "loader/plan_check.hpp"

namespace nacre {

/// Where the arguments of a scan stand.
struct PlanCheck::Body {
  Body(const LayerRecord& layer, unsigned sequences)
      : sequences(sequences),
        outputs(layer.inputs),
        states(outputs + layer.outputs),
        steps(states + (layer.temporaries - sequences - layer.outputs) / 2),
        next(steps + sequences),
        results(next + (steps - states)),
        end(results + layer.outputs) {}
  const unsigned sequences, outputs, states, steps, next, results, end;
};

std::uint32_t PlanCheck::name_of(unsigned i) const {
  const bool is_output = i >= layer_->inputs && i < unsigned{layer_->inputs} + layer_->outputs;
  return is_output ? ~place_of(i) : name_behind(i);
}

bool PlanCheck::has(unsigned i) {
  return loader_.is_constant(record(i)) || read(record(i), name_of(i), place_of(i)) != kNone;
}

bool PlanCheck::give(unsigned i) {
  if (loader_.kind_of(record(i)) == MemoryKind::state) return read(record(i), name_of(i), place_of(i)) != kNone;
  (void)write(record(i), name_of(i), kBefore);
  return true;
}

void PlanCheck::forget(const TensorRecord& tensor, std::uint32_t name) {
  if (loader_.kind_of(tensor) == MemoryKind::state) return;
  if (Held* const held = find(tensor, name)) *held = *--end_[tensor.memory];
  last_written_ = &nothing_;
}

void PlanCheck::forget_made() {
  for (const LayerRecord* layer = layer_ + 1; layer != layer_ + 1 + layer_->body; ++layer) {
    const std::uint32_t* const outputs = loader_.arguments_.data() + layer->arguments + layer->inputs;
    for (unsigned i = 0; i < layer->outputs; ++i) {
      const TensorRecord& tensor = loader_.tensors_[outputs[i]];
      forget(tensor, outputs[i] - tensor.alias);
    }
  }
}

void PlanCheck::forget_uses() {
  for (unsigned memory = 0; memory < loader_.memories_.size(); ++memory)
    if (loader_.memories_[memory].kind != MemoryKind::weights)
      for (Held* held = list(memory); held != end_[memory]; ++held) held->used = kBefore;
}

bool PlanCheck::begin_body(const LayerRecord& layer, std::uint32_t sequences, bool is_new) {
  const Body body(layer, sequences);
  enter(layer);
  for (unsigned i = body.states; is_new && i < body.next; ++i)
    if (loader_.kind_of(record(i)) == MemoryKind::state && find(record(i), name_of(i)) != nullptr) return fail_at(i);
  for (unsigned i = 0; i < body.outputs; ++i)
    if (!has(i)) return fail_at(i);
  for (unsigned i = body.outputs; i < body.states; ++i)
    if (!give(i)) return fail_at(i);
  for (unsigned i = sequences; i < body.outputs; ++i)
    if (!has(i)) return fail_at(i);
  if (body.outputs != sequences && !can_be_copied(body, sequences)) return false;
  return can_be_copied(body, body.next) && begin_step(body);
}

bool PlanCheck::end_step(const LayerRecord& layer, std::uint32_t sequences, bool is_last) {
  const Body body(layer, sequences);
  enter(layer);
  for (unsigned i = 0; i < body.end; ++i) {
    const bool is_needed = i < sequences || (i >= body.outputs && i < body.states) || i >= body.next;
    if (is_needed && !has(i)) return fail_at(i);
  }
  forget_made();
  if (!begin_step(body)) return false;
  for (unsigned i = body.outputs; is_last && i < body.next; ++i) {
    if (i >= body.states) forget(record(i), name_behind(i));
    else (void)write(record(i), name_behind(i), kBefore);
  }
  return true;
}

bool PlanCheck::begin_step(const Body& body) {
  for (unsigned i = body.states; i < body.next; ++i)
    if (!give(i)) return fail_at(i);
  forget_uses();
  for (unsigned i = 0; i < body.next; ++i) {
    if (i >= body.sequences && i < body.outputs) continue;  // first states have been copied
    const Held* const held = i >= body.outputs ? find(record(i), name_of(i)) : nullptr;  // sequences may be constants
    const bool is_taken = held != nullptr && held->used != kBefore;
    if (is_taken || !has(i)) return fail_at(i);
  }
  forget_uses();
  return true;
}

bool PlanCheck::can_be_copied(const Body& body, unsigned first) {
  for (unsigned i = 0, states = body.steps - body.states; i < states; ++i)
    for (unsigned state = 0; state <= i; ++state) {
      const unsigned from = first + i, to = body.states + state;
      const bool is_there = state == i && record(from).offset == record(to).offset;
      if (!is_there && overlap(record(from), record(to))) return fail_at(from);
    }
  return true;
}

bool PlanCheck::overlap(const TensorRecord& x, const TensorRecord& y) const {
  if (x.memory != y.memory) return false;
  return x.offset < y.offset ? y.offset - x.offset < loader_.bytes_of(x) : x.offset - y.offset < loader_.bytes_of(y);
}

}  // namespace nacre
