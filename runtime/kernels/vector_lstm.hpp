#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_functions.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// One LSTM layer, a vector of units at a time.
template <typename Vector>
class VectorLstm {
 public:
  explicit VectorLstm(const Layer& layer)
      : p_(layer.parameters<parameters::LSTM>()),
        depth_(dimensions_of(layer, 0)[2]),
        units_(output_width_of(layer)),
        kernel_(layer.input<float>(1)),
        recurrent_(layer.input<float>(2)),
        bias_(layer.input<float>(3)),
        hidden_(layer.temporary<float>(0)),
        cell_(layer.temporary<float>(1)),
        gates_(layer.temporary<float>(2)) {}

  void start() const {
    for (std::uint32_t u = 0; u < units_ && !p_.stateful; ++u) hidden_[u] = cell_[u] = 0;
  }

  /// One step of a row. Each gate is one chain of fused multiply-adds: bias, then the input, then the hidden state.
  void step(const float* x) const {
    for_each_tile<Vector, 1, 2 * Vector::kVectors>(0, 4 * units_, [&](auto tile, std::uint32_t o, auto part) {
      typename decltype(tile)::Type sums(bias_ + o, part);
      sums.add({x}, depth_, kernel_ + o, 4 * units_);
      sums.add({hidden_}, units_, recurrent_ + o, 4 * units_);
      sums.store({gates_ + o}, -__builtin_inff(), __builtin_inff());
    });
    const F most = Vector::broadcast(p_.cell_clip), least = Vector::broadcast(-p_.cell_clip);
    for_each_vector<Vector>(units_, [&](std::uint32_t u, auto part) {
      const F input = activated(p_.recurrent_activation, part.load(gates_ + u));
      const F forget = activated(p_.recurrent_activation, part.load(gates_ + units_ + u));
      const F candidate = activated(p_.activation, part.load(gates_ + 2 * units_ + u));
      const F output = activated(p_.recurrent_activation, part.load(gates_ + 3 * units_ + u));
      const F cell = Vector::clamp(Vector::fma(forget, part.load(cell_ + u), input * candidate), least, most);
      part.store(cell_ + u, cell);
      part.store(hidden_ + u, output * activated(p_.activation, cell));
    });
  }

  const float* hidden() const { return hidden_; }

 private:
  using F = typename Vector::Type;

  F activated(ActivationFunction function, F x) const {
    const F zero = Vector::broadcast(0), one = Vector::broadcast(1);
    switch (function) {
      case ActivationFunction::tanh: return VectorFunctions<Vector>::tanh_f32(x);
      case ActivationFunction::sigmoid: return VectorFunctions<Vector>::sigmoid_f32(x);
      case ActivationFunction::relu: return x < 0.0f ? zero : x;
      case ActivationFunction::hard_sigmoid:
        return Vector::clamp(Vector::fma(Vector::broadcast(p_.alpha), x, Vector::broadcast(p_.beta)), zero, one);
      default: return x;
    }
  }

  const parameters::LSTM& p_;
  const std::uint32_t depth_, units_;
  const float *const kernel_, *const recurrent_, *const bias_;
  float *const hidden_, *const cell_, *const gates_;
};

template <typename Vector>
Status vector_lstm(const Layer& layer) {
  const auto& p = layer.parameters<parameters::LSTM>();
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t batch = shape[0], time = shape[1], depth = shape[2], units = output_width_of(layer);
  const VectorLstm<Vector> lstm(layer);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < batch; ++n) {
    lstm.start();
    for (std::uint32_t t = 0; t < time; ++t) {
      const std::uint32_t at = p.go_backwards ? time - 1 - t : t;
      lstm.step(layer.input<float>(0) + (n * std::size_t{time} + at) * depth);
      if (p.return_sequences || t + 1 == time)
        for (std::uint32_t u = 0; u < units; ++u) *y++ = lstm.hidden()[u];
    }
  }
  return Status::ok;
}

}  // namespace
}  // namespace nacre
