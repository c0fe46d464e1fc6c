#include "tests/support/loaded_model.hpp"

#include <algorithm>

namespace nacre::test {
namespace {

constexpr std::size_t kAlignment = 64;

AlignedBytes aligned(const std::vector<std::byte>& bytes) {
  AlignedBytes result(bytes.size());
  std::copy(bytes.begin(), bytes.end(), result.span().begin());
  return result;
}

}  // namespace

AlignedBytes::AlignedBytes(std::size_t size) : size_(size), room_(new std::byte[size + kAlignment]) {
  const auto address = reinterpret_cast<std::uintptr_t>(room_.get());
  start_ = room_.get() + (kAlignment - address % kAlignment) % kAlignment;
  std::fill_n(start_, size, std::byte{0});
}

LoadedModel::LoadedModel(const std::vector<std::byte>& bytes, Kernels kernels, Place* place, const Sizes& missing)
    : file(aligned(bytes)) {
  const Span<const std::byte> model{file.span().data(), file.span().size()};
  MemoryNeeds needs;
  const bool is_known = memory_needs(model, &needs) == Status::ok;
  std::vector<Span<std::byte>> spans;
  for (unsigned i = 0; i < needs.blocks; ++i) {
    blocks.emplace_back(is_known ? needs.block_bytes[i] - missing[i] : 0);
    spans.push_back(blocks.back().span());
  }
  status = load(model, kernels, Blocks(spans), &network, Digest::decline, place);
}

}  // namespace nacre::test
