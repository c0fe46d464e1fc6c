#pragma once

#include <cstddef>

namespace nacre::test {

/// Bytes of stack that `work(argument)` takes below its caller: what it leaves of a pattern on a stack that was
/// painted with it. One file for each kind of machine.
std::size_t stack_bytes(void (*work)(void*), void* argument);

/// The same, of anything that can be called.
template <typename Work>
std::size_t stack_bytes(Work work) {
  return stack_bytes([](void* w) { (*static_cast<Work*>(w))(); }, &work);
}

}  // namespace nacre::test
