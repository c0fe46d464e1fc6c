#pragma once

#include <cstddef>
#include <cstdint>

#include "loader/npy/text.hpp"
#include "nacre/span.hpp"
#include "nacre/tensor.hpp"

// NumPy's .npy files, for `nacre run` and nacre-replay alike, so that both write the same bytes. No
// heap, no exceptions: it also runs on bare metal. (libcnpy is not packaged, and the format is small.)

namespace nacre::npy {

/// An array in memory, as its file holds it.
struct File {
  char kind = 0;               ///< 'f' real, 'i' signed, 'u' unsigned, 'b' boolean, 'U' text
  std::uint32_t item = 0;      ///< bytes of an element
  bool big_endian = false;
  bool fortran_order = false;  ///< the first index varies fastest
  unsigned rank = 0;
  std::uint64_t shape[8] = {};
  Span<const std::byte> data;

  std::uint64_t size() const;
};

/// Reads the header. Returns null, or what is wrong with the file.
const char* parse(Span<const std::byte> bytes, File* file);

/// How many runs the file's rows are for an input of `shape`. Its first axis is the batch; the others
/// are those of the input's rows, axes of length one aside, or lie flat. Without a batch axis the file
/// is one row. False, with both shapes named in `error`, where it does not fit.
bool match(const File& file, const Shape& shape, std::uint64_t* rows, Text* error);

/// Writes row `row` of the file into input tensor elements. `scale` and `zero_point` quantise reals
/// for int8 and uint8 inputs. Text goes to `text`, which needs 4 bytes per character of a row.
/// Null, or why a value does not fit.
struct Target {
  DataType type;
  Span<std::byte> elements;
  float scale;
  std::int32_t zero_point;
};
const char* feed(const File& file, std::uint64_t row, const Target& target, Span<char> text);

/// Bytes of an output file's header and of one element of an output: text has `width` characters.
constexpr std::size_t kHeaderBytes = 128;
std::size_t stored_bytes(DataType type, std::uint32_t width);

/// Writes the header (kHeaderBytes) of `rows` runs that each give a tensor of `shape`.
void write_header(std::byte* to, DataType type, std::uint32_t width, std::uint64_t rows, const Shape& shape);

/// Writes the elements of one run; any NaN becomes the quiet one without payload
/// (7fc00000). Text is filled up with zeros.
void write_row(std::byte* to, DataType type, std::uint32_t width, Span<const std::byte> elements);

/// Element `index`, in C order, of a file of numbers; the nearest, of an integer that no double is.
double real(const File& file, std::uint64_t index);

/// Characters of UTF-8 text.
std::uint32_t characters(const char* utf8, std::uint32_t bytes);

}  // namespace nacre::npy
