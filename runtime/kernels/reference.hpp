#pragma once

#include "nacre/network.hpp"

namespace nacre::reference {

// Every reference kernel, for kernels of one instruction set that leave some layers to it.
#define NACRE_DECLARATION(function, op, activations, weights, layout, number) Status function(const Layer&);
NACRE_KERNELS_OF_reference(NACRE_DECLARATION)
#undef NACRE_DECLARATION

}  // namespace nacre::reference
