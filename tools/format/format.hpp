#pragma once

#include <span>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// What a file is, as its bytes say; extensions lie.
enum class Format {
  unknown, empty, pickle, compressed, hdf5, zip, pytorch, tflite, nacre, onnx, npy, safetensors, gguf, git_lfs_pointer, json,
  lightgbm_text, html, text,
};

Format recognise(std::span<const std::byte> bytes);

/// For messages: "a pickle", "a Git LFS pointer, not the file itself".
const char* describe(Format format);

}  // namespace nacre::tools
