#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"

namespace nacre::test {

/// Bytes that begin at a multiple of 64 and, as far as alignment allows, end where the allocation ends. Zeros at first.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t size);
  Span<std::byte> span() const { return {start_, size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> room_;
  std::byte* start_;
};

/// A file that load() was given, with the blocks that it asks for.
struct LoadedModel {
  using Sizes = std::array<std::size_t, kMaxBlocks>;

  /// `missing` bytes fewer in each block than the file asks for. `place`, where not null, learns where load() failed.
  explicit LoadedModel(const std::vector<std::byte>& file, Kernels kernels = reference_kernels(),
                       Place* place = nullptr, const Sizes& missing = {});

  AlignedBytes file;
  std::vector<AlignedBytes> blocks;
  Network network;
  Status status;
};

/// What a model of one input gives in output 0, and the places in output 1.
template <typename T>
struct ValuesAndIndices {
  std::vector<T> values;
  std::vector<std::int32_t> indices;
};
template <typename T>
ValuesAndIndices<T> run_once(const std::vector<std::byte>& file, const std::vector<T>& x) {
  LoadedModel model(file, reference_kernels());
  REQUIRE(model.status == Status::ok);
  std::copy(x.begin(), x.end(), model.network.template input<T>(0).begin());
  REQUIRE(model.network.run() == Status::ok);
  const auto values = model.network.template output<T>(0);
  const auto indices = model.network.template output<std::int32_t>(1);
  return {{values.begin(), values.end()}, {indices.begin(), indices.end()}};
}

}  // namespace nacre::test
