#include "tools/convert/convert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/progress.hpp"

namespace nacre::tools {
namespace {

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
  if (options.files.size() > 1) {
    std::vector<std::string> names;
    for (const std::string& file : options.files) names.push_back(printable(file.substr(file.rfind('/') + 1)));
    fmt::print("chained: {}\n", fmt::join(names, " → "));
  }
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
  Conversion result;
  {
    Progress progress;
    options.on_stage = [&](const std::string& what) { progress.stage(what); };
    result = convert(options);
  }
  report(options, result, json);
}

}  // namespace nacre::tools
