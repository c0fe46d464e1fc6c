#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/map.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::reference {
namespace {

constexpr auto kPower = [](auto a, auto b) { return numerics::power(a, b); };

}  // namespace

void power_f32(const Strip& strip) { map_2<float>(strip, kPower); }
void power_f64(const Strip& strip) { map_2<double>(strip, kPower); }

void sine_f32(const Strip& strip) { map_1<float>(strip, numerics::sine); }
void cosine_f32(const Strip& strip) { map_1<float>(strip, numerics::cosine); }

}  // namespace nacre::reference
