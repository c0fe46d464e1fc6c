#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nacre/load.hpp"
#include "tools/convert/precision.hpp"
#include "tools/convert/self_check.hpp"
#include "tools/emit/byte_order.hpp"
#include "tools/data/layout.hpp"
#include "tools/emit/emit.hpp"
#include "tools/read/read.hpp"

namespace nacre::tools {

struct ConvertOptions {
  std::vector<std::string> files;
  std::string output;
  std::string name;           ///< empty: the last file's base name without extension
  std::string model_version;  ///< a plain number below 2^32 stands in the header too
  std::uint32_t rollback = 0;
  std::string target = "portable";   ///< whose kernels the weights are packed for
  std::vector<std::string> outputs;  ///< names to keep; empty: all
  std::vector<std::string> golden;   ///< [NAME=]FILE with rows for the golden vectors; empty: two are made
  ByteOrder byte_order = ByteOrder::little;
  bool allow_rounding = false;       ///< of golden rows: warn of those that rounding changes, instead of refusing them
  Precision precision = Precision::automatic;
  schema::InputPrecision input_precision = schema::InputPrecision::decimal;
  CsvOptions csv;                    ///< of golden rows
  ReadOptions read;
  std::function<void(const std::string& what)> on_stage = [](const std::string&) {};  ///< told what begins
};

/// What a conversion took.
struct Seconds {
  double total = 0;
  double self_check = 0;  ///< of these, for running the new file and the float64 evaluation
  double sync = 0;        ///< of these, for the disk
};

struct Conversion {
  SelfCheck check;
  Seconds seconds;
  MemoryNeeds needs;
  std::size_t file_bytes = 0;
  std::size_t golden_vectors = 0;
  std::vector<std::string> warnings;
  std::vector<std::string> precision;  ///< which layers are float64 or quantised, why, and what it costs; mostly empty
};

/// The base name of a path without its extension: what a model is called where nobody names it.
std::string file_stem(const std::string& path);

/// Reads, plans and checks one model, and returns its file, little-endian; `options.output` is not touched. `result`
/// receives what it took, but for the sizes. Throws Refusal.
ModelBytes make_model(const ConvertOptions& options, Conversion* result);

/// Reads, plans, writes and checks one model. The file appears under its name only when all of that
/// has succeeded. Throws Refusal.
Conversion convert(const ConvertOptions& options);

}  // namespace nacre::tools
