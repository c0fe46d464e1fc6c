#include "tools/format/format.hpp"

#include <algorithm>
#include <string_view>

namespace nacre::tools {
namespace {

using Text = std::string_view;

constexpr Text kHdf5{"\x89HDF\r\n\x1a\n", 8};

/// HDF5 starts at 0 or, after a user block, at a power of two from 512. So may an HDF5 file that a zip holds: what has a
/// beginning of its own is no user block.
bool is_hdf5_after_user_block(Text bytes) {
  for (std::size_t at = 512; at + kHdf5.size() <= bytes.size() && at <= (1u << 20); at *= 2)
    if (bytes.substr(at, kHdf5.size()) == kHdf5) return true;
  return false;
}

bool is_compressed(Text bytes) {
  const Text magics[] = {"\x1f\x8b", "BZh", Text{"\xfd" "7zXZ\0", 6}, Text{"]\0\0", 3}, "\x04\x22\x4d\x18", "ZF0x"};
  if (std::any_of(std::begin(magics), std::end(magics), [&](Text magic) { return bytes.starts_with(magic); }))
    return true;
  // zlib: method 8, and the first two bytes a multiple of 31.
  return bytes.size() > 2 && bytes[0] == 'x' && ((bytes[0] << 8) + static_cast<unsigned char>(bytes[1])) % 31 == 0;
}

/// Protocols 2 and later say so; older pickles are printable and end in a full stop.
bool is_pickle(Text bytes) {
  if (bytes.size() < 2) return false;
  const auto first = static_cast<unsigned char>(bytes[0]), second = static_cast<unsigned char>(bytes[1]);
  if (first == 0x80) return second <= 5 || bytes.back() == '.';
  return bytes.back() == '.' && Text("(]}c)lKIFSVNL").find(bytes[0]) != Text::npos &&
         (bytes.find('\n') != Text::npos || bytes.find('q') != Text::npos);
}

/// A zip whose first member is NAME/data.pkl, or the magic number of the format before it.
bool is_pytorch_archive(Text bytes) {
  constexpr std::size_t kNameLength = 26, kName = 30;
  if (!bytes.starts_with(Text{"PK\x03\x04", 4}) || bytes.size() < kName) return false;
  const std::size_t length = static_cast<unsigned char>(bytes[kNameLength]) + 256u * static_cast<unsigned char>(bytes[kNameLength + 1]);
  const Text name = bytes.substr(kName, length);
  return name.ends_with("/data.pkl") || name.ends_with("/byteorder") || name.ends_with("/.format_version");
}

bool is_printable(Text bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t' || static_cast<unsigned char>(c) >= ' '; });
}

/// ONNX: protobuf field 1 (ir_version, a small varint), then another field of ModelProto.
bool is_onnx(Text bytes) {
  return bytes.size() > 8 && bytes[0] == 0x08 && bytes[1] > 0 && bytes[1] < 32 &&
         (bytes[2] == 0x12 || bytes[2] == 0x1a || bytes[2] == 0x3a || bytes[2] == 0x42 || bytes[2] == 0x22);
}

}  // namespace

Format recognise(std::span<const std::byte> span) {
  const Text bytes(reinterpret_cast<const char*>(span.data()), span.size());
  if (bytes.empty()) return Format::empty;
  if (bytes.starts_with(kHdf5)) return Format::hdf5;
  if (is_pytorch_archive(bytes)) return Format::pytorch;
  if (bytes.starts_with(Text{"PK\x03\x04", 4}) || bytes.starts_with(Text{"PK\x05\x06", 4})) return Format::zip;
  if (bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3") return Format::tflite;
  if (bytes.size() >= 8 && bytes.substr(4, 4) == "NACR") return Format::nacre;
  if (bytes.starts_with("\x93NUMPY")) return Format::npy;
  if (bytes.starts_with("GGUF")) return Format::gguf;
  if (bytes.starts_with("version https://git-lfs")) return Format::git_lfs_pointer;
  if (bytes.starts_with("tree\nversion=")) return Format::lightgbm_text;
  if (is_compressed(bytes)) return Format::compressed;
  if (bytes.starts_with("<!DOCTYPE") || bytes.starts_with("<html")) return Format::html;
  if (bytes[0] == '{' && bytes.size() > 1 && (bytes[1] == '"' || bytes[1] == '\n' || bytes[1] == ' ')) return Format::json;
  if (bytes.size() > 9 && bytes[8] == '{' && bytes[9] == '"') return Format::safetensors;
  if (is_hdf5_after_user_block(bytes)) return Format::hdf5;
  if (is_pickle(bytes)) return Format::pickle;
  if (is_onnx(bytes)) return Format::onnx;
  return is_printable(bytes.substr(0, 4096)) ? Format::text : Format::unknown;
}

const char* describe(Format format) {
  switch (format) {
    case Format::unknown: return "a file of an unknown format";
    case Format::empty: return "an empty file";
    case Format::pickle: return "a pickle";
    case Format::compressed: return "a compressed stream";
    case Format::hdf5: return "an HDF5 file";
    case Format::zip: return "a zip archive";
    case Format::pytorch: return "a PyTorch archive (torch.save)";
    case Format::tflite: return "a TensorFlow Lite model";
    case Format::nacre: return "a Nacre model";
    case Format::onnx: return "an ONNX model";
    case Format::npy: return "a NumPy array";
    case Format::safetensors: return "a safetensors file: weights without an architecture";
    case Format::gguf: return "a GGUF file";
    case Format::git_lfs_pointer: return "a Git LFS pointer, not the file itself";
    case Format::json: return "a JSON file";
    case Format::lightgbm_text: return "a LightGBM text model";
    case Format::html: return "a web page";
    case Format::text: return "a text file";
  }
  return "a file of an unknown format";
}

}  // namespace nacre::tools
