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
constexpr unsigned kOffset = 0, kShape = 1, kRank = 2, kMemory = 4, kAlias = 5, kSound = 6;

/// The last four bytes of a tensor: from the lowest on its rank, type, memory and alias.
std::uint32_t form_of(const TensorRecord& tensor) {
  static_assert(offsetof(TensorRecord, rank) == 8 && offsetof(TensorRecord, type) == 9 &&
                    offsetof(TensorRecord, memory) == 10 && offsetof(TensorRecord, alias) == 11,
                "as the struct of the schema");
  std::uint32_t form;
  __builtin_memcpy(&form, &tensor.rank, sizeof form);
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? form : __builtin_bswap32(form);
}

/// The first of rank, type and memory that is too large; kSound where none is.
unsigned wrong_form(std::uint32_t form, std::uint32_t memories) {
  constexpr unsigned kRanks = 9, kTypes = 9;
  // Takes each byte to 128 or more if it is too large.
  const std::uint32_t slack = (0x80 - kRanks) | (0x80 - kTypes) << 8 | (0x80 - memories) << 16;
  const std::uint32_t beyond = ((form + slack) | form) & 0x808080;
  return beyond == 0 ? kSound : kRank + static_cast<unsigned>(__builtin_ctz(beyond)) / 8;
}

}  // namespace

// What walks a list is a function of its own, and so is what few elements need: inlined into each other, half of their
// state would lie on the stack.

[[gnu::noinline]] bool Loader::tensors_are_valid() {
  const TensorRecord *tensor = tensors_.begin(), *const end = tensors_.end(), *first_constant = tensor;
  const std::uint32_t shapes = shapes_.size(), memories = memories_.size();
  while (tensor != end) {
    const std::uint32_t form = form_of(*tensor), shape = tensor->shape;
    if (const unsigned wrong = wrong_form(form, memories); wrong != kSound) return refuse(*tensor, wrong);
    const unsigned rank = form & 0xff;
    if (shape > shapes || rank > shapes - shape) return refuse(*tensor, kShape);
    const auto type = static_cast<DataType>(form >> 8 & 0xff);
    const std::uint32_t bytes = bytes_of(type, shapes_.data() + shape, rank);
    const MemoryRecord& memory = memories_[form >> 16 & 0xff];
    if (bytes - 1 >= memory.bytes) return refuse(*tensor, kShape);
    std::uint32_t alignment = kArenaAlignment;
    if (memory.kind == MemoryKind::weights) {
      alignment = kWeightsAlignment;
      if (type == DataType::string) return refuse(*tensor, kMemory);
    } else {
      first_constant = tensor;
    }
    if (form >> 24 != 0) {
      if (!is_alias(*tensor, bytes)) return refuse(*tensor, kAlias);
      ++tensor;
      continue;
    }
    const std::uint32_t last = memory.bytes - bytes;
    // Writers number those next to each other that are alike in all but their places: these are looked at once.
    do {
      if ((tensor->offset & (alignment - 1)) != 0 || tensor->offset > last) return refuse(*tensor, kOffset);
    } while (++tensor != end && tensor->shape == shape && form_of(*tensor) == form);
  }
  while (first_constant != end && !is_constant(*first_constant)) ++first_constant;  // behind the last others
  first_constant_ = static_cast<std::uint32_t>(first_constant - tensors_.data());
  if (outputs_.empty()) return fail(Status::bad_port, Part::outputs, 0, outputs_.data());
  return ports_are_valid(inputs_, Part::inputs) && ports_are_valid(outputs_, Part::outputs);
}

bool Loader::refuse(const TensorRecord& tensor, unsigned field) {
  return fail(Status::bad_tensor, Part::tensors, field, &tensor);
}

bool Loader::is_alias(const TensorRecord& tensor, std::uint32_t bytes) const {
  if (&tensor - tensors_.data() < tensor.alias) return false;
  const TensorRecord& owner = *(&tensor - tensor.alias);
  return owner.alias == 0 && owner.memory == tensor.memory && owner.offset == tensor.offset &&
         bytes_of(owner) == bytes && (owner.type == DataType::string) == (tensor.type == DataType::string);
}

std::uint32_t Loader::bytes_of(DataType type, const std::uint32_t* dimension, unsigned rank) {
  std::uint32_t bytes = element_bytes(type), beyond = 0;
  for (; rank != 0; --rank) {
    const std::uint64_t product = std::uint64_t{bytes} * *dimension++;
    beyond |= static_cast<std::uint32_t>(product >> 32);
    bytes = static_cast<std::uint32_t>(product);
  }
  return beyond == 0 ? bytes : 0;
}

bool Loader::ports_are_valid(const Vector<PortRecord>& ports, Part part) {
  constexpr std::uint16_t kFlags = PortRecord::kRefusesMissing | PortRecord::kRefusesInfinite;
  for (const PortRecord& port : ports) {
    if (port.tensor >= tensors_.size()) return fail(Status::bad_index, part, 0, &port);
    const TensorRecord& tensor = tensors_[port.tensor];
    if (kind_of(tensor) != MemoryKind::activations) return fail(Status::bad_port, part, 0, &port);
    has_texts_ |= tensor.type == DataType::string;
    if (port.flags > kFlags || port.reserved != 0)
      return fail(Status::feature_unknown, part, port.flags > kFlags ? 1 : 2, &port.flags);
  }
  return true;
}

[[gnu::noinline]] bool Loader::layers_are_valid() {
  const std::uint32_t count = layers_.size();
  const bool are_inside = count == 0 || offset_of(operators_.end()) <= device_bytes_;
  if (operators_.size() != count || operator_types_.size() != count || !are_inside)
    return fail(Status::malformed, Part::operators, 0, operators_.data(), count);
  LayerCheck check(*this);
  PlanCheck plan(*this);
  if (!plan.begin()) return false;
  for (std::uint32_t index = 0; index < count;) {
    if (!check.begin(index) || !plan.follow(check.layer(), check.rule()) || !check.finish() || !plan.holds())
      return false;
    std::uint32_t behind = index + 1;
    if (check.layer().body != 0) {
      behind = index;
      if (!check.walk_body()(*this, check, plan, &behind)) return false;
    }
    index = behind;
  }
  if (check.arguments_used() != arguments_.size())
    return fail(Status::bad_arguments, Part::arguments, 0, arguments_.data(), check.arguments_used());
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
  static_assert(sizeof network->memories_ == sizeof starts_, "what lies behind those of the model is never looked at");
  __builtin_memcpy(network->memories_, starts_, sizeof starts_);
  network->memory_records_ = memories_;
  network->inputs_ = inputs_;
  network->outputs_ = outputs_;
  network->layer_count_ = layers_.size();
  network->reset_state();
  if (!has_texts_) return;
  // Texts are pointers. Whoever reads one before the caller, or the first run, has written it finds no text.
  for (const auto* const ports : {&inputs_, &outputs_})
    for (const PortRecord& port : *ports) {
      if (tensors_[port.tensor].type != DataType::string) continue;
      auto* text = reinterpret_cast<String*>(network->address(port.tensor));
      for (std::uint32_t left = network->shape(port.tensor).size(); left > 0; --left, ++text)
        text->data = nullptr, text->size = 0;
    }
}

}  // namespace nacre
