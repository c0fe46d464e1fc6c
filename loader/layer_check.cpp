#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre {
namespace {

constexpr std::uint32_t kNowhere[8] = {};  // dimensions of what has not those that it should have

}  // namespace

bool LayerCheck::run(const LayerRecord& layer, std::uint32_t index, const Kernel& kernel) {
  layer_ = &layer;
  kernel_ = &kernel;
  arguments_ = loader_.arguments_.data() + layer.arguments;
  index_ = index;
  if (!has_arguments()) return loader_.fail(Status::bad_arguments, Part::layers, 2, index, &layer);
  if (!has_whole_struct())
    return loader_.fail(Status::malformed, Part::operators, 0, index, &loader_.operators_[index]);
  kernel.rule->check(*this);
  return ok() || report();
}

bool LayerCheck::has_arguments() const {
  const OperatorRule& rule = *kernel_->rule;
  const unsigned inputs = layer_->inputs;
  const bool counts = rule.repeats || (inputs <= rule.inputs && inputs + rule.optional >= rule.inputs);
  return inputs != 0 && counts && layer_->outputs == rule.outputs && layer_->temporaries == rule.temporaries;
}

bool LayerCheck::has_whole_struct() {
  const std::uint32_t place = loader_.offset_of(&loader_.operators_[index_]);
  const std::uint64_t start = std::uint64_t{place} + loader_.operators_[index_];
  parameters_ = loader_.bytes() + start;
  return start % 4 == 0 && start + kernel_->rule->bytes <= loader_.device_bytes_;
}

const std::uint32_t* LayerCheck::dimensions(unsigned i, DataType type, unsigned rank) {
  const TensorRecord& tensor = record(i);
  return require_argument(tensor.type == type && tensor.rank == rank, i) ? shapes_ + tensor.shape : kNowhere;
}

const std::uint32_t* LayerCheck::leading(unsigned i, DataType type, unsigned listed, std::uint32_t* product) {
  const TensorRecord& tensor = record(i);
  *product = 0;
  if (!require_argument(tensor.type == type && tensor.rank + 1u >= listed, i)) return kNowhere;
  const std::uint32_t* const dimensions = shapes_ + tensor.shape;
  const unsigned many = tensor.rank + 1u - listed;
  *product = many == 1 ? *dimensions : shape(i).product(0, many);
  return dimensions + many;
}

const std::uint32_t* LayerCheck::trailing(unsigned i, DataType type, unsigned listed, std::uint32_t* product) {
  const TensorRecord& tensor = record(i);
  *product = 0;
  if (!require_argument(tensor.type == type && tensor.rank + 1u >= listed, i)) return kNowhere;
  *product = shape(i).product(listed - 1, tensor.rank);
  return shapes_ + tensor.shape;
}

std::uint32_t LayerCheck::elements(unsigned i, DataType type) {
  return require_argument(record(i).type == type, i) ? shape(i).size() : 0;
}

bool LayerCheck::report() const {
  const auto code = static_cast<std::uint32_t>(failure_);
  const auto part = static_cast<Part>(code >> 16 & 0xff);
  const unsigned field = code & 0xffff;
  const void* address = layer_;
  if (part == Part::operators) address = parameters_;
  if (part == Part::arguments) address = arguments_ + field;
  if (part == Part::weights) address = loader_.bytes_of_weights(record(field));
  return loader_.fail(static_cast<Status>(code >> 24), part, field, index_, address);
}

}  // namespace nacre
