#include <nacre/load.hpp>
#include <nacre/self_test.hpp>

#include "linear.hpp"

extern "C" int predict_in_c(void);

/// Succeeds when the generated model gives its golden vectors with the generated kernels and memory, in
/// C++ and in C.
int main() {
  alignas(linear::kMemoryAlignment) static std::byte memory[linear::kMemoryBytes];
  nacre::Network network;
  nacre::Status status = nacre::load(linear::model(), linear::kKernels, memory, &network);
  if (status == nacre::Status::ok) status = nacre::self_test(linear::model(), network);
  return status == nacre::Status::ok ? predict_in_c() : 1;
}
