#pragma once

#include <cstddef>

#include "nacre/span.hpp"

/// What nacre-replay needs of the machine it runs on. CMake picks the one file that implements it.
namespace nacre::platform {

/// A whole file at a multiple of 64, until the program ends; empty where it is, or cannot be read.
Span<const std::byte> contents(const char* path);

/// Whether two names stand for one file, as far as the machine can tell.
bool is_same_file(const char* a, const char* b);

/// Makes `bytes` the whole of the file. False when not everything could be written.
bool write_file(const char* path, Span<const std::byte> bytes);

/// Memory that stays until the program ends, not initialised; null when there is too little.
/// `alignment` is a power of two.
std::byte* allocate(std::size_t bytes, std::size_t alignment);

void print(const char* text);
void print_error(const char* text);

}  // namespace nacre::platform
