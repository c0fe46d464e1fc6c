#pragma once

#include "nacre/kernel.hpp"

namespace nacre {

namespace checks {
#define NACRE_OPERATOR(number, operator_name, Table) void operator_name(LayerCheck&);
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
}  // namespace checks

namespace reference {
#define NACRE_KERNEL(function, op, type, variant) Status function(const Layer&);
#include "nacre/kernels/reference.inc"
#undef NACRE_KERNEL
}  // namespace reference

namespace dsp {
#define NACRE_KERNEL(function, op, type, variant) Status function(const Layer&);
#include "nacre/kernels/dsp.inc"
#undef NACRE_KERNEL
}  // namespace dsp

/// One row per kernel, to be named in a firmware's list: `nacre::kernels::fully_connected_f32`, or
/// `nacre::kernels::dsp::fully_connected_i8` for weights of that packing.
namespace kernels {
#define NACRE_KERNEL(function, op, type, variant)                                                \
  inline constexpr Kernel function{Operator::op, DataType::type, static_cast<std::uint8_t>(variant), \
                                   &checks::op, &reference::function};
#include "nacre/kernels/reference.inc"
#undef NACRE_KERNEL
namespace dsp {
#define NACRE_KERNEL(function, op, type, variant)                                                \
  inline constexpr Kernel function{Operator::op, DataType::type, static_cast<std::uint8_t>(variant), \
                                   &checks::op, &nacre::dsp::function};
#include "nacre/kernels/dsp.inc"
#undef NACRE_KERNEL
}  // namespace dsp
}  // namespace kernels

/// Every reference kernel, and those of every packing (in plain C++ where the processor lacks their
/// instructions), so that any model runs. Names all of them: a firmware names only what its model needs.
Kernels reference_kernels();

/// The fastest kernels that this machine runs, with the reference kernels behind them.
Kernels native_kernels();

/// The kernels of a name: "reference", or a folder of runtime/kernels that this machine runs ("avx2",
/// "neon"); null: native_kernels(). Empty for any other name.
Kernels find_kernels(const char* name);

}  // namespace nacre
