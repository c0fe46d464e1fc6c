// The stages that establish where tensors can lie.

#include "runtime/strict_float.hpp"  // first

#include "loader/loader.hpp"

namespace nacre {

namespace {

bool is_same(const KernelName& a, const KernelName& b) {
  return __builtin_bit_cast(std::uint64_t, a) == __builtin_bit_cast(std::uint64_t, b);
}

}  // namespace

bool Loader::memories_are_valid() {
  // For each kernel that the model names, its place in the caller's list.
  const std::uint64_t network = (needed_kernels_.size() * sizeof(std::uint16_t) + kArenaAlignment - 1) &
                                ~std::uint64_t{kArenaAlignment - 1};
  if (network > 1u << 20) return fail(Status::bad_memory_size, Part::kernels, 0, needed_kernels_.data());
  network_bytes_ = static_cast<std::uint32_t>(network);
  blocks_needed_ = 1;
  for (unsigned i = 0; i < kMaxBlocks; ++i) block_bytes_[i] = i == 0 ? network_bytes_ : 0;
  if (memories_.size() > kMaxMemories) return fail(Status::bad_memory_size, Part::memories, 0, memories_.data());
  for (std::uint32_t i = 0; i < memories_.size(); ++i) {
    const MemoryRecord& memory = memories_[i];
    if ((memory.reserved[0] | memory.reserved[1]) != 0)
      return fail(Status::feature_unknown, Part::memories, 2, &memory);
    if (memory.kind == MemoryKind::weights) {
      const schema::Section* const weights = section(schema::SectionKind::weights, memory.block);
      if (weights == nullptr || memory.bytes > weights->size())
        return fail(Status::bad_section, Part::memories, 1, &memory);
      constant_memories_ |= 1u << i;
      starts_[i] = const_cast<std::byte*>(model_.data()) + weights->offset();
      continue;
    }
    const bool known = memory.kind <= MemoryKind::state && memory.block < kMaxBlocks;
    const unsigned field = known ? 3 : memory.kind <= MemoryKind::state ? 1 : 0;
    if (!known || memory.bytes % kArenaAlignment != 0 ||
        __builtin_add_overflow(block_bytes_[memory.block], memory.bytes, &block_bytes_[memory.block]))
      return fail(Status::bad_memory_size, Part::memories, field, &memory);
    if (memory.block >= blocks_needed_) blocks_needed_ = memory.block + 1u;
  }
  return true;
}

MemoryNeeds Loader::needs() const {
  MemoryNeeds needs;
  needs.alignment = header_->alignment();
  needs.network_bytes = network_bytes_;
  for (const MemoryRecord& memory : memories_)
    if (memory.kind == MemoryKind::weights)
      needs.weights_bytes += section(schema::SectionKind::weights, memory.block)->size();
    else
      (memory.kind == MemoryKind::state ? needs.state_bytes : needs.activations_bytes) += memory.bytes;
  needs.total_bytes = block_bytes_[0];
  needs.blocks = blocks_needed_;
  for (unsigned i = 0; i < kMaxBlocks; ++i) needs.block_bytes[i] = block_bytes_[i];
  return needs;
}

bool Loader::memory_suffices() {
  std::byte* ends[kMaxBlocks];
  for (unsigned i = 0; i < blocks_needed_; ++i) {
    if (i >= blocks_.size() || blocks_[i].size() < block_bytes_[i])
      return fail(Status::memory_too_small, Part::memories, 3, memories_.data(), i);
    if (reinterpret_cast<std::uintptr_t>(blocks_[i].data()) % header_->alignment() != 0)
      return fail(Status::memory_misaligned, Part::header, 1, header_, i);
    ends[i] = blocks_[i].data();
  }
  rows_ = reinterpret_cast<std::uint16_t*>(ends[0]);
  ends[0] += network_bytes_;
  for (std::uint32_t i = 0; i < memories_.size(); ++i) {
    const MemoryRecord& memory = memories_[i];
    if (memory.kind == MemoryKind::weights) continue;
    starts_[i] = ends[memory.block];
    ends[memory.block] += memory.bytes;
  }
  return true;
}

bool Loader::kernels_are_there() {
  if (kernels_.size() > 0xffff) return fail(Status::kernel_missing, Part::kernels, 0, needed_kernels_.data());
  for (std::uint32_t i = 0; i < needed_kernels_.size(); ++i) {
    std::uint32_t row = 0;
    while (row < kernels_.size() && !is_same(kernels_[row].name, needed_kernels_[i])) ++row;
    if (row == kernels_.size()) return fail(Status::kernel_missing, Part::kernels, 0, &needed_kernels_[i]);
    rows_[i] = static_cast<std::uint16_t>(row);
  }
  return true;
}

}  // namespace nacre
