#pragma once

#include <cstddef>

#include "nacre/span.hpp"

/// What nacre-replay needs of the machine it runs on. CMake picks the one file that implements it.
namespace nacre::platform {

/// Writes the length of a file in bytes. False when it cannot be opened.
bool file_size(const char* path, std::size_t* bytes);

/// Fills `into` from the start of the file. False when the file is shorter or cannot be read.
bool read_file(const char* path, Span<std::byte> into);

/// Makes `bytes` the whole of the file. False when not everything could be written.
bool write_file(const char* path, Span<const std::byte> bytes);

/// Memory that stays until the program ends, not initialised; null when there is too little.
/// `alignment` is a power of two.
std::byte* allocate(std::size_t bytes, std::size_t alignment);

void print(const char* text);
void print_error(const char* text);

}  // namespace nacre::platform
