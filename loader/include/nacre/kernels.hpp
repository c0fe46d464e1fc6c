#pragma once

#include "nacre/kernel.hpp"

namespace nacre {

/// What load() verifies of each operator's layers.
namespace rules {
#define NACRE_RULE(op, activations, layout) extern const OperatorRule op##_##activations##_##layout;
NACRE_RULES(NACRE_RULE)
#undef NACRE_RULE
/// Of functions, by how many operands they have. No layer passes them: a function is none.
extern const OperatorRule function_of_1, function_of_2, function_of_3, function_of_4;
}  // namespace rules

#define NACRE_DECLARATION(function, op, activations, weights, layout, number) Status function(const Layer&);
#define NACRE_FUNCTION(function, op, from, to, number, operands) void function(const Strip&);
namespace reference {
NACRE_KERNELS_OF_reference(NACRE_DECLARATION)
NACRE_FUNCTIONS(NACRE_FUNCTION)
}  // namespace reference
namespace dsp {
NACRE_KERNELS_OF_dsp(NACRE_DECLARATION)
}  // namespace dsp
namespace mve {
NACRE_KERNELS_OF_mve(NACRE_DECLARATION)
}  // namespace mve
#if NACRE_KERNELS_AVX2
namespace avx2 {
NACRE_KERNELS_OF_avx2(NACRE_DECLARATION)
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
}  // namespace avx2
#endif
#if NACRE_KERNELS_AVX512
namespace avx512 {
NACRE_KERNELS_OF_avx512(NACRE_DECLARATION)
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
}  // namespace avx512
#endif
#if NACRE_KERNELS_NEON
namespace neon {
NACRE_KERNELS_OF_neon(NACRE_DECLARATION)
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
}  // namespace neon
#endif
#if NACRE_KERNELS_DOTPROD
namespace dotprod {
NACRE_KERNELS_OF_dotprod(NACRE_DECLARATION)
}  // namespace dotprod
#endif
#undef NACRE_DECLARATION
#undef NACRE_FUNCTION

/// One row per kernel, to be named in a firmware's list: `nacre::kernels::fully_connected_f32`, or
/// `nacre::kernels::dsp::fully_connected_i8` for weights of that layout. Kernels for one instruction set are there
/// where the library has them: whoever links its CMake target has NACRE_KERNELS_AVX2, NACRE_KERNELS_AVX512,
/// NACRE_KERNELS_NEON or NACRE_KERNELS_DOTPROD defined as 1.
namespace kernels {
#define NACRE_ROW(space, function, op, activations, weights, layout, number)                        \
  inline constexpr Kernel function{                                                                 \
      {Operator::op, DataType::activations, DataType::weights, Layout::layout, number, 0, 0},       \
      &nacre::rules::op##_##activations##_##layout, &nacre::space::function};
#define NACRE_REFERENCE(...) NACRE_ROW(reference, __VA_ARGS__)
NACRE_KERNELS_OF_reference(NACRE_REFERENCE)
#undef NACRE_REFERENCE
#define NACRE_FUNCTION_ROW(space, function, op, from, to, number, operands)         \
  inline constexpr Kernel function{                                                 \
      {Operator::op, DataType::from, DataType::to, Layout::portable, number, 0, 0}, \
      &nacre::rules::function_of_##operands, &nacre::space::function};
#define NACRE_FUNCTION(...) NACRE_FUNCTION_ROW(reference, __VA_ARGS__)
NACRE_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
namespace dsp {
#define NACRE_DSP(...) NACRE_ROW(dsp, __VA_ARGS__)
NACRE_KERNELS_OF_dsp(NACRE_DSP)
#undef NACRE_DSP
}  // namespace dsp
namespace mve {
#define NACRE_MVE(...) NACRE_ROW(mve, __VA_ARGS__)
NACRE_KERNELS_OF_mve(NACRE_MVE)
#undef NACRE_MVE
}  // namespace mve
#if NACRE_KERNELS_AVX2
namespace avx2 {
#define NACRE_AVX2(...) NACRE_ROW(avx2, __VA_ARGS__)
NACRE_KERNELS_OF_avx2(NACRE_AVX2)
#undef NACRE_AVX2
#define NACRE_FUNCTION(...) NACRE_FUNCTION_ROW(avx2, __VA_ARGS__)
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
}  // namespace avx2
#endif
#if NACRE_KERNELS_AVX512
namespace avx512 {
#define NACRE_AVX512(...) NACRE_ROW(avx512, __VA_ARGS__)
NACRE_KERNELS_OF_avx512(NACRE_AVX512)
#undef NACRE_AVX512
#define NACRE_FUNCTION(...) NACRE_FUNCTION_ROW(avx512, __VA_ARGS__)
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
}  // namespace avx512
#endif
#if NACRE_KERNELS_NEON
namespace neon {
#define NACRE_NEON(...) NACRE_ROW(neon, __VA_ARGS__)
NACRE_KERNELS_OF_neon(NACRE_NEON)
#undef NACRE_NEON
#define NACRE_FUNCTION(...) NACRE_FUNCTION_ROW(neon, __VA_ARGS__)
NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
}  // namespace neon
#endif
#if NACRE_KERNELS_DOTPROD
namespace dotprod {
#define NACRE_DOTPROD(...) NACRE_ROW(dotprod, __VA_ARGS__)
NACRE_KERNELS_OF_dotprod(NACRE_DOTPROD)
#undef NACRE_DOTPROD
}  // namespace dotprod
#endif
#undef NACRE_ROW
#undef NACRE_FUNCTION_ROW
}  // namespace kernels

/// Every reference kernel, and those of every layout of weights (in plain C++ where the processor lacks their
/// instructions), so that any model runs. Names all of them: a firmware names only what its model needs.
Kernels reference_kernels();

/// The fastest kernels that this machine runs, with the reference kernels behind them.
Kernels native_kernels();

/// The kernels of a name: "reference", or a folder of runtime/kernels that this machine runs ("avx2",
/// "avx512", "neon", "dotprod", "dsp", "mve"); null: native_kernels(). Empty for any other name.
Kernels find_kernels(const char* name);

}  // namespace nacre
