// The stages that establish what the model means, once its FlatBuffer is whole.

#include "loader/layer_check.hpp"
#include "loader/loader.hpp"

namespace nacre {

static_assert(sizeof(TensorRecord) == sizeof(schema::Tensor) &&
                  sizeof(PortRecord) == sizeof(schema::Port),
              "records are read in place");

bool Loader::tensors_are_valid() {
  const std::uint32_t limits[] = {root_->weights()->size(), header_->activations_bytes(),
                                  header_->state_bytes()};
  const std::uint32_t count = tensor_count_;
  const std::uint32_t shapes = root_->shapes()->size();
  if (count > 0xffff) return fail(Status::bad_tensor, Part::tensors, 0, count, root_->tensors());
  for (const TensorRecord* tensor = tensors_; tensor < tensors_ + count; ++tensor) {
    bool valid = tensor->type <= DataType::string && tensor->memory <= Memory::state &&
                 tensor->rank <= 8 && std::uint32_t{tensor->shape} + tensor->rank <= shapes;
    if (valid) {
      const bool weights = tensor->memory == Memory::weights;
      std::uint32_t bytes = element_bytes(tensor->type);
      const std::uint32_t* dimension = shapes_ + tensor->shape;
      for (unsigned axis = 0; axis < tensor->rank; ++axis)
        valid &= dimension[axis] != 0 && !__builtin_mul_overflow(bytes, dimension[axis], &bytes);
      const std::uint32_t limit = limits[static_cast<unsigned>(tensor->memory)];
      const std::uint32_t alignment = weights ? kWeightsAlignment : kArenaAlignment;
      valid = valid && tensor->offset % alignment == 0 && bytes <= limit &&
              tensor->offset <= limit - bytes && !(weights && tensor->type == DataType::string);
    }
    if (!valid)
      return fail(Status::bad_tensor, Part::tensors, 0,
                  static_cast<std::uint32_t>(tensor - tensors_), tensor);
  }
  return ports_are_valid(root_->inputs(), Part::inputs) &&
         ports_are_valid(root_->outputs(), Part::outputs);
}

bool Loader::ports_are_valid(const flatbuffers::Vector<const schema::Port*>* ports, Part part) {
  for (std::uint32_t i = 0; i < ports->size(); ++i) {
    const std::uint32_t tensor = ports->Get(i)->tensor();
    if (tensor >= tensor_count_)
      return fail(Status::bad_index, part, 0, i, ports->Get(i));
    if (tensors_[tensor].memory != Memory::activations)
      return fail(Status::bad_port, part, 0, i, ports->Get(i));
  }
  return true;
}

const Kernel* Loader::find(const schema::Kernel& wanted) const {
  for (const Kernel& kernel : kernels_)
    if (static_cast<std::uint8_t>(kernel.op) == wanted.operator_() &&
        static_cast<std::uint8_t>(kernel.type) == static_cast<std::uint8_t>(wanted.type()) &&
        kernel.variant == wanted.variant())
      return &kernel;
  return nullptr;
}

bool Loader::layers_are_valid() {
  const std::uint32_t count = layer_count_;
  if (operators_->size() != count || operator_types_->size() != count)
    return fail(Status::malformed, Part::operators, 0, count, operators_);
  if (count > (header_->network_bytes() - network_used_) / sizeof(LayerRecord))
    return fail(Status::bad_memory_size, Part::header, 6, 0, header_);
  network_used_ = (count * static_cast<std::uint32_t>(sizeof(LayerRecord)) + 7) & ~7u;
  std::uint32_t argument = 0;
  for (std::uint32_t index = 0; index < count; ++index) {
    if (!layer_is_valid(index, argument)) return false;
    const schema::Layer& layer = layers_[index];
    argument += layer.inputs() + layer.outputs() + layer.temporaries();
  }
  if (argument != argument_count_)
    return fail(Status::bad_arguments, Part::arguments, 0, argument, arguments_);
  const std::uint32_t used = (network_used_ + kArenaAlignment - 1) & ~(kArenaAlignment - 1);
  if (used != header_->network_bytes())
    return fail(Status::bad_memory_size, Part::header, 6, used, header_);
  return true;
}

bool Loader::layer_is_valid(std::uint32_t index, std::uint32_t first_argument) {
  const schema::Layer& layer = layers_[index];
  if (layer.kernel() >= root_->kernels()->size())
    return fail(Status::bad_index, Part::layers, 0, index, &layer);
  const schema::Kernel& wanted = *root_->kernels()->Get(layer.kernel());
  const Kernel* kernel = find(wanted);
  if (kernel == nullptr)
    return fail(Status::kernel_missing, Part::kernels, 0, layer.kernel(), &wanted);
  if (static_cast<std::uint8_t>(operator_types_->Get(index)) != wanted.operator_())
    return fail(Status::malformed, Part::operators, 0, index, operator_types_);

  const std::uint32_t arguments = layer.inputs() + layer.outputs() + layer.temporaries();
  if (layer.inputs() == 0 || arguments > argument_count_ - first_argument)
    return fail(Status::bad_arguments, Part::layers, 1, index, &layer);
  const std::uint16_t* argument = arguments_ + first_argument;
  for (std::uint32_t i = 0; i < arguments; ++i) {
    if (argument[i] >= tensor_count_)
      return fail(Status::bad_index, Part::arguments, i, index, argument + i);
    if (i >= layer.inputs() && tensors_[argument[i]].memory == Memory::weights)
      return fail(Status::bad_arguments, Part::arguments, i, index, argument + i);
  }
  if (tensors_[argument[0]].type != kernel->type)
    return fail(Status::bad_arguments, Part::arguments, 0, index, argument);

  const LayerRecord record{static_cast<std::uint16_t>(kernel - kernels_.data()), layer.inputs(),
                           layer.outputs(), first_argument, network_used_};
  memcpy(memory_.data() + index * sizeof record, &record, sizeof record);
  LayerCheck check(*this, index, *kernel, argument);
  kernel->check(check);
  return status_ == Status::ok;
}

bool Loader::strings_stand_apart() {
  // Kernels follow the pointers in string tensors, so that no other tensor may share their bytes.
  const std::uint32_t count = tensor_count_;
  std::byte* const memories[] = {nullptr, memory_.data() + header_->network_bytes(),
                                 memory_.data() + header_->network_bytes() +
                                     header_->activations_bytes()};
  for (std::uint32_t i = 0; i < count; ++i) {
    const TensorRecord& text = tensors_[i];
    if (text.type != DataType::string) continue;
    const std::uint32_t bytes = Shape(shapes_ + text.shape, text.rank).size() * element_bytes(text.type);
    for (std::uint32_t j = 0; j < count; ++j) {
      const TensorRecord& other = tensors_[j];
      if (j == i || other.memory != text.memory) continue;
      const std::uint32_t size = Shape(shapes_ + other.shape, other.rank).size() * element_bytes(other.type);
      if (other.offset < text.offset + bytes && text.offset < other.offset + size)
        return fail(Status::bad_tensor, Part::tensors, 0, i, &text);
    }
    memset(memories[static_cast<unsigned>(text.memory)] + text.offset, 0, bytes);
  }
  return true;
}

void Loader::finish(Network* network) {
  Network result;
  result.tensors_ = tensors_;
  result.shapes_ = shapes_;
  result.arguments_ = arguments_;
  result.layers_ = reinterpret_cast<const LayerRecord*>(memory_.data());
  result.kernels_ = kernels_.data();
  result.block_ = memory_.data();
  result.memories_[0] = const_cast<std::byte*>(model_.data()) + header_->weights().offset();
  result.memories_[1] = memory_.data() + header_->network_bytes();
  result.memories_[2] = result.memories_[1] + header_->activations_bytes();
  result.inputs_ = {reinterpret_cast<const PortRecord*>(root_->inputs()->data()), root_->inputs()->size()};
  result.outputs_ = {reinterpret_cast<const PortRecord*>(root_->outputs()->data()),
                     root_->outputs()->size()};
  result.layer_count_ = layer_count_;
  result.state_bytes_ = header_->state_bytes();
  result.reset_state();
  *network = result;
}

}  // namespace nacre
