#include "tools/keras/theano.hpp"

#include <algorithm>
#include <iterator>

namespace nacre::tools {
namespace {

/// A kernel with its spatial axes, all but the last two, reversed.
Array mirrored(const Array& kernel) {
  const std::vector<std::int64_t>& shape = kernel.shape();
  if (shape.size() < 3) return kernel;
  const auto block = static_cast<std::ptrdiff_t>(shape[shape.size() - 2] * shape.back());
  const std::vector<double> values = kernel.to<double>();
  std::vector<double> result;
  for (auto end = values.end(); end - values.begin() >= block; end -= block)
    result.insert(result.end(), end - block, end);
  return Array::of(kernel.type(), shape, result);
}

/// How many kernels of a layer Keras mirrors when it loads them: a ConvLSTM has a second one, for its state.
std::size_t count_of_mirrored(const std::string& class_name) {
  if (class_name.starts_with("ConvLSTM")) return 2;
  const auto is_it = [&](const char* name) { return class_name == name; };
  constexpr const char* kMirrored[] = {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose"};
  return std::any_of(std::begin(kMirrored), std::end(kMirrored), is_it) ? 1 : 0;
}

}  // namespace

void mirror_kernels(const std::string& class_name, std::vector<Array>& weights) {
  for (std::size_t i = 0; i < std::min(count_of_mirrored(class_name), weights.size()); ++i)
    weights[i] = mirrored(weights[i]);
}

}  // namespace nacre::tools
