#include "tools/commands/options.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "tools/codegen/boards.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

/// Options whose names are settled before they do anything: better than to be unknown.
void add_quantize(CLI::App& parser) {
  for (const char* option : {"--quantize", "--calibrate"}) {
    const auto refuse = [option](const std::string&) {
      throw CLI::ValidationError(
          option,
          "this release does not quantise yet; leave it out, or convert a model that TensorFlow Lite has quantised");
    };
    parser.add_option_function<std::string>(option, refuse, "")->group("");
  }
}

}  // namespace

void refuse_empty_values(CLI::App& app) {
  constexpr std::string_view kMayBeEmpty[] = {"--drop", "--name", "--model-version"};  // a column without a name
  for (CLI::App* const command : app.get_subcommands(nullptr))
    for (CLI::Option* const option : command->get_options()) {
      const std::string name = option->get_name();
      if (option->get_items_expected_max() == 0 || std::ranges::find(kMayBeEmpty, name) != std::end(kMayBeEmpty))
        continue;
      option->check([](const std::string& text) { return text.empty() ? "is given without a value; give one" : ""; });
    }
}

void add_tolerance(CLI::App& parser, double& tolerance, const char* description) {
  parser.add_option("--tolerance", tolerance, description)
      ->check([](const std::string& text) {
        double value = 0;
        const bool is_tolerance = CLI::detail::lexical_cast(text, value) && value >= 0 && std::isfinite(value);
        return is_tolerance ? "" : text + " is no tolerance; give 0 or more, as in 1e-5";
      })
      ->type_name("T");
}

void add_choices(CLI::App& parser, ReadOptions& read) {
  repeatable(parser.add_option("--select", read.select,
                               "Key of the model in a dict or list that holds several, or a path of keys "
                               "(churn.model); with commas, a chain (scaler,model); again for each further one"))
      ->type_name("KEY");
  repeatable(parser.add_option("--signature", read.signatures,
                               "Signature of a TensorFlow Lite file that holds several; again for each further file"))
      ->type_name("NAME");
  repeatable(parser.add_option(
                 "--shape", read.shapes,
                 "Shape of an input that its file leaves open, the batch first; once per input"))
      ->type_name("[NAME=]N,N...");
  parser.add_flag("--exact-weights", read.exact_weights,
                  "Widen int8 weights of TensorFlow Lite to float32 where they multiply floats, and do not quantise "
                  "those (default: as the interpreter, which quantises them while it runs)");
  parser
      .add_option("--max-features-per-row", read.most_terms,
                  "Different terms of a text that a model has room for, where its vocabulary has more")
      ->check(CLI::Range(1, 1 << 24))
      ->type_name("N")
      ->capture_default_str();
}

void add_csv(CLI::App& parser, CsvOptions& csv) {
  const auto read_separator = [&csv](const std::string& text) {
    csv.separator = text == "tab" || text == "\\t" ? '\t' : text.size() == 1 ? text[0] : '"';
    if (csv.separator == '"' || csv.separator == '\n' || csv.separator == '\r')
      throw CLI::ValidationError("--separator", "give one character, or tab; it is " + text);
  };
  parser
      .add_option_function<std::string>("--separator", read_separator,
                                        "What separates the fields of .csv files (default: a comma, or else ; or a tab "
                                        "as the first line tells)")
      ->type_name("CHARACTER");
  repeatable(parser.add_option("--drop", csv.drop, "A column of .csv files to leave out, as a target; again for more"))
      ->type_name("COLUMN");
  parser.add_flag("--ignore-extra", csv.ignores_extra,
                  "Leave out columns of .csv files that the model does not take, where it has names for its features");
  parser.add_flag("--no-header", csv.no_header, "The first line of .csv files is a row, not the names of columns");
}

void add_conversion(CLI::App& parser, ConvertOptions& options) {
  add_choices(parser, options.read);
  repeatable(
      parser.add_option("--outputs", options.outputs, "Outputs to keep, with commas between them (default: all)"))
      ->delimiter(',')
      ->type_name("NAMES");
  const std::map<std::string, Precision> types{
      {"auto", Precision::automatic}, {"float32", Precision::float32}, {"float64", Precision::float64}};
  parser
      .add_option("--precision", options.precision,
                  "In which type layers compute: auto (default) takes float64 for those of scikit-learn in which "
                  "float32 loses the answer; float64 for all")
      ->transform(one_of(types))
      ->type_name("auto|float32|float64");
  const std::map<std::string, schema::InputPrecision> precisions{{"decimal", schema::InputPrecision::decimal},
                                                                 {"float32", schema::InputPrecision::float32}};
  parser
      .add_option("--input-precision", options.input_precision,
                  "What the numbers of a row are where trees stand behind a scaler, or take float64 themselves "
                  "(histogram boosting): decimals (default), or float32, as the rows of training were")
      ->transform(one_of(precisions))
      ->type_name("decimal|float32");
  parser
      .add_option("--target", options.target,
                  "One processor: weights are packed for its kernels, and layers fused where memory is scarce")
      ->check(CLI::IsMember(target_names()))
      ->capture_default_str();
  parser.add_option("--model-version", options.model_version, "Version of the model")->type_name("TEXT");
  parser
      .add_option("--rollback", options.rollback,
                  "Number that must not fall: a boot loader refuses a model with a smaller one than it has run "
                  "(default: 0)")
      ->type_name("N");
  repeatable(parser.add_option("--golden", options.golden,
                               "Rows, .npy, .npz or .csv, that become the golden vectors; once per input"))
      ->type_name("[NAME=]FILE");
  add_csv(parser, options.csv);
  parser.add_flag("--allow-rounding", options.allow_rounding,
                  "Take golden rows too that rounding to float32 changes, or that the library may answer in several "
                  "ways, with a warning");
  add_quantize(parser);
}

void add_device(CLI::App& parser, DeviceOptions& device) {
  parser
      .add_option("--device", device.port,
                  "Serial port of a board whose firmware calls nacre_serve with this model: it runs the model too")
      ->type_name("PORT");
  parser.add_option("--baud", device.baud, "Bits in a second on that port")
      ->check(CLI::Range(50u, 20000000u))
      ->needs("--device")
      ->type_name("N")
      ->capture_default_str();
  parser.add_option("--timeout", device.timeout_seconds, "How long an answer of the board may take, in seconds")
      ->check(CLI::Range(1u, 86400u))
      ->needs("--device")
      ->type_name("N")
      ->capture_default_str();
}

void add_kernels(CLI::App& parser, std::string& kernels) {
  parser
      .add_option("--kernels", kernels,
                  "reference, or kernels for an instruction set of this machine; all give the same bits")
      ->type_name("NAME");
}

void add_size(CLI::App& parser, const char* name, std::uint64_t& bytes, const char* description) {
  const auto set = [&bytes, name](const std::string& text) {
    bytes = size_of_text(text);
    if (bytes == 0) throw CLI::ValidationError(name, text + " is no size; write 512K, 2M or a number of bytes");
  };
  parser.add_option_function<std::string>(name, set, description)->type_name("SIZE");
}

}  // namespace nacre::tools
