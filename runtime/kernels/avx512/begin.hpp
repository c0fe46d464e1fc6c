// From here to the end of the source, functions are compiled for this instruction set. By the source and not by the
// compiler's flags, so that functions of the headers before it stay what every processor runs: the linker keeps one
// copy of each, whoever compiled it.

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")
#endif
