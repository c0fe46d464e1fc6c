#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

#include "runtime/kernels/avx2/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/float8.hpp"
#include "runtime/kernels/vector_functions.hpp"
#include "runtime/kernels/vector_lstm.hpp"
#include "runtime/kernels/vector_reduce.hpp"
#include "runtime/kernels/vector_softmax.hpp"

namespace nacre::avx2 {

#define NACRE_FUNCTION(function, op, from, to, number, operands)                                             \
  void function(const Strip& strip) {                                                                        \
    vector_map_##operands<Float8>(strip, [](auto... x) { return VectorFunctions<Float8>::function(x...); }); \
  }
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION

Status softmax_f32(const Layer& layer) { return vector_softmax<Float8>(layer); }
Status reduce_sum_f32(const Layer& layer) { return vector_reduce<Float8>(layer, false); }
Status reduce_mean_f32(const Layer& layer) { return vector_reduce<Float8>(layer, true); }
Status lstm_f32(const Layer& layer) { return vector_lstm<Float8>(layer); }

}  // namespace nacre::avx2

#include "runtime/kernels/avx2/end.hpp"
