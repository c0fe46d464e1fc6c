#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/lstm.hpp"
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
        depth_(width_of(layer)),
        units_(output_width_of(layer)),
        kernel_(layer.input<float>(1)),
        recurrent_(layer.input<float>(2)),
        bias_(layer.input<float>(3)),
        state_(layer) {}

  const LstmState& state() const { return state_; }

  /// One step of a row. Each gate is one chain of fused multiply-adds: bias, then the input, then the hidden state.
  /// Tiles are wide, as processors read long pieces of the rows of weights faster from their second caches.
  void step(const float* x) const {
    for_each_tile<Vector, 1, 4 * Vector::kVectors>(0, 4 * units_, [&](auto tile, std::uint32_t o, auto part) {
      typename decltype(tile)::Type sums(bias_ + o, part);
      sums.add(x, 0, depth_, kernel_ + o, 4 * units_);
      sums.add(state_.hidden, 0, units_, recurrent_ + o, 4 * units_);
      sums.store(state_.gates + o, 0);
    });
    const F most = Vector::broadcast(p_.cell_clip), least = Vector::broadcast(-p_.cell_clip);
    for_each_vector<Vector>(units_, [&](std::uint32_t u, auto part) {
      const F input = activated(p_.recurrent_activation, part.load(state_.gates + u));
      const F forget = activated(p_.recurrent_activation, part.load(state_.gates + units_ + u));
      const F candidate = activated(p_.activation, part.load(state_.gates + 2 * units_ + u));
      const F output = activated(p_.recurrent_activation, part.load(state_.gates + 3 * units_ + u));
      F cell = Vector::fma(forget, part.load(state_.cell + u), input * candidate);
      cell = cell < least ? least : (cell > most ? most : cell);  // also where the bound is negative
      part.store(state_.cell + u, cell);
      part.store(state_.hidden + u, output * activated(p_.activation, cell));
    });
  }

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
  const LstmState state_;
};

template <typename Vector>
Status vector_lstm(const Layer& layer) {
  const VectorLstm<Vector> lstm(layer);
  run_lstm(layer, lstm.state(), [&](const float* x) { lstm.step(x); });
  return Status::ok;
}

}  // namespace
}  // namespace nacre
