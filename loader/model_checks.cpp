// The stages that establish what the model means, once its FlatBuffer is whole.

#include "loader/layer_check.hpp"
#include "loader/loader.hpp"

namespace nacre {

static_assert(sizeof(TensorRecord) == sizeof(schema::Tensor) &&
                  sizeof(PortRecord) == sizeof(schema::Port) &&
                  sizeof(Operator) == sizeof(schema::Operator),
              "records are read in place");

bool Loader::tensors_are_valid() {
  struct Room {
    std::uint32_t bytes, misaligned;
  };
  const Room rooms[] = {{static_cast<std::uint32_t>(weights_.size()), kWeightsAlignment - 1},
                        {header_->activations_bytes(), kArenaAlignment - 1},
                        {header_->state_bytes(), kArenaAlignment - 1}};
  const auto index_of = [this](const TensorRecord& tensor) {
    return static_cast<std::uint32_t>(&tensor - tensors_.data());
  };
  if (tensors_.size() > 0xffff)
    return fail(Status::bad_tensor, Part::tensors, 0, tensors_.size(), tensors_.data());
  std::uint32_t texts = 0;
  for (const TensorRecord& tensor : tensors_) {
    if (tensor.type <= DataType::string && tensor.memory <= Memory::state && tensor.rank <= 8 &&
        std::uint32_t{tensor.shape} + tensor.rank <= shapes_.size()) {
      const Room& room = rooms[static_cast<unsigned>(tensor.memory)];
      const std::uint32_t bytes = bytes_of(tensor);
      if (bytes - 1 < room.bytes && tensor.offset <= room.bytes - bytes &&
          (tensor.offset & room.misaligned) == 0) {
        if (tensor.type != DataType::string) continue;
        ++texts;
        if (tensor.memory != Memory::weights) continue;
      }
    }
    const std::uint32_t room = tensor.memory <= Memory::state ? rooms[static_cast<unsigned>(tensor.memory)].bytes : 0;
    return fail(Status::bad_tensor, Part::tensors, wrong_field(tensor, room), index_of(tensor), &tensor);
  }
  if (texts > kMaxTexts) return fail(Status::bad_tensor, Part::tensors, 3, texts, tensors_.data());
  texts_ = texts;
  if (outputs_.empty()) return fail(Status::bad_port, Part::outputs, 0, 0, outputs_.data());
  return ports_are_valid(inputs_, Part::inputs) && ports_are_valid(outputs_, Part::outputs);
}

unsigned Loader::wrong_field(const TensorRecord& tensor, std::uint32_t room) const {
  constexpr unsigned kOffset = 0, kShape = 1, kRank = 2, kType = 3, kMemory = 4;
  if (tensor.type > DataType::string) return kType;
  if (tensor.memory > Memory::state) return kMemory;
  if (tensor.rank > 8) return kRank;
  if (std::uint32_t{tensor.shape} + tensor.rank > shapes_.size() || bytes_of(tensor) - 1 >= room) return kShape;
  return tensor.type == DataType::string && tensor.memory == Memory::weights ? kMemory : kOffset;
}

std::uint32_t Loader::bytes_of(const TensorRecord& tensor) const {
  const std::uint32_t* const dimension = shapes_.data() + tensor.shape;
  std::uint32_t bytes = element_bytes(tensor.type), overflow = 0;
  for (unsigned axis = 0; axis < tensor.rank; ++axis) {
    const std::uint64_t product = std::uint64_t{bytes} * dimension[axis];
    bytes = static_cast<std::uint32_t>(product);
    overflow |= static_cast<std::uint32_t>(product >> 32);
  }
  return overflow == 0 ? bytes : 0;
}

bool Loader::ports_are_valid(Span<const PortRecord> ports, Part part) {
  for (std::uint32_t i = 0; i < ports.size(); ++i) {
    if (ports[i].tensor >= tensors_.size()) return fail(Status::bad_index, part, 0, i, &ports[i]);
    if (tensors_[ports[i].tensor].memory != Memory::activations)
      return fail(Status::bad_port, part, 0, i, &ports[i]);
    if (ports[i].flags > (PortRecord::kRefusesMissing | PortRecord::kRefusesInfinite))
      return fail(Status::bad_port, part, 1, i, &ports[i].flags);
  }
  return true;
}

bool Loader::layers_are_valid() {
  const std::uint32_t count = layers_.size();
  if (operators_.size() != count || operator_types_.size() != count)
    return fail(Status::malformed, Part::operators, 0, count, operators_.data());
  if (count > header_->network_bytes() / sizeof(LayerRecord))
    return fail(Status::bad_memory_size, Part::header, 6, 0, header_);
  network_used_ = (count * static_cast<std::uint32_t>(sizeof(LayerRecord)) + 7) & ~7u;
  LayerCheck check(*this);
  for (std::uint32_t index = 0; index < count; ++index)
    if (!layer_is_valid(check, index)) return false;
  if (arguments_used_ != arguments_.size())
    return fail(Status::bad_arguments, Part::arguments, 0, arguments_used_, arguments_.data());
  const std::uint32_t used = (network_used_ + kArenaAlignment - 1) & ~(kArenaAlignment - 1);
  if (used != header_->network_bytes())
    return fail(Status::bad_memory_size, Part::header, 6, used, header_);
  return true;
}

bool Loader::find_kernel(std::uint32_t row, std::uint32_t layer) {
  if (row >= needed_kernels_.size())
    return fail(Status::bad_index, Part::layers, 0, layer, &layers_[layer]);
  const schema::Kernel& needed = needed_kernels_[row];
  for (const Kernel& kernel : kernels_)
    if (static_cast<std::uint8_t>(kernel.op) == needed.operator_() &&
        static_cast<std::uint8_t>(kernel.type) == static_cast<std::uint8_t>(needed.type()) &&
        kernel.variant == needed.variant()) {
      kernel_ = &kernel;
      kernel_index_ = static_cast<std::uint16_t>(&kernel - kernels_.data());
      kernel_row_ = row;
      whole_ = nullptr;
      return true;
    }
  return fail(Status::kernel_missing, Part::kernels, 0, row, &needed);
}

bool Loader::layer_is_valid(LayerCheck& check, std::uint32_t index) {
  const schema::Layer& layer = layers_[index];
  if (layer.kernel() != kernel_row_ && !find_kernel(layer.kernel(), index)) return false;
  if (operator_types_[index] != kernel_->op)
    return fail(Status::malformed, Part::operators, 0, index, &operator_types_[index]);
  const std::uint32_t first = arguments_used_;
  const std::uint32_t count = layer.inputs() + layer.outputs() + layer.temporaries();
  if (layer.inputs() == 0 || count > arguments_.size() - first)
    return fail(Status::bad_arguments, Part::layers, 1, index, &layer);
  arguments_used_ = first + count;
  const std::uint16_t* const arguments = arguments_.data() + first;
  for (const std::uint16_t* argument = arguments; argument != arguments + count; ++argument)
    if (*argument >= tensors_.size())
      return fail(Status::bad_index, Part::arguments, static_cast<unsigned>(argument - arguments),
                  index, argument);
  for (const std::uint16_t* result = arguments + layer.inputs(); result != arguments + count; ++result)
    if (tensors_[*result].memory == Memory::weights)
      return fail(Status::bad_arguments, Part::arguments, static_cast<unsigned>(result - arguments),
                  index, result);
  if (tensors_[*arguments].type != kernel_->type)
    return fail(Status::bad_arguments, Part::arguments, 0, index, arguments);

  auto* const records = reinterpret_cast<LayerRecord*>(memory_.data());
  new (records + index) LayerRecord{kernel_index_, layer.inputs(), layer.outputs(),
                                    first, network_used_};
  check.begin(layer, index, *kernel_, arguments);
  kernel_->check(check);
  return check.ok() || check.report();
}

bool Loader::is_filled_first(std::uint32_t tensor) const {
  for (const PortRecord& input : inputs_)
    if (input.tensor == tensor) return true;
  const std::uint16_t* argument = arguments_.data();
  for (const schema::Layer& layer : layers_) {
    const std::uint16_t* const results = argument + layer.inputs();
    for (; argument != results; ++argument)
      if (*argument == tensor) return false;
    for (const std::uint16_t* const end = results + layer.outputs() + layer.temporaries(); argument != end; ++argument)
      if (*argument == tensor) return true;
  }
  return true;
}

bool Loader::strings_stand_apart() {
  if (texts_ == 0) return true;
  // Kernels follow the pointers in string tensors, so that no other tensor may share their bytes and no
  // layer may find those of an earlier run.
  std::byte* const memories[] = {nullptr, memory_.data() + header_->network_bytes(),
                                 memory_.data() + header_->network_bytes() +
                                     header_->activations_bytes()};
  for (std::uint32_t i = 0; i < tensors_.size(); ++i) {
    const TensorRecord& text = tensors_[i];
    if (text.type != DataType::string) continue;
    const std::uint32_t bytes = bytes_of(text);
    if (!is_filled_first(i)) return fail(Status::bad_tensor, Part::tensors, 0, i, &text);
    for (std::uint32_t j = 0; j < tensors_.size(); ++j) {
      const TensorRecord& other = tensors_[j];
      if (j == i || other.memory != text.memory) continue;
      if (other.offset < text.offset + bytes && text.offset < other.offset + bytes_of(other))
        return fail(Status::bad_tensor, Part::tensors, 0, i, &text);
    }
    memset(memories[static_cast<unsigned>(text.memory)] + text.offset, 0, bytes);
  }
  return true;
}

void Loader::finish(Network* network) {
  network->tensors_ = tensors_.data();
  network->shapes_ = shapes_.data();
  network->arguments_ = arguments_.data();
  network->layers_ = reinterpret_cast<const LayerRecord*>(memory_.data());
  network->kernels_ = kernels_.data();
  network->block_ = memory_.data();
  network->memories_[0] = const_cast<std::byte*>(model_.data()) + header_->weights().offset();
  network->memories_[1] = memory_.data() + header_->network_bytes();
  network->memories_[2] = network->memories_[1] + header_->activations_bytes();
  network->inputs_ = inputs_;
  network->outputs_ = outputs_;
  network->layer_count_ = layers_.size();
  network->state_bytes_ = header_->state_bytes();
  network->reset_state();
}

}  // namespace nacre
