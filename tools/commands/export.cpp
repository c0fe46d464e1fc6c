#include "tools/export/export.hpp"

#include <fmt/format.h>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

std::vector<std::byte> onnx_bytes(const ModelFile& model) {
  const std::string file = export_onnx(model);
  const auto bytes = std::as_bytes(std::span(file));
  return {bytes.begin(), bytes.end()};
}

/// A format that a model is exported in, by the ending of the file.
struct ExportFormat {
  const char *ending, *name;
  std::vector<std::byte> (*write)(const ModelFile&);
};

constexpr ExportFormat kFormats[] = {{".onnx", "ONNX", onnx_bytes},
                                     {".h5", "Keras HDF5", export_keras_hdf5},
                                     {".hdf5", "Keras HDF5", export_keras_hdf5},
                                     {".keras", "Keras 3", export_keras_archive}};

const ExportFormat& format_of(const std::string& output) {
  for (const ExportFormat& format : kFormats)
    if (output.ends_with(format.ending)) return format;
  throw WrongUsage("the ending of " + output + " names no format; write to a file .onnx, .h5 or .keras");
}

}  // namespace

void export_model(const ExportOptions& options) {
  const ExportFormat& format = format_of(options.output);
  check_output(options.output, {options.model});
  try {
    const std::vector<std::byte> file = format.write(ModelFile(options.model));
    (void)write_atomically(options.output, file);
    if (options.json)
      print_json("export", {{"file", options.output}, {"format", format.name}, {"file_bytes", file.size()}});
    else fmt::print("{}: {} bytes of {}\n", printable(options.output), file.size(), format.name);
  } catch (const Refusal& refusal) {
    throw refusal.in_file(options.model);
  }
}

}  // namespace nacre::tools
