#include "tools/format/format.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>

#include "tools/format/kinds.hpp"

namespace nacre::tools {
namespace {

using Text = std::string_view;

struct Magic {
  Format format;
  std::size_t at;
  Text bytes;
};

constexpr Magic kMagics[] = {
    {Format::hdf5, 0, {"\x89HDF\r\n\x1a\n", 8}},
    {Format::line_ends, 0, {"\x89HDF\n\x1a\n", 7}},
    {Format::line_ends, 0, {"\x89HDF\r\r\n\x1a\r\n", 10}},
    {Format::line_ends, 0, {"\x89HDF\r\n\x1a\r\n", 9}},
    // HDF5, gzip and pickle, read as UTF-8 or Latin-1 and written as UTF-8.
    {Format::text_encoded, 0, "\xef\xbf\xbd"},
    {Format::text_encoded, 0, "\xc2\x89HDF"},
    {Format::text_encoded, 0, "\x1f\xef\xbf\xbd"},
    {Format::text_encoded, 0, "\x1f\xc2\x8b"},
    {Format::text_encoded, 0, {"\xc2\x80\2", 3}},
    {Format::text_encoded, 0, {"\xc2\x80\3", 3}},
    {Format::text_encoded, 0, {"\xc2\x80\4", 3}},
    {Format::text_encoded, 0, {"\xc2\x80\5", 3}},
    {Format::tflite, 4, "TFL3"},
    {Format::nacre, 4, "NACR"},
    {Format::executorch, 4, "ET1"},
    {Format::npy, 0, "\x93NUMPY"},
    {Format::gguf, 0, "GGUF"},
    {Format::catboost, 0, "CBM1"},
    {Format::xgboost_binary, 0, "binf"},
    {Format::tensorrt, 0, "ftrt"},
    {Format::java_object, 0, {"\xac\xed\0\5", 4}},
    {Format::r_data, 0, {"X\n\0\0\0", 5}},
    {Format::r_data, 0, {"A\n2\n", 4}},
    {Format::r_data, 0, {"A\n3\n", 4}},
    {Format::r_data, 0, "RDX2\n"},
    {Format::r_data, 0, "RDX3\n"},
    {Format::r_data, 0, "RDA2\n"},
    {Format::r_data, 0, "RDA3\n"},
    {Format::tar, 257, "ustar"},
    {Format::compressed, 0, "\x1f\x8b"},
    {Format::compressed,
     0,
     {"\xfd"
      "7zXZ\0",
      6}},
    {Format::compressed, 0, {"]\0\0", 3}},
    {Format::compressed, 0, "\x04\x22\x4d\x18"},
    {Format::compressed, 0, "ZF0x"},
    // zlib without a preset dictionary, at its four levels.
    {Format::compressed, 0, "x\x01"},
    {Format::compressed, 0, "x\x5e"},
    {Format::compressed, 0, "x\x9c"},
    {Format::compressed, 0, "x\xda"},
    {Format::other_compression, 0, "\x28\xb5\x2f\xfd"},
    {Format::other_compression, 0, "\x1f\x9d"},
    {Format::other_compression, 0, "LZIP"},
    {Format::other_compression, 0, {"\xff\6\0\0sNaPpY", 10}},
    {Format::other_archive, 0, "7z\xbc\xaf\x27\x1c"},
    {Format::other_archive, 0, "Rar!\x1a"},
    {Format::matlab, 0, "MATLAB 5.0 MAT-file"},
    {Format::table, 0, "PAR1"},
    {Format::table, 0, "ARROW1"},
    {Format::table, 0, "FEA1"},
    {Format::table, 0, "SQLite format 3"},
    {Format::image, 0, "\x89PNG"},
    {Format::image, 0, "\xff\xd8\xff"},
    {Format::image, 0, "GIF8"},
    {Format::document, 0, "%PDF"},
    {Format::document, 0, "\xd0\xcf\x11\xe0\xa1\xb1"},
    {Format::program, 0,
     "\x7f"
     "ELF"},
    {Format::program, 0, {"MZ\x90\0", 4}},
    {Format::program, 0, "#!"},
};

bool has(Text bytes, std::size_t at, Text part) {
  return bytes.size() >= at + part.size() && bytes.compare(at, part.size(), part) == 0;
}

template <typename T>
T number(Text bytes, std::size_t at) {
  T value{};
  if (bytes.size() >= at + sizeof value) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// HDF5 starts at 0 or, after a user block, at a power of two from 512. So may an HDF5 file that a zip holds: what has
/// a beginning of its own is no user block.
bool is_hdf5_after_block(Text bytes) {
  for (std::size_t at = 512; at <= (1u << 20); at *= 2)
    if (has(bytes, at, kMagics[0].bytes)) return true;
  return false;
}

bool is_bzip2(Text bytes) { return bytes.size() > 3 && bytes.starts_with("BZh") && bytes[3] >= '1' && bytes[3] <= '9'; }

/// The header of a tar without "ustar": the sum of its bytes, those of the sum itself taken as blanks, stands in it.
bool is_old_tar(Text bytes) {
  constexpr std::size_t kHeader = 512, kSum = 148, kSumLength = 8;
  if (bytes.size() < kHeader || bytes[0] == 0) return false;
  std::uint32_t sum = 0, stated = 0;
  for (std::size_t i = 0; i < kHeader; ++i) sum += i - kSum < kSumLength ? ' ' : static_cast<unsigned char>(bytes[i]);
  for (std::size_t i = kSum; i < kSum + kSumLength; ++i)
    if (bytes[i] >= '0' && bytes[i] <= '7') stated = stated * 8 + static_cast<std::uint32_t>(bytes[i] - '0');
  return stated == sum;
}

/// Protocols 2 and later say so. Older ones start with the name of a callable or a container, a number or a text, each
/// of which another line or opcode follows, and end in a full stop, as some texts do.
bool is_pickle(Text bytes) {
  if (bytes.size() < 2) return false;
  const auto first = static_cast<unsigned char>(bytes[0]), second = static_cast<unsigned char>(bytes[1]);
  if (first == 0x80) return second <= 5 || bytes.back() == '.';
  const Text line = bytes.substr(0, std::min(bytes.find_first_of("\r\n"), bytes.size()));
  const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; };
  if (first == 'c' && line.size() > 1 && line.size() < bytes.size() &&
      std::all_of(line.begin() + 1, line.end(), is_name)) {
    const std::size_t next = bytes.find_first_not_of("\r\n", line.size());
    return next != Text::npos && is_name(bytes[next]);
  }
  if (bytes.starts_with("(dp") || bytes.starts_with("(lp") || bytes.starts_with("(i")) return true;
  if (bytes.back() != '.') return false;
  const Text start = bytes.substr(0, 256);
  if (Text("(]})KIFSVNL").find(bytes[0]) != Text::npos && std::any_of(start.begin(), start.end(), [](char c) {
        return c < ' ' && !std::isspace(static_cast<unsigned char>(c));
      }))
    return true;
  switch (first) {
    case '(': case ']': case '}': case ')': return Text("](}cl)dKJMGIFSVNLUXTtq.").find(bytes[1]) != Text::npos;
    case 'K': return bytes.size() == 3 || has(bytes, 2, "q");
    case 'N': return bytes.size() == 2;
    case 'S': return second == '\'' || second == '"';
    case 'V': return has(bytes, std::min(bytes.find('\n'), bytes.size() - 1) + 1, "p");
    case 'I': case 'F': case 'L': return std::isdigit(second) != 0 || second == '-';
    default: return false;
  }
}

/// torch.save before 1.6 begins with a pickle of this number.
bool is_pytorch_legacy(Text bytes) {
  return bytes.starts_with("\x80") && has(bytes, 2, {"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12});
}

/// The length of a JSON header, then that header.
bool is_safetensors(Text bytes) {
  constexpr std::uint64_t kLongest = 100'000'000;
  const auto length = number<std::uint64_t>(bytes, 0);
  return length >= 2 && length <= kLongest && bytes.size() > 9 && bytes[8] == '{' &&
         (bytes[9] == '"' || bytes[9] == ' ' || bytes[9] == '}');
}

/// A JSON object whose first name is counted in 64 bits, most significant byte first.
bool is_xgboost_ubjson(Text bytes) { return has(bytes, 0, "{L") && has(bytes, 10, "learner"); }

/// A struct of 136 bytes, then the names of the objective and of the booster, each after its length.
bool is_xgboost_headless(Text bytes) {
  constexpr std::size_t kStruct = 136, kLongest = 64;
  const auto length = number<std::uint64_t>(bytes, kStruct);
  if (length == 0 || length > kLongest) return false;
  const std::size_t booster = kStruct + 8 + length;
  return has(bytes, booster + 8, "gbtree") || has(bytes, booster + 8, "gblinear") || has(bytes, booster + 8, "dart");
}

/// The footer of an SSTable, which TensorFlow writes the index of a checkpoint as.
bool is_checkpoint(Text bytes) { return bytes.size() >= 48 && bytes.ends_with("\x57\xfb\x80\x8b\x24\x75\x47\xdb"); }

}  // namespace

Format recognise(std::span<const std::byte> span) {
  const Text bytes(reinterpret_cast<const char*>(span.data()), span.size());
  if (bytes.empty()) return Format::empty;
  for (const Magic& magic : kMagics)
    if (has(bytes, magic.at, magic.bytes)) return magic.format;
  if (has(bytes, 0, {"PK\x03\x04", 4}) || has(bytes, 0, {"PK\x05\x06", 4})) return recognise_zip(span);
  if (is_bzip2(bytes)) return Format::compressed;
  if (is_xgboost_ubjson(bytes)) return Format::xgboost_ubjson;
  if (is_pytorch_legacy(bytes)) return Format::pytorch_legacy;
  if (is_safetensors(bytes)) return Format::safetensors;
  if (is_hdf5_after_block(bytes)) return Format::hdf5;
  if (is_pickle(bytes)) return Format::pickle;
  if (const Format format = recognise_text(bytes); format != Format::unknown) return format;
  if (const Format format = recognise_protobuf(bytes); format != Format::unknown) return format;
  if (is_xgboost_headless(bytes)) return Format::xgboost_binary;
  if (is_checkpoint(bytes)) return Format::checkpoint;
  return is_old_tar(bytes) ? Format::tar : Format::unknown;
}

}  // namespace nacre::tools
