#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status concatenate(const Layer& layer) {
  const std::uint32_t blocks = layer.output_shape(0).product(0, layer.parameters<parameters::Concatenate>().axis);
  T* y = layer.output<T>(0);
  for (std::uint32_t block = 0; block < blocks; ++block)
    for (unsigned i = 0; i < layer.inputs(); ++i) {
      const std::uint32_t run = layer.input_shape(i).size() / blocks;
      const T* x = layer.input<T>(i) + block * run;
      for (std::uint32_t element = 0; element < run; ++element) *y++ = x[element];
    }
  return Status::ok;
}

}  // namespace

Status concatenate_f32(const Layer& layer) { return concatenate<float>(layer); }
Status concatenate_i32(const Layer& layer) { return concatenate<std::int32_t>(layer); }
Status concatenate_i8(const Layer& layer) { return concatenate<std::int8_t>(layer); }

}  // namespace nacre::reference
