#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/map.hpp"
#include "runtime/numerics/activations.hpp"

namespace nacre::reference {
namespace {

constexpr auto kSqrt = [](auto a) { return numerics::sqrt(a); };
constexpr auto kExponential = [](auto a) { return numerics::exp(a); };
constexpr auto kLog = [](auto a) { return numerics::log(a); };
constexpr auto kErf = [](auto a) { return numerics::erf(a); };
constexpr auto kLog1p = [](auto a) { return numerics::log1p(a); };
constexpr auto kExpm1 = [](auto a) { return numerics::expm1(a); };
constexpr auto kTanh = [](auto a) { return numerics::tanh(a); };
constexpr auto kLeakyRelu = [](auto a, auto slope, auto threshold, auto maximum) {
  if (a < threshold) return slope == 0 ? 0 : slope * numerics::minus(a, threshold);  // 0 * -infinity is NaN
  return a > maximum ? maximum : a;
};
constexpr auto kPrelu = [](auto a, auto slope) { return a >= 0 ? a : slope * a; };

}  // namespace

void sqrt_f32(const Strip& strip) { map_1<float>(strip, kSqrt); }
void sqrt_f64(const Strip& strip) { map_1<double>(strip, kSqrt); }

void exponential_f32(const Strip& strip) { map_1<float>(strip, kExponential); }
void exponential_f64(const Strip& strip) { map_1<double>(strip, kExponential); }

void log_f32(const Strip& strip) { map_1<float>(strip, kLog); }
void log_f64(const Strip& strip) { map_1<double>(strip, kLog); }

void log1p_f32(const Strip& strip) { map_1<float>(strip, kLog1p); }
void log1p_f64(const Strip& strip) { map_1<double>(strip, kLog1p); }

void expm1_f32(const Strip& strip) { map_1<float>(strip, kExpm1); }
void expm1_f64(const Strip& strip) { map_1<double>(strip, kExpm1); }

void erf_f32(const Strip& strip) { map_1<float>(strip, kErf); }
void erf_f64(const Strip& strip) { map_1<double>(strip, kErf); }

void leaky_relu_f32(const Strip& strip) { map_4<float>(strip, kLeakyRelu); }
void leaky_relu_f64(const Strip& strip) { map_4<double>(strip, kLeakyRelu); }

void prelu_f32(const Strip& strip) { map_2<float>(strip, kPrelu); }
void prelu_f64(const Strip& strip) { map_2<double>(strip, kPrelu); }

void elu_f32(const Strip& strip) { map_2<float>(strip, numerics::elu<float>); }
void elu_f64(const Strip& strip) { map_2<double>(strip, numerics::elu<double>); }

void selu_f32(const Strip& strip) { map_1<float>(strip, numerics::selu<float>); }
void selu_f64(const Strip& strip) { map_1<double>(strip, numerics::selu<double>); }

void sigmoid_f32(const Strip& strip) { map_1<float>(strip, numerics::sigmoid<float>); }
void sigmoid_f64(const Strip& strip) { map_1<double>(strip, numerics::sigmoid<double>); }

void tanh_f32(const Strip& strip) { map_1<float>(strip, kTanh); }
void tanh_f64(const Strip& strip) { map_1<double>(strip, kTanh); }

void softplus_f32(const Strip& strip) { map_1<float>(strip, numerics::softplus<float>); }
void softplus_f64(const Strip& strip) { map_1<double>(strip, numerics::softplus<double>); }

void softsign_f32(const Strip& strip) { map_1<float>(strip, numerics::softsign<float>); }
void softsign_f64(const Strip& strip) { map_1<double>(strip, numerics::softsign<double>); }

void swish_f32(const Strip& strip) { map_1<float>(strip, numerics::swish<float>); }
void swish_f64(const Strip& strip) { map_1<double>(strip, numerics::swish<double>); }

void gelu_f32(const Strip& strip) { map_1<float>(strip, numerics::gelu<float>); }
void gelu_f64(const Strip& strip) { map_1<double>(strip, numerics::gelu<double>); }

void gelu_tanh_f32(const Strip& strip) { map_1<float>(strip, numerics::gelu_tanh<float>); }
void gelu_tanh_f64(const Strip& strip) { map_1<double>(strip, numerics::gelu_tanh<double>); }

void hard_sigmoid_f32(const Strip& strip) { map_3<float>(strip, numerics::hard_sigmoid<float>); }
void hard_sigmoid_f64(const Strip& strip) { map_3<double>(strip, numerics::hard_sigmoid<double>); }

void hard_swish_f32(const Strip& strip) { map_1<float>(strip, numerics::hard_swish<float>); }
void hard_swish_f64(const Strip& strip) { map_1<double>(strip, numerics::hard_swish<double>); }

void mish_f32(const Strip& strip) { map_1<float>(strip, numerics::mish<float>); }
void mish_f64(const Strip& strip) { map_1<double>(strip, numerics::mish<double>); }

}  // namespace nacre::reference
