// The stages that establish where tensors can lie.

#include "runtime/strict_float.hpp"  // first

#include "loader/loader.hpp"

namespace nacre {

namespace {

bool is_same(const KernelName& a, const KernelName& b) {
  std::uint32_t words_a[2], words_b[2];
  __builtin_memcpy(words_a, &a, sizeof a);
  __builtin_memcpy(words_b, &b, sizeof b);
  return words_a[0] == words_b[0] && words_a[1] == words_b[1];
}

}  // namespace

bool Loader::memories_are_valid(MemoryNeeds* needs) {
  *needs = {};
  needs->alignment = header_->alignment();
  // For each kernel that the model names, its place in the caller's list.
  const std::uint64_t network = (needed_kernels_.size() * sizeof(std::uint16_t) + kArenaAlignment - 1) &
                                ~std::uint64_t{kArenaAlignment - 1};
  if (network > 1u << 20) return fail(Status::bad_memory_size, Part::kernels, 0, 0, needed_kernels_.data());
  needs->network_bytes = needs->block_bytes[0] = static_cast<std::uint32_t>(network);
  if (memories_.size() > kMaxMemories) return fail(Status::bad_memory_size, Part::memories, 0, 0, memories_.data());
  for (std::uint32_t i = 0; i < memories_.size(); ++i) {
    const MemoryRecord& memory = memories_[i];
    if ((memory.reserved[0] | memory.reserved[1]) != 0)
      return fail(Status::feature_unknown, Part::memories, 2, i, &memory);
    if (memory.kind == MemoryKind::weights) {
      const schema::Section* const weights = section(schema::SectionKind::weights, memory.block);
      if (weights == nullptr || memory.bytes > weights->size())
        return fail(Status::bad_section, Part::memories, 1, i, &memory);
      needs->weights_bytes += weights->size();
      continue;
    }
    const bool known = memory.kind <= MemoryKind::state && memory.block < kMaxBlocks;
    const unsigned field = known ? 3 : memory.kind <= MemoryKind::state ? 1 : 0;
    if (!known || memory.bytes % kArenaAlignment != 0 ||
        __builtin_add_overflow(needs->block_bytes[memory.block], memory.bytes, &needs->block_bytes[memory.block]))
      return fail(Status::bad_memory_size, Part::memories, field, i, &memory);
    (memory.kind == MemoryKind::state ? needs->state_bytes : needs->activations_bytes) += memory.bytes;
    if (memory.block >= needs->blocks) needs->blocks = memory.block + 1u;
  }
  needs->total_bytes = needs->block_bytes[0];
  return true;
}

bool Loader::memory_suffices(const MemoryNeeds& needs) {
  std::byte* ends[kMaxBlocks] = {};
  for (unsigned i = 0; i < needs.blocks; ++i) {
    if (i >= blocks_.size() || blocks_[i].size() < needs.block_bytes[i])
      return fail(Status::memory_too_small, Part::memories, 3, i, memories_.data());
    if (reinterpret_cast<std::uintptr_t>(blocks_[i].data()) % needs.alignment != 0)
      return fail(Status::memory_misaligned, Part::header, 1, i, header_);
    ends[i] = blocks_[i].data();
  }
  rows_ = reinterpret_cast<std::uint16_t*>(ends[0]);
  ends[0] += needs.network_bytes;
  for (std::uint32_t i = 0; i < memories_.size(); ++i) {
    const MemoryRecord& memory = memories_[i];
    if (memory.kind == MemoryKind::weights) {
      constant_memories_ |= 1u << i;
      starts_[i] =
          const_cast<std::byte*>(model_.data()) + section(schema::SectionKind::weights, memory.block)->offset();
    } else {
      starts_[i] = ends[memory.block];
      ends[memory.block] += memory.bytes;
    }
  }
  return true;
}

bool Loader::kernels_are_there() {
  if (kernels_.size() > 0xffff) return fail(Status::kernel_missing, Part::kernels, 0, 0, needed_kernels_.data());
  for (std::uint32_t i = 0; i < needed_kernels_.size(); ++i) {
    std::uint32_t row = 0;
    while (row < kernels_.size() && !is_same(kernels_[row].name, needed_kernels_[i])) ++row;
    if (row == kernels_.size()) return fail(Status::kernel_missing, Part::kernels, 0, i, &needed_kernels_[i]);
    rows_[i] = static_cast<std::uint16_t>(row);
  }
  return true;
}

}  // namespace nacre
