#pragma once

#include <span>
#include <string>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// What a file is, as its bytes say; extensions lie. Those in the first line are read, or unpacked to be read.
enum class Format {
  pickle,
  compressed,
  hdf5,
  keras_archive,
  tflite,
  nacre,
  // Models of other libraries, or parts of them.
  xgboost_json,
  xgboost_ubjson,
  xgboost_binary,
  xgboost_base64,
  lightgbm_text,
  lightgbm_json,
  catboost,
  catboost_json,
  pmml,
  r_data,
  skops,
  onnx,
  saved_model,
  graph_def,
  meta_graph,
  checkpoint,
  checkpoint_list,
  tfjs,
  coreml,
  caffe,
  openvino,
  tensorrt,
  executorch,
  pytorch,
  torchscript,
  pytorch_export,
  pytorch_legacy,
  safetensors,
  gguf,
  keras_json,
  keras_metadata,
  keras_json_weights,
  mlflow,
  h2o_mojo,
  java_object,
  // Not models.
  npz,
  npy,
  zip,
  tar,
  other_compression,
  other_archive,
  matlab,
  table,
  image,
  document,
  program,
  notebook,
  json,
  xml,
  html,
  git_lfs_pointer,
  dvc_pointer,
  line_ends,
  text_encoded,
  empty,
  text,
  unknown,
};

/// Reads no more than a few headers and, of JSON, the names at the top. Never throws.
Format recognise(std::span<const std::byte> bytes);

/// For messages: "a pickle", "a Git LFS pointer, not the file itself".
const char* describe(Format format);

/// What a user does who has a file of a format that is not read; for messages after "; ".
const char* way_out(Format format);

/// Whether a file of this format holds a model, or a part of one, of whatever library.
bool is_model(Format format);

/// Whether a model of this format is read.
bool is_read(Format format);

/// "this is an ONNX model, which Nacre does not read": how a refusal of a format that is not read begins.
std::string describe_unread(std::span<const std::byte> bytes, Format format);

}  // namespace nacre::tools
