#pragma once

#include "loader/npy/npy.hpp"
#include "nacre/description.hpp"
#include "nacre/network.hpp"

namespace nacre::npy {

/// What one output gave in every run, on its way to a file. `nacre run` and nacre-replay both write it
/// here, and so write the same bytes.
struct Answer {
  DataType type;
  Shape shape;                     ///< of one run
  std::uint64_t rows;              ///< how many runs
  Span<const std::byte> elements;  ///< of all runs, one after the other
  std::uint32_t width;             ///< characters of a text; see text_width
};

/// Characters that every text of an output needs: those of its longest label, which `names` may list,
/// or of the longest text there is.
std::uint32_t text_width(Span<const std::byte> texts, const PortNames* names);

std::size_t file_bytes(const Answer& answer);

/// Writes the .npy file: `to` has room for file_bytes.
void write(const Answer& answer, std::byte* to);

}  // namespace nacre::npy
