// What load() proves of layers that repeat others.

#include "runtime/strict_float.hpp"  // first

#include "loader/body_walk.hpp"

namespace nacre {

/// Walks a layer and its body, and what is nested in it: each body twice, but its layers are verified once.
class BodyWalk {
 public:
  BodyWalk(Loader& loader, LayerCheck& check, PlanCheck& plan) : loader_(loader), check_(check), plan_(plan) {}

  bool run(std::uint32_t* index) {
    std::uint32_t at = *index, verified = at + 1;
    if (!open(at)) return false;
    for (++at; depth_ != 0;) {
      const LayerRecord& layer = loader_.layers_[at];
      const bool is_new = at == verified;
      if (is_new ? !verify(verified++) : layer.body == 0 && !follow(layer, at)) return false;
      if (layer.body != 0 && !open(at)) return false;
      for (++at; depth_ != 0 && at == open_[depth_ - 1].end;)
        if (!close(&at)) return false;
    }
    *index = at;
    return true;
  }

 private:
  struct Open {
    std::uint32_t layer, end;
    bool is_second;
  };

  /// A layer that is met for the first time.
  bool verify(std::uint32_t index) {
    return check_.begin(index) && plan_.follow(check_.layer(), index, check_.rule()) && check_.finish() &&
           plan_.holds();
  }
  /// One that has been verified.
  bool follow(const LayerRecord& layer, std::uint32_t index) {
    return plan_.follow(layer, index, *loader_.kernels_[loader_.rows_[layer.kernel]].rule) && plan_.holds();
  }

  std::uint32_t sequences_of(std::uint32_t index) const {
    const std::uint32_t* const offset = &loader_.operators_[index];
    return reinterpret_cast<const parameters::Scan*>(reinterpret_cast<const std::byte*>(offset) + *offset)->sequences;
  }

  bool open(std::uint32_t index) {
    const LayerRecord& layer = loader_.layers_[index];
    const std::uint32_t end = depth_ == 0 ? loader_.layers_.size() : open_[depth_ - 1].end;
    if (depth_ == kDeepestBody || layer.body > end - index - 1)
      return loader_.fail(Status::bad_arguments, Part::layers, 5, index, &layer);
    open_[depth_++] = {index, index + 1 + layer.body, false};
    return plan_.begin_body(layer, index, sequences_of(index));
  }

  /// The innermost body has been walked, and is walked again or done.
  bool close(std::uint32_t* at) {
    Open& last = open_[depth_ - 1];
    if (!plan_.end_step(loader_.layers_[last.layer], last.layer, sequences_of(last.layer), last.is_second))
      return false;
    if (last.is_second) {
      --depth_;
    } else {
      last.is_second = true;
      *at = last.layer + 1;
    }
    return true;
  }

  Loader& loader_;
  LayerCheck& check_;
  PlanCheck& plan_;
  unsigned depth_ = 0;
  Open open_[kDeepestBody];
};

bool walk_body(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index) {
  return BodyWalk(loader, check, plan).run(index);
}

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

bool PlanCheck::has(unsigned i) {
  const std::uint32_t at = layer_->arguments + i, tensor = loader_.arguments_[at], place = at + kFirstArgument;
  const TensorRecord& record = loader_.tensors_[tensor];
  const bool is_output = i >= layer_->inputs && i < unsigned{layer_->inputs} + layer_->outputs;
  return loader_.is_constant(record) || read(record, is_output ? ~place : tensor - record.alias, place);
}

bool PlanCheck::give(unsigned i) {
  const std::uint32_t at = layer_->arguments + i, tensor = loader_.arguments_[at], place = at + kFirstArgument;
  const TensorRecord& record = loader_.tensors_[tensor];
  if (loader_.kind_of(record) == MemoryKind::state) return read(record, tensor - record.alias, place);
  const bool is_output = i < unsigned{layer_->inputs} + layer_->outputs;
  (void)write(record, is_output ? ~place : tensor - record.alias, kNone);
  return true;
}

void PlanCheck::forget(const TensorRecord& tensor, std::uint32_t name) {
  if (loader_.kind_of(tensor) == MemoryKind::state) return;
  for (Held* held = list(tensor.memory); held != end_[tensor.memory]; ++held)
    if (held->name == name) {
      *held = *--end_[tensor.memory];
      return;
    }
}

void PlanCheck::forget_uses() {
  for (unsigned memory = 0; memory < loader_.memories_.size(); ++memory)
    if (loader_.memories_[memory].kind == MemoryKind::activations)
      for (Held* held = list(memory); held != end_[memory]; ++held) held->used = kNone;
}

bool PlanCheck::begin_body(const LayerRecord& layer, std::uint32_t index, std::uint32_t sequences) {
  const Body body(layer, sequences);
  enter(layer, index);
  for (unsigned i = 0; i < body.outputs; ++i)
    if (!has(i)) return fail_at(i);
  for (unsigned i = body.outputs; i < body.next; ++i) {
    const unsigned first = sequences + (i - body.states);  // of a state, where there are first states
    const bool is_copied = i >= body.states && i < body.steps && body.outputs != sequences;
    if (is_copied && (!has(first) || overlap_in_part(i, first))) return fail_at(first);
    if (!give(i)) return fail_at(i);
  }
  return holds_apart(body);
}

bool PlanCheck::end_step(const LayerRecord& layer, std::uint32_t index, std::uint32_t sequences, bool is_last) {
  const Body body(layer, sequences);
  enter(layer, index);
  for (unsigned i = 0; i < body.end; ++i) {
    const bool is_needed = i < sequences || (i >= body.outputs && i < body.states) || i >= body.next;
    if (is_needed && !has(i)) return fail_at(i);
  }
  for (unsigned i = body.states; i < body.next; ++i) {  // in the order in which they are copied
    const unsigned next = body.next + (i - body.states);
    if (i < body.steps && (!has(next) || overlap_in_part(i, next))) return fail_at(next);
    if (!give(i)) return fail_at(i);
  }
  if (!holds_apart(body)) return false;
  for (unsigned i = body.outputs; is_last && i < body.next; ++i) {
    const std::uint32_t tensor = loader_.arguments_[layer.arguments + i];
    const TensorRecord& record = loader_.tensors_[tensor];
    if (i >= body.states) forget(record, tensor - record.alias);
    else (void)write(record, tensor - record.alias, kNone);
  }
  return true;
}

bool PlanCheck::holds_apart(const Body& body) {
  for (unsigned i = 0; i < body.next; ++i) {
    const bool is_first_state = i >= body.sequences && i < body.outputs;
    if (!is_first_state && !has(i)) return fail_at(i);
  }
  forget_uses();
  return true;
}

bool PlanCheck::overlap_in_part(unsigned i, unsigned k) const {
  const std::uint32_t* const arguments = loader_.arguments_.data() + layer_->arguments;
  const TensorRecord &x = loader_.tensors_[arguments[i]], &y = loader_.tensors_[arguments[k]];
  const std::uint32_t bytes = loader_.bytes_of(x);
  if (x.memory != y.memory || x.offset == y.offset) return false;
  return x.offset < y.offset ? y.offset - x.offset < bytes : x.offset - y.offset < bytes;
}

}  // namespace nacre
