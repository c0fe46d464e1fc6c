#pragma once

// Included first by every source of the runtime and the loader, so that it computes the same bits in builds that set
// flags of their own (Arduino, Zephyr, a Makefile). Never included by a public header: it would change the
// arithmetic of the program that includes it.

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error "Nacre predicts bit for bit: compile it without -ffast-math, -Ofast and the options that they stand for"
#endif

#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ == 2
#error "Nacre predicts bit for bit: compile it with -msse2 -mfpmath=sse, not for the x87"
#endif

// A product and a sum are two roundings unless the source calls fma(). GCC fuses them by default wherever the
// processor can, clang within an expression. (clang given -ffp-contract=fast fuses in spite of its pragmas:
// self_test() shows it.)
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

// Vectors of MVE take subnormal numbers for zero, whatever the FPU's mode: floats stay out of what GCC makes of loops.
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-vectorize")
#endif
