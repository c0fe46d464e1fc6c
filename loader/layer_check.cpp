#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre {

bool LayerCheck::begin(std::uint32_t index) {
  const LayerRecord& layer = loader_.layers_[index];
  loader_.layer_ = layer_ = &layer;
  if (layer.kernel >= loader_.needed_kernels_.size()) return fail(Status::bad_index, 1);
  kernel_ = &loader_.kernels_[loader_.rows_[layer.kernel]];
  const OperatorRule& rule = *kernel_->rule;
  const auto* const type = &loader_.operator_types_[index];
  if (*type != kernel_->name.op) return loader_.fail(Status::malformed, Part::operators, 0, type);
  const std::uint32_t counts = counts_at(&layer.inputs), first = arguments_used_,
                      count = (counts & 0xffff) + (counts >> 16 & 0xff) + (counts >> 24);
  if (layer.arguments != first || count > loader_.arguments_.size() - first) return fail(Status::bad_arguments, 0);
  // So many inputs too few, if the rest is as stated: anything else leaves a large number.
  if (counts_at(&rule.inputs) - counts > rule.optional && !repeats_enough(rule)) return fail(Status::bad_arguments, 2);
  arguments_used_ = first + count;
  arguments_ = loader_.arguments_.data() + first;
  const std::uint32_t* const offset = &loader_.operators_[index];
  return has_whole_struct(offset, *offset, rule.bytes);
}

bool LayerCheck::repeats_enough(const OperatorRule& rule) const {
  const std::uint32_t inputs = layer_->inputs;
  const bool has_inputs = rule.inputs - inputs <= rule.optional || (rule.repeats != 0 && inputs != 0);
  return has_inputs && (rule.repeats > OperatorRule::kInputs
                            ? layer_->outputs >= rule.outputs && layer_->temporaries >= rule.temporaries
                            : layer_->outputs == rule.outputs && layer_->temporaries == rule.temporaries);
}

[[gnu::noinline]] LayerCheck::Leading LayerCheck::leading_of_any_rank(unsigned i, DataType type, unsigned listed) {
  const TensorRecord& tensor = record(i);
  const unsigned leading = form_of(tensor) - form(type, listed - 1);  // how many of them there are
  if (leading > 9 - listed) return refuse_argument(i), Leading{};
  return {shape(i).product(0, leading), at(tensor.shape + leading)};
}

bool LayerCheck::finish() {
  kernel_->rule->check(*this);
  if (!ok()) return report();
  return layer_->body == 0 || has_walk_ == layer_ || fail(Status::bad_arguments, 5);
}

bool LayerCheck::fail(Status status, unsigned field) {
  return loader_.fail(status, Part::layers, field, layer_);
}

[[gnu::noinline]] void LayerCheck::refuse(Status status, Part part, unsigned field) {
  if (ok()) failure_ = static_cast<Failure>(Loader::fault(status, part, field));
}

void LayerCheck::refuse_argument(unsigned i) { refuse(Status::bad_arguments, Part::arguments, i); }
void LayerCheck::refuse_parameter(unsigned offset) { refuse(Status::bad_parameter, Part::operators, offset); }
void LayerCheck::refuse_feature(unsigned offset) { refuse(Status::feature_unknown, Part::operators, offset); }
void LayerCheck::refuse_weights(unsigned i) { refuse(Status::bad_weights, Part::weights, i); }
void LayerCheck::refuse_place() { refuse(Status::bad_plan, Part::arguments, 0); }

bool LayerCheck::report() const {
  const auto fault = static_cast<std::uint32_t>(failure_);
  const auto part = static_cast<Part>(fault >> 16 & 0xff);
  const unsigned field = fault & 0xffff;
  const void* address = layer_;
  if (part == Part::operators) address = parameters_;
  if (part == Part::arguments) address = loader_.arguments_.data() + layer_->arguments + field;
  if (part == Part::weights) address = loader_.bytes_of_weights(record(field));
  return loader_.fail(fault, address);
}

}  // namespace nacre
