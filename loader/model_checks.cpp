// The stages that establish what the model means, once its FlatBuffer is whole.

#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"
#include "loader/loader.hpp"
#include "loader/plan_check.hpp"

namespace nacre {

static_assert(sizeof(TensorRecord) == sizeof(schema::Tensor) && sizeof(PortRecord) == sizeof(schema::Port) &&
                  sizeof(LayerRecord) == sizeof(schema::Layer) && sizeof(KernelName) == sizeof(schema::Kernel) &&
                  sizeof(MemoryRecord) == sizeof(schema::Memory) && sizeof(Operator) == sizeof(schema::Operator),
              "records are read in place");

namespace {

// Fields of a tensor.
constexpr unsigned kOffset = 0, kShape = 1, kRank = 2, kType = 3, kMemory = 4, kAlias = 5, kSound = 6;

}  // namespace

bool Loader::tensors_are_valid() {
  if (tensors_.size() > 0x7fffffff) return fail(Status::bad_tensor, Part::tensors, 0, 0, tensors_.data());
  for (const TensorRecord& tensor : tensors_)
    if (const unsigned field = wrong_field(tensor); field != kSound)
      return fail(Status::bad_tensor, Part::tensors, field, static_cast<std::uint32_t>(&tensor - tensors_.data()),
                  &tensor);
  if (outputs_.empty()) return fail(Status::bad_port, Part::outputs, 0, 0, outputs_.data());
  return ports_are_valid(inputs_, Part::inputs) && ports_are_valid(outputs_, Part::outputs);
}

inline unsigned Loader::wrong_field(const TensorRecord& tensor) const {
  if (tensor.type > DataType::string) return kType;
  if (tensor.memory >= memories_.size()) return kMemory;
  if (tensor.rank > 8) return kRank;
  if (tensor.shape > shapes_.size() || tensor.rank > shapes_.size() - tensor.shape) return kShape;
  const MemoryRecord& memory = memories_[tensor.memory];
  const std::uint32_t room = memory.bytes, bytes = bytes_of(tensor);
  if (bytes - 1 >= room) return kShape;
  const bool constant = memory.kind == MemoryKind::weights;
  if (constant && tensor.type == DataType::string) return kMemory;
  if ((tensor.offset & ((constant ? kWeightsAlignment : kArenaAlignment) - 1)) != 0 || tensor.offset > room - bytes)
    return kOffset;
  return tensor.alias == 0 || is_alias(tensor, bytes) ? kSound : kAlias;
}

bool Loader::is_alias(const TensorRecord& tensor, std::uint32_t bytes) const {
  if (&tensor - tensors_.data() < tensor.alias) return false;
  const TensorRecord& owner = *(&tensor - tensor.alias);
  return owner.alias == 0 && owner.memory == tensor.memory && owner.offset == tensor.offset &&
         bytes_of(owner) == bytes && (owner.type == DataType::string) == (tensor.type == DataType::string);
}

std::uint32_t Loader::bytes_of(const TensorRecord& tensor) const {
  const std::uint32_t* const dimension = shapes_.data() + tensor.shape;
  std::uint32_t bytes = element_bytes(tensor.type);
  for (unsigned axis = 0; axis < tensor.rank; ++axis) {
    const std::uint64_t product = std::uint64_t{bytes} * dimension[axis];
    if (product >> 32 != 0) return 0;
    bytes = static_cast<std::uint32_t>(product);
  }
  return bytes;
}

bool Loader::ports_are_valid(Span<const PortRecord> ports, Part part) {
  constexpr std::uint16_t kFlags = PortRecord::kRefusesMissing | PortRecord::kRefusesInfinite;
  for (std::uint32_t i = 0; i < ports.size(); ++i) {
    const PortRecord& port = ports[i];
    if (port.tensor >= tensors_.size()) return fail(Status::bad_index, part, 0, i, &port);
    if (kind_of(tensors_[port.tensor]) != MemoryKind::activations) return fail(Status::bad_port, part, 0, i, &port);
    if (port.flags > kFlags || port.reserved != 0)
      return fail(Status::feature_unknown, part, port.flags > kFlags ? 1 : 2, i, &port.flags);
  }
  return true;
}

bool Loader::layers_are_valid() {
  const std::uint32_t count = layers_.size();
  if (operators_.size() != count || operator_types_.size() != count)
    return fail(Status::malformed, Part::operators, 0, count, operators_.data());
  LayerCheck check(*this);
  PlanCheck plan(*this);
  if (!plan.begin()) return false;
  for (std::uint32_t index = 0; index < count;) {
    if (!check.begin(index) || !plan.follow(check.layer(), index, check.rule()) || !check.finish() || !plan.holds())
      return false;
    if (check.layer().body == 0) ++index;
    else if (!check.walk_body()(*this, check, plan, &index)) return false;
  }
  if (check.arguments_used() != arguments_.size())
    return fail(Status::bad_arguments, Part::arguments, 0, check.arguments_used(), arguments_.data());
  return plan.end();
}

void Loader::finish(Network* network) {
  network->tensors_ = tensors_.data();
  network->shapes_ = shapes_.data();
  network->arguments_ = arguments_.data();
  network->layers_ = layers_.data();
  network->parameters_ = operators_.data();
  network->kernels_ = kernels_.data();
  network->rows_ = rows_;
  for (unsigned i = 0; i < kMaxMemories; ++i) network->memories_[i] = i < memories_.size() ? starts_[i] : nullptr;
  network->memory_records_ = memories_;
  network->inputs_ = inputs_;
  network->outputs_ = outputs_;
  network->layer_count_ = layers_.size();
  network->reset_state();
  // Texts are pointers. Whoever reads one before the caller, or the first run, has written it finds no text.
  const Span<const PortRecord> all[] = {inputs_, outputs_};
  for (const Span<const PortRecord> ports : all)
    for (const PortRecord& port : ports) {
      if (tensors_[port.tensor].type != DataType::string) continue;
      auto* text = reinterpret_cast<String*>(network->address(port.tensor));
      for (std::uint32_t left = network->shape(port.tensor).size(); left > 0; --left, ++text)
        text->data = nullptr, text->size = 0;
    }
}

}  // namespace nacre
