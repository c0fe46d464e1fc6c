#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "nacre/kernel.hpp"
#include "tools/codegen/codegen.hpp"
#include "tools/convert/convert.hpp"
#include "tools/data/layout.hpp"

namespace nacre::tools {

// What the commands of the `nacre` program do, once their arguments are read (command_line.cpp says what each
// argument means). They print to standard output, and throw Refusal where an input is refused.

/// An argument that cannot be meant, of which only the command can tell.
struct WrongUsage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What ends a command has been printed: nothing is left to do but to end with its status.
struct Reported {};

/// A board that runs the model too, as nacre_serve lets it.
struct DeviceOptions {
  std::string port;  ///< empty: none
  unsigned baud = 115200, timeout_seconds = 10;
};

struct RunOptions {
  std::string model, file, output, kernels;
  std::vector<std::string> inputs;
  CsvOptions csv;
  DeviceOptions device;
  bool allow_rounding = false, all_outputs = false, dequantize = false;
};

struct CheckOptions {
  std::string model, expected, output, kernels;
  std::vector<std::string> inputs;
  CsvOptions csv;
  double tolerance = -1;  ///< largest error allowed; negative: 1e-3 of the largest expected answer
  bool allow_rounding = false, json = false;
};

struct DiffOptions {
  std::vector<std::string> files;  ///< two
  double tolerance = 0;            ///< of weights
  bool json = false;
};

struct ExportOptions {
  std::string model, output;
  bool json = false;
};

struct VerifyOptions {
  std::string model;
  std::vector<std::string> keys;  ///< of which one must have signed it; none: a signature is not looked at
  DeviceOptions device;
  bool json = false;
};

struct KeygenOptions {
  std::string output;
};

struct SignOptions {
  std::string model, key;
  std::string output;  ///< empty: the model itself
  std::optional<std::uint32_t> rollback;
  ByteOrder byte_order = ByteOrder::little;
};

struct BenchOptions {
  std::vector<std::string> models;  ///< one, or two to compare
  std::string kernels, target;  ///< `target` is an emulated processor; empty: this machine
  DeviceOptions device;
  double seconds = 1;
  bool json = false;
};

struct SupportedOptions {
  std::string library, name;  ///< both may be empty
  bool json = false;
};

struct CodegenOptions {
  ConvertOptions convert;  ///< of saved models; of a Nacre file, its path alone
  std::string folder;
  CodeOptions code;
  bool incbin = false, json = false;
};

struct InspectOptions {
  std::string file;
  ReadOptions read;  ///< of a saved model; a Nacre file leaves nothing to choose
  std::string board;  ///< whether it fits that one; empty: not asked
  std::string target = "cortex-m4";  ///< the processor of a board that `flash` and `ram` describe
  std::uint64_t flash = 0, ram = 0;  ///< bytes of such a board; 0: not asked
  double mhz = 0;
  bool all_boards = false, json = false;
};

struct ReportOptions {
  std::string file;
  ReadOptions read;    ///< of a saved model
  std::string output;  ///< the page
  bool json = false;
};

/// The kernels of a name, those of this machine where it is empty. Throws WrongUsage where there are none.
Kernels kernels_named(const std::string& name);

void convert_models(ConvertOptions options, bool json);
void run_model(const RunOptions& options);
void check_model(const CheckOptions& options);
void diff_models(const DiffOptions& options);
/// Throws Reported where the file does not convert, when that and what it holds have been printed.
void inspect_file(const InspectOptions& options);
void write_report(const ReportOptions& options);
/// Writes a model in the format that the ending of the output names.
void export_model(const ExportOptions& options);
void verify_model(const VerifyOptions& options);
/// Writes a private key, and the public one beside it. Throws Refusal where one of the files exists.
void generate_key_files(const KeygenOptions& options);
void sign_model(const SignOptions& options);
void write_code(const CodegenOptions& options);
void print_table(const std::string& path);
void bench_model(const BenchOptions& options);
void show_supported(const SupportedOptions& options);
/// Of a status by its name or number; empty: of all, as docs/errors.md.
void explain_status(const std::string& text);

}  // namespace nacre::tools
