#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/map.hpp"
#include "runtime/numerics/activations.hpp"

namespace nacre::reference {

void sqrt_f32(const Strip& strip) { map_1<float>(strip, numerics::sqrt); }
void exponential_f32(const Strip& strip) { map_1<float>(strip, numerics::exp); }
void log_f32(const Strip& strip) { map_1<float>(strip, numerics::log); }

void leaky_relu_f32(const Strip& strip) {
  map_4<float>(strip, [](float a, float slope, float threshold, float maximum) {
    if (a < threshold) return slope == 0 ? 0 : slope * (a - threshold);  // 0 * -infinity is NaN
    return a > maximum ? maximum : a;
  });
}
void prelu_f32(const Strip& strip) {
  map_2<float>(strip, [](float a, float slope) { return a >= 0 ? a : slope * a; });
}
void elu_f32(const Strip& strip) { map_2<float>(strip, numerics::elu); }
void selu_f32(const Strip& strip) { map_1<float>(strip, numerics::selu); }
void sigmoid_f32(const Strip& strip) { map_1<float>(strip, numerics::sigmoid); }
void tanh_f32(const Strip& strip) { map_1<float>(strip, numerics::tanh); }
void softplus_f32(const Strip& strip) { map_1<float>(strip, numerics::softplus); }
void softsign_f32(const Strip& strip) { map_1<float>(strip, numerics::softsign); }
void swish_f32(const Strip& strip) { map_1<float>(strip, numerics::swish); }
void gelu_f32(const Strip& strip) { map_1<float>(strip, numerics::gelu); }
void gelu_tanh_f32(const Strip& strip) { map_1<float>(strip, numerics::gelu_tanh); }
void hard_sigmoid_f32(const Strip& strip) {
  map_3<float>(strip, [](float a, float alpha, float beta) { return numerics::hard_sigmoid(a, alpha, beta); });
}
void hard_swish_f32(const Strip& strip) { map_1<float>(strip, numerics::hard_swish); }
void mish_f32(const Strip& strip) { map_1<float>(strip, numerics::mish); }

}  // namespace nacre::reference
