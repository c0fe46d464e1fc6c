#include "tools/convert/convert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/progress.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

/// The links of a chain, by the names of their files: those of a Keras model that is several are one.
std::vector<std::string> links_of(const std::vector<std::string>& files) {
  if (files.size() < 2) return files;
  std::vector<std::string> links;
  bool is_part = false;  // whether the file before is one of an architecture without its weights
  for (const std::string& file : files) {
    const std::string name = printable(file.substr(file.rfind('/') + 1));
    const Format format = recognise(Buffer::map_file(file).bytes());
    const bool is_description = format == Format::keras_json || format == Format::keras_metadata;
    if (is_part && (is_description || format == Format::hdf5)) links.back() += " + " + name;
    else links.push_back(name);
    is_part = is_description;
  }
  return links;
}

/// A Nacre file under the name of another kind would be taken for that.
void require_output_name(const std::string& output) {
  if (output == "-") throw WrongUsage("-o -: a model is written to a file, not to standard output; name one .nacre");
  if (has_ending(output, {".onnx", ".h5", ".hdf5", ".keras"}))
    throw WrongUsage("-o " + output + ": the name is of another kind of file than this writes; end it with .nacre, and "
                     "give that to nacre export for .onnx, .h5 or .keras");
  if (has_ending(output, {".tflite", ".pkl", ".pickle", ".joblib", ".skops", ".json", ".ubj", ".cbm", ".txt", ".csv",
                          ".tsv", ".npy", ".npz", ".gz", ".zip", ".html", ".c", ".cc", ".cpp", ".h", ".hpp", ".py"}))
    throw WrongUsage("-o " + output + ": the name is of another kind of file than this writes; end it with .nacre" +
                     (has_ending(output, {".c", ".cc", ".cpp", ".h", ".hpp"}) ? ", and see nacre codegen" : ""));
}

void report(const ConvertOptions& options, const Conversion& result, bool json) {
  for (const std::string& warning : result.warnings) print_warning(warning);
  const SelfCheck& check = result.check;
  if (json) {
    print_json(
        "convert",
        {{"file", options.output},
         {"file_bytes", result.file_bytes},
         {"memory_bytes", result.needs.total_bytes},
         {"golden_vectors", result.golden_vectors},
         {"check",
          {{"rows", check.rows},
           {"largest_error", check.largest_error},
           {"bound", check.bound},
           {"of_bound", check.of_bound},
           {"of_largest", check.of_largest},
           {"undecided", check.undecided}}},
         {"seconds",
          {{"total", result.seconds.total}, {"self_check", result.seconds.self_check}, {"sync", result.seconds.sync}}},
         {"precision", result.precision},
         {"warnings", result.warnings}});
    return;
  }
  if (const auto links = links_of(options.files); links.size() > 1)
    fmt::print("chained: {}\n", fmt::join(links, " → "));
  fmt::print("{}: {} bytes, of which weights {}; memory {} bytes\n", printable(options.output), result.file_bytes,
             result.needs.weights_bytes, result.needs.total_bytes);
  for (const std::string& line : result.precision) fmt::print("{}\n", printable(line));
  fmt::print(
      "checked on {} rows against float64: largest error {:.2g} (allowed there {:.2g}), {:.1g} of the largest answer "
      "of its output; no element uses more than {:.0f} % of its bound\n",
      check.rows, check.largest_error, check.bound, check.of_largest, 100 * check.of_bound);
  if (check.undecided > 0)
    fmt::print(
        "undecided elements: {}; roundings could add up to more than 0.001 of the largest answer there, or decide "
        "between two values: compare rows of your own with nacre check\n",
        check.undecided);
}

}  // namespace

void convert_models(ConvertOptions options, bool json) {
  check_output(options.output, options.files);
  require_output_name(options.output);
  Conversion result;
  {
    Progress progress;
    options.on_stage = [&](const std::string& what) { progress.stage(what); };
    result = convert(options);
  }
  report(options, result, json);
}

}  // namespace nacre::tools
