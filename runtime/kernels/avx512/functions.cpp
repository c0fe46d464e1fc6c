#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/avx512/intrinsics.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

#include "runtime/kernels/avx512/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx512/float16.hpp"
#include "runtime/kernels/vector_functions.hpp"
#include "runtime/kernels/vector_lstm.hpp"
#include "runtime/kernels/vector_reduce.hpp"
#include "runtime/kernels/vector_softmax.hpp"

namespace nacre::avx512 {

#define NACRE_FUNCTION(function, op, from, to, number, operands)                                               \
  void function(const Strip& strip) {                                                                          \
    vector_map_##operands<Float16>(strip, [](auto... x) { return VectorFunctions<Float16>::function(x...); }); \
  }
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION

Status softmax_f32(const Layer& layer) { return vector_softmax<Float16>(layer); }
Status reduce_sum_f32(const Layer& layer) { return vector_reduce<Float16>(layer, false); }
Status reduce_mean_f32(const Layer& layer) { return vector_reduce<Float16>(layer, true); }
Status lstm_f32(const Layer& layer) { return vector_lstm<Float16>(layer); }

}  // namespace nacre::avx512

#include "runtime/kernels/avx512/end.hpp"
