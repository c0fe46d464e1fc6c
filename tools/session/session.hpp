#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nacre/load.hpp"
#include "tools/common/refusal.hpp"
#include "tools/tensors/tensor_data.hpp"

namespace nacre::tools {

/// What run() throws for a row to which the model has no answer: a category or a place that training did not have.
class RowRefused : public Refusal {
 public:
  using Refusal::Refusal;
};

/// A loaded model with memory of its own, for use on a workstation.
class Session {
 public:
  /// `model` must stay where it is, 64-byte aligned, while the session is used. Throws Refusal when
  /// it does not load.
  Session(std::span<const std::byte> model, Kernels kernels, Digest digest = Digest::check);

  const Network& network() const { return network_; }
  const MemoryNeeds& needs() const { return needs_; }

  /// One run. Strings of `inputs` must outlive it. Throws Refusal when the data are refused.
  std::vector<TensorData> run(const std::vector<TensorData>& inputs);

 private:
  struct FreeBlock {
    std::size_t alignment;
    void operator()(std::byte* block) const { ::operator delete(block, std::align_val_t{alignment}); }
  };
  MemoryNeeds needs_;
  std::vector<std::unique_ptr<std::byte[], FreeBlock>> blocks_;
  Network network_;
};

}  // namespace nacre::tools
