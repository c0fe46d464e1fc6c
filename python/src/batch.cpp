#include "python/src/batch.hpp"

#include <algorithm>

namespace nacre {
namespace {

constexpr std::uint32_t kMostRows = 64, kMostBytes = 1 << 18;  // what stays in a second cache

/// What of a layer its first axis may be: rows that the kernel takes one by one.
enum class Rows {
  none,         // it may look from one to another, or takes one alone
  of_elements,  // each element by itself
  of_vectors,   // the last axis is a row
  broadcast     // each element by itself, with others that are found by their shape
};

Rows rows_of(Operator op) {
  switch (op) {
    case Operator::label_decode:
    case Operator::lookup_table:
    case Operator::quantize:
    case Operator::dequantize: return Rows::of_elements;
    case Operator::fully_connected:
    case Operator::arg_max:
    case Operator::softmax:
    case Operator::normalize: return Rows::of_vectors;
    case Operator::map: return Rows::broadcast;
    default: return Rows::none;
  }
}

}  // namespace

/// Looks at the layers, whose tensors it may see.
class Batch::Check {
 public:
  explicit Check(const Network& network) : network_(network) {}

  bool is_possible() const {
    for (std::size_t i = 0; i < network_.memory_records_.size(); ++i)
      if (network_.memory_records_[i].kind == MemoryKind::state && network_.memory_records_[i].bytes != 0) return false;
    for (unsigned i = 0; i < network_.inputs(); ++i)
      if (!is_one_row(network_.inputs_[i].tensor)) return false;
    for (unsigned i = 0; i < network_.outputs(); ++i)
      if (!is_one_row(network_.outputs_[i].tensor)) return false;
    for (unsigned i = 0; i < network_.layers(); ++i)
      if (!takes_rows(i)) return false;
    return true;
  }

  /// Tensors from the first to the last that a layer or port names.
  std::uint32_t tensors() const {
    std::uint32_t count = 0;
    for (unsigned i = 0; i < network_.inputs(); ++i) count = std::max(count, network_.inputs_[i].tensor + 1);
    for (unsigned i = 0; i < network_.outputs(); ++i) count = std::max(count, network_.outputs_[i].tensor + 1);
    for (unsigned i = 0; i < network_.layers(); ++i)
      for (const std::uint32_t tensor : arguments(i))
        if (tensor != kAbsent) count = std::max(count, tensor + 1);
    return count;
  }

 private:
  Span<const std::uint32_t> arguments(unsigned layer) const {
    const LayerRecord& record = network_.layers_[layer];
    const std::size_t count = std::size_t{record.inputs} + record.outputs + record.temporaries;
    return {network_.arguments_ + record.arguments, count};
  }

  bool is_constant(std::uint32_t tensor) const {
    return network_.memory_records_[network_.tensors_[tensor].memory].kind == MemoryKind::weights;
  }

  /// Whether it has a first axis of length one, and bytes of its own or all of another's.
  bool is_one_row(std::uint32_t tensor) const {
    const TensorRecord& record = network_.tensors_[tensor];
    const Shape shape = network_.shape(tensor);
    if (is_constant(tensor) || shape.rank() == 0 || shape[0] != 1) return false;
    if (record.alias == 0) return true;
    const TensorRecord& whole = network_.tensors_[tensor - record.alias];
    return whole.offset == record.offset &&
           network_.shape(tensor - record.alias).size() * element_bytes(whole.type) ==
               shape.size() * element_bytes(record.type);
  }

  bool takes_rows(unsigned index) const {
    const LayerRecord& record = network_.layers_[index];
    const Rows rows = rows_of(network_.kernel(index).name.op);
    if (rows == Rows::none || record.temporaries != 0 || record.body != 0 || record.outputs != 1) return false;
    const Span<const std::uint32_t> all = arguments(index);
    const std::uint32_t output = all[record.inputs];
    if (!is_one_row(output) || is_constant(all[0])) return false;
    if (rows == Rows::of_vectors && network_.shape(all[0]).rank() < 2) return false;
    for (unsigned i = 0; i < record.inputs; ++i)
      if (all[i] != kAbsent && !is_constant(all[i]) &&
          (!is_one_row(all[i]) ||
           (rows == Rows::broadcast && network_.shape(all[i]).rank() != network_.shape(output).rank())))
        return false;
    return true;
  }

  const Network& network_;
};

std::uint32_t Batch::most_rows(const Network& row) {
  std::uint32_t bytes = 1;
  for (std::size_t i = 0; i < row.memory_records_.size(); ++i)
    if (row.memory_records_[i].kind == MemoryKind::activations) bytes += row.memory_records_[i].bytes;
  return std::min(kMostRows, kMostBytes / bytes);
}

Batch::Batch(const Network& row) : network_(row) {
  const Check check(row);
  const std::uint32_t rows = most_rows(row);
  if (rows < 2 || !check.is_possible()) return;
  rows_ = rows;
  widen_tensors(check.tensors());
  make_memory();
}

void Batch::widen_tensors(std::uint32_t tensors) {
  tensors_.assign(network_.tensors_, network_.tensors_ + tensors);
  for (std::uint32_t i = 0; i < tensors; ++i) {
    TensorRecord& record = tensors_[i];
    const Shape shape = network_.shape(i);
    record.shape = static_cast<std::uint32_t>(shapes_.size());
    shapes_.insert(shapes_.end(), shape.data(), shape.data() + shape.rank());
    if (network_.memory_records_[record.memory].kind != MemoryKind::activations) continue;
    record.offset *= rows_;
    if (shape.rank() > 0) shapes_[record.shape] *= rows_;
  }
  network_.tensors_ = tensors_.data();
  network_.shapes_ = shapes_.data();
}

void Batch::make_memory() {
  for (std::size_t i = 0; i < network_.memory_records_.size(); ++i) {
    const Network::MemoryRecord& record = network_.memory_records_[i];
    if (record.kind != MemoryKind::activations) continue;
    blocks_.emplace_back(std::size_t{record.bytes} * rows_, std::size_t{64});
    network_.memories_[i] = blocks_.back().bytes().data();
  }
}

}  // namespace nacre
