#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/neon/float4.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_functions.hpp"
#include "runtime/kernels/vector_lstm.hpp"
#include "runtime/kernels/vector_reduce.hpp"
#include "runtime/kernels/vector_softmax.hpp"

namespace nacre::neon {

#define NACRE_FUNCTION(function, op, from, to, number, operands)                                             \
  void function(const Strip& strip) {                                                                        \
    vector_map_##operands<Float4>(strip, [](auto... x) { return VectorFunctions<Float4>::function(x...); }); \
  }
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION

Status softmax_f32(const Layer& layer) { return vector_softmax<Float4>(layer); }
Status reduce_sum_f32(const Layer& layer) { return vector_reduce<Float4>(layer, false); }
Status reduce_mean_f32(const Layer& layer) { return vector_reduce<Float4>(layer, true); }
Status lstm_f32(const Layer& layer) { return vector_lstm<Float4>(layer); }

}  // namespace nacre::neon
