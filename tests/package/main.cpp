#include <nacre/kernels.hpp>
#include <nacre/load.hpp>
#include <nacre/version.h>

/// Succeeds when an empty model is refused: the libraries are linked, and they answer.
int main() {
  static_assert(sizeof NACRE_VERSION > 1);
  alignas(64) std::byte memory[64];
  nacre::Network network;
  const nacre::Status status =
      nacre::load({}, nacre::reference_kernels(), {memory, sizeof memory}, &network);
  return status == nacre::Status::ok ? 1 : 0;
}
