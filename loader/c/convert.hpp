#pragma once

#include "nacre/nacre.h"
#include "nacre/network.hpp"

namespace nacre {

// Between the types of C and those of C++.

static_assert(sizeof(Network) <= sizeof(nacre_network), "a network fits in its C storage");
static_assert(sizeof(String) == sizeof(nacre_text) && offsetof(String, size) == offsetof(nacre_text, bytes),
              "an element of text is the same in C");

inline const Network& network_of(const nacre_network* network) { return *reinterpret_cast<const Network*>(network); }

inline nacre_status status_of(Status status) { return static_cast<nacre_status>(status); }

inline Span<const std::byte> bytes_of(const void* model, size_t bytes) {
  return {static_cast<const std::byte*>(model), bytes};
}

}  // namespace nacre
