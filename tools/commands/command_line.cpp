// All commands of the `nacre` program and what their arguments mean. The only file that includes CLI11, which takes
// long to compile.

#include "tools/commands/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "nacre/version.h"
#include "tools/codegen/boards.hpp"
#include "tools/codegen/packages.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/completions.hpp"
#include "tools/commands/examples.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/commands/suggest.hpp"
#include "tools/common/message.hpp"
#include "tools/common/refusal.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

/// A command whose arguments become fields of `Options`, and `run(options)` once all are read. Where they ask for
/// JSON, a refusal is printed as such too.
template <typename Options>
struct Command {
  template <typename Run>
  Command(CLI::App& app, const char* name, const char* description, Run run)
      : parser(*app.add_subcommand(name, description)) {
    parser.callback([options = options, run] {
      try {
        run(*options);
      } catch (const Refusal& refusal) {
        if constexpr (requires { options->json; })
          if (options->json) {
            nlohmann::ordered_json report{{"ok", false}};
            report.update(refusal_json(refusal));
            print_json(report);
          }
        throw;
      }
    });
  }
  Options* operator->() { return options.get(); }

  std::shared_ptr<Options> options = std::make_shared<Options>();
  CLI::App& parser;
};

/// The arguments of commands that look at one file.
struct OneFile {
  std::string path;
  bool json = false;
};

/// An option that may be given several times, with one value each: it takes no word after that, which
/// is a file.
CLI::Option* repeatable(CLI::Option* option) { return option->expected(1)->take_all()->allow_extra_args(false); }

/// A name becomes its value. CLI::CheckedTransformer says both in the help and in errors, and values that are bytes as
/// characters, of which a zero ends the message.
template <typename Value>
CLI::Validator one_of(std::map<std::string, Value> values) {
  return {[values](std::string& text) {
            if (values.contains(text)) return CLI::CheckedTransformer(values)(text);
            std::string names;
            for (const auto& [name, value] : values) names += (names.empty() ? "" : ",") + name;
            return fmt::format("{} not in {{{}}}", text, names);
          },
          ""};
}

/// What to read where a file leaves something open.
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
  parser
      .add_option("--max-features-per-row", read.most_terms,
                  "Different terms of a text that a model has room for, where its vocabulary has more")
      ->check(CLI::Range(1, 1 << 24))
      ->type_name("N")
      ->capture_default_str();
}

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

/// How the rows of CSV files are read.
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

/// How to convert, for commands that make a Nacre file or go on from one.
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

constexpr const char* kChain = "Saved models; several are chained, each takes the outcome of the one before";

void add_convert(CLI::App& app) {
  struct Convert {
    ConvertOptions options;
    bool json = false;
  };
  Command<Convert> command(app, "convert", "Convert saved models to one Nacre file",
                           [](const Convert& c) { convert_models(c.options, c.json); });
  ConvertOptions& options = command->options;
  CLI::App& parser = command.parser;
  parser.add_option("files", options.files, kChain)->required()->type_name("MODEL");
  parser.add_option("-o,--output-file", options.output, "The file to write")->required()->type_name("FILE");
  add_conversion(parser, options);
  const std::map<std::string, ByteOrder> orders{{"little", ByteOrder::little}, {"big", ByteOrder::big}};
  parser.add_option("--byte-order", options.byte_order, "Of the processors that the file is for (default: little)")
      ->transform(one_of(orders))
      ->type_name("little|big");
  parser.add_option("--name", options.name, "Name of the model (default: the last file's)")->type_name("TEXT");
  parser.add_flag("--json", command->json, "Report as JSON");
}

void add_kernels(CLI::App& parser, std::string& kernels) {
  parser
      .add_option("--kernels", kernels,
                  "reference, or kernels for an instruction set of this machine; all give the same bits")
      ->type_name("NAME");
}

constexpr const char* kAnswer = "--answer,--output";

/// What predicts, and on which rows.
template <typename Options>
void add_rows(CLI::App& parser, Options& options) {
  parser.add_option("model", options.model, "The Nacre file")->required()->type_name("FILE");
  repeatable(
      parser.add_option("--input", options.inputs,
                        "Data for an input, .npy, .npz or .csv, which may be compressed; - is standard input; once per "
                        "input, the first axis is the batch"))
      ->required()
      ->type_name("[NAME=]FILE");
  add_csv(parser, options.csv);
  parser
      .add_option(kAnswer, options.output, "Which output, as nacre inspect lists them (default: the first)")
      ->type_name("NAME|INDEX");
  parser.add_flag("--allow-rounding", options.allow_rounding,
                  "Predict rows too that rounding to float32 changes, or that the library may answer in several ways, "
                  "with a warning");
  add_kernels(parser, options.kernels);
}

void add_run(CLI::App& app) {
  Command<RunOptions> command(app, "run", "Predict with a Nacre file", run_model);
  CLI::App& parser = command.parser;
  add_rows(parser, *command.options);
  parser
      .add_option("-o,--output-file", command->file,
                  "Where the prediction goes, .npy, .csv or .csv.gz; - is standard output, as .csv; without it, the "
                  "rows are printed without a header")
      ->type_name("FILE");
  parser.add_flag("--all-outputs", command->all_outputs, "All outputs of the model, side by side (not in .npy)")
      ->excludes("--answer");
  parser.add_flag("--dequantize", command->dequantize, "Reals instead of the integers of quantised outputs");
}

void add_check(CLI::App& app) {
  Command<CheckOptions> command(app, "check", "Compare what a Nacre file predicts with what a library predicted",
                                check_model);
  CLI::App& parser = command.parser;
  add_rows(parser, *command.options);
  parser.add_option("--expect", command->expected, "What the library predicted for these rows, .npy or .csv")
      ->required()
      ->type_name("FILE");
  parser
      .add_option("--tolerance", command->tolerance,
                  "Largest error that is allowed (default: 1e-3 of the largest expected answer); labels must be equal")
      ->check(CLI::NonNegativeNumber)
      ->type_name("T");
  parser.add_flag("--json", command->json, "Report as JSON");
}

void add_diff(CLI::App& app) {
  Command<DiffOptions> command(app, "diff",
                               "Compare two models of any format that converts: structure, then every weight",
                               diff_models);
  CLI::App& parser = command.parser;
  parser.add_option("files", command->files, "Two files: saved models, Nacre files, or one of each")
      ->required()
      ->expected(2)
      ->type_name("A B");
  parser.add_option("--tolerance", command->tolerance, "By how much weights may differ (default: 0)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("T");
  parser.add_flag("--json", command->json, "Report as JSON");
}

/// "512K" becomes bytes.
void add_size(CLI::App& parser, const char* name, std::uint64_t& bytes, const char* description) {
  const auto set = [&bytes, name](const std::string& text) {
    bytes = size_of_text(text);
    if (bytes == 0) throw CLI::ValidationError(name, text + " is no size; write 512K, 2M or a number of bytes");
  };
  parser.add_option_function<std::string>(name, set, description)->type_name("SIZE");
}

/// Boards that a model may fit.
void add_boards(CLI::App& parser, InspectOptions& options) {
  CLI::Option* const board =
      parser.add_option("--board", options.board, "Whether the model fits this board: flash, RAM, stack, time")
          ->type_name("NAME");
  CLI::Option* const all = parser.add_flag("--all-boards", options.all_boards, "Which boards the model fits");
  all->excludes(board);
  add_size(parser, "--flash", options.flash, "Instead of a board: its flash");
  add_size(parser, "--ram", options.ram, "Instead of a board: its RAM");
  for (const char* name : {"--flash", "--ram"}) parser.get_option(name)->excludes(board)->excludes(all);
  parser.add_option("--mhz", options.mhz, "Instead of a board: its clock")
      ->check(CLI::PositiveNumber)
      ->needs("--flash")
      ->type_name("N");
  parser.add_option("--target", options.target, "Instead of a board: its processor")
      ->check(CLI::IsMember(target_names()))
      ->needs("--flash")
      ->capture_default_str();
}

void add_inspect(CLI::App& app) {
  Command<InspectOptions> command(
      app, "inspect", "Show what a file holds, of any format that converts: layers, shapes, memory, identity",
      inspect_file);
  command.parser.add_option("file", command->file, "A Nacre file or a saved model")->required()->type_name("FILE");
  add_choices(command.parser, command->read);
  add_boards(command.parser, *command.options);
  command.parser.add_flag("--json", command->json, "Report as JSON");
}

void add_report(CLI::App& app) {
  Command<ReportOptions> command(app, "report", "Write a page about a model: layers, memory over time, what it takes",
                                 write_report);
  command.parser.add_option("file", command->file, "A Nacre file or a saved model")->required()->type_name("FILE");
  command.parser.add_option("-o", command->output, "The page, .html")->required()->type_name("FILE");
  add_choices(command.parser, command->read);
  command.parser.add_flag("--json", command->json, "Name the page as JSON");
}

void add_verify(CLI::App& app) {
  Command<OneFile> command(app, "verify", "Check a Nacre file: digests, structure, meaning, golden vectors",
                           [](const OneFile& file) { verify_model(file.path, file.json); });
  command.parser.add_option("model", command->path, "The Nacre file")->required()->type_name("FILE");
  command.parser.add_flag("--json", command->json, "Report as JSON");
}

void add_codegen(CLI::App& app) {
  Command<CodegenOptions> command(
      app, "codegen", "Write a model as source code for a firmware: its bytes, its kernels, what it is as constants",
      write_code);
  CLI::App& parser = command.parser;
  CodeOptions& code = command->code;
  parser.add_option("models", command->convert.files, std::string("A Nacre file. ") + kChain)
      ->required()
      ->type_name("MODEL");
  parser.add_option("-o", command->folder, "The folder to write to")->required()->type_name("FOLDER");
  parser.add_option("--name", code.name, "What the generated code calls the model (default: the last file's name)")
      ->type_name("NAME");
  parser.add_flag("--standalone", code.standalone,
                  "With runtime, loader and the kernels of the model as one source: a folder that needs nothing else");
  parser.add_flag("--all-kernels", code.all_kernels,
                  "Every kernel instead of the model's, so that the firmware runs models that it receives later");
  parser
      .add_option("--package", code.package,
                  "Make the folder a package of Arduino, PlatformIO, Zephyr, ESP-IDF or CMSIS, or one for make")
      ->check(CLI::IsMember(package_names()))
      ->needs("--standalone");
  parser
      .add_option("--section", code.section, "Section of the image in which the model lies")
      ->check([](const std::string& text) {
        return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._$") ==
                       std::string::npos && !text.empty()
                   ? ""
                   : "a section has letters, digits, '.', '_' and '$' in its name";
      })
      ->type_name("NAME");
  parser.add_flag("--incbin", command->incbin,
                  "Include the model by the assembler's .incbin, not as a C array: large models compile faster");
  add_conversion(parser, command->convert);
  parser.add_flag("--json", command->json, "List the files as JSON");
}

void add_print(CLI::App& app) {
  Command<OneFile> command(app, "print", "Print a .npy or .csv file as rows of text",
                           [](const OneFile& file) { print_table(file.path); });
  command.parser.add_option("file", command->path, "The file")->required()->type_name("FILE");
}

void add_bench(CLI::App& app) {
  Command<BenchOptions> command(app, "bench", "Measure how long a model takes on this machine, layer by layer",
                                bench_model);
  CLI::App& parser = command.parser;
  parser.add_option("model", command->model, "The Nacre file")->required()->type_name("FILE");
  add_kernels(parser, command->kernels);
  parser.add_option("--seconds", command->seconds, "How long to measure (default: 1)")
      ->check(CLI::Range(0.0, 3600.0))
      ->type_name("N");
  parser.add_flag("--json", command->json, "Report as JSON");
}

void add_supported(CLI::App& app) {
  Command<SupportedOptions> command(app, "supported", "List the classes, layers and operators that convert",
                                    show_supported);
  CLI::App& parser = command.parser;
  parser.add_option("library", command->library,
                    "One library alone (sklearn, xgboost, lightgbm, catboost, keras, tflite), or a NAME of any");
  parser.add_option("name", command->name, "One class, layer, operator or objective: how, from which files")
      ->type_name("NAME");
  parser.add_flag("--json", command->json, "List as JSON");
}

void add_explain(CLI::App& app) {
  Command<OneFile> command(app, "explain", "Say what a status means, as a device returns it, and what to do about it",
                           [](const OneFile& status) { explain_status(status.path); });
  command.parser.add_option("status", command->path, "Its name or number (default: all)")->type_name("STATUS");
}

/// For lists of commands: run_command_line puts other arguments in their place.
void add_help(CLI::App& app) {
  app.add_subcommand("help", "Explain a command")
      ->add_option_function<std::string>("command", [](const std::string&) {}, "Which one")
      ->type_name("COMMAND");
  app.add_subcommand("version", "Say which release this is");
}

/// The commands and their options, but for those that no help shows.
std::vector<CommandWords> words_of(const CLI::App& app) {
  std::vector<CommandWords> all;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    CommandWords words{command->get_name(), command->get_description(), {}};
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_group().empty() || option->get_positional()) continue;
      const auto &longs = option->get_lnames(), &shorts = option->get_snames();
      words.options.push_back({longs.empty() ? "" : longs.front(), shorts.empty() ? "" : shorts.front(),
                               option->get_description(), option->get_items_expected_max() > 0});
    }
    all.push_back(std::move(words));
  }
  return all;
}

void add_completions(CLI::App& app) {
  CLI::App* const parser = app.add_subcommand("completions", "Print a script that completes commands in a shell");
  const auto print = [&app](const std::string& shell) { fmt::print("{}", completions(shell, words_of(app))); };
  parser->add_option_function<std::string>("shell", print, "Of which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

/// "; did you mean convert or check?", or nothing.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::vector<std::string> found = nearest(word, known);
  return found.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(found, " or "));
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// The first argument that looks like an option and is none of the command; empty where there is none.
std::string unknown_option(const CLI::App& command) {
  for (const std::string& argument : command.remaining())
    if (argument.size() > 1 && argument[0] == '-') return argument.substr(0, argument.find('='));
  return "";
}

/// Prints "convert: -o is required; see nacre convert --help".
int report_usage(const CLI::App& app, std::string message) {
  const auto commands = app.get_subcommands();
  const std::string command = commands.empty() ? "" : commands.front()->get_name();
  const std::string option = unknown_option(commands.empty() ? app : *commands.front());
  if (!option.empty())
    message = fmt::format("there is no {} here{}", option,
                          suggestion(option, option_names(commands.empty() ? app : *commands.front())));
  else if (command.empty() && !app.remaining().empty())
    message = fmt::format("there is no {} here{}", app.remaining().front(),
                          suggestion(app.remaining().front(), command_names(app)));
  if (!command.empty()) message = command + ": " + message;
  if (message.find("; ") == std::string::npos || message.ends_with("?"))
    message += fmt::format("{} see nacre {}{}--help", message.ends_with("?") ? "" : ";", command,
                           command.empty() ? "" : " ");
  print_message(message);
  return kWrongUsage;
}

/// The arguments with "help" and "version" as options: help convert is convert --help.
std::vector<std::string> with_options(std::vector<std::string> arguments) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "version" && arguments.size() == 1) return {"--version"};
  if (first != "help" || (arguments.size() > 1 && arguments[1].starts_with("-"))) return arguments;
  arguments.erase(arguments.begin());
  arguments.insert(arguments.begin() + (arguments.empty() ? 0 : 1), "--help");
  return arguments;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Converts saved models to one verified file that a device runs, bit for bit");
  app.name("nacre");
  app.set_version_flag("-V,--version", "nacre " NACRE_VERSION);
  app.require_subcommand(1);
  const std::string statuses = "Exit status: 0 done, 1 the input was refused or a check failed, 2 wrong usage.";
  app.footer("nacre help COMMAND explains a command.\n" + statuses);
  for (const auto add :
       {add_convert, add_run, add_check, add_diff, add_inspect, add_verify, add_codegen, add_print, add_bench,
        add_supported, add_explain, add_completions, add_report, add_help})
    add(app);
  for (const auto& [command, examples] : kExamples)
    app.get_subcommand(command)->footer("Examples:\n" + examples + "\n\n" + statuses);
  std::vector<std::string> arguments = with_options({argv + 1, argv + argc});
  try {
    const std::vector<std::string> known = command_names(app);
    if (!arguments.empty() && !arguments[0].starts_with("-") && std::ranges::find(known, arguments[0]) == known.end())
      throw WrongUsage(fmt::format("there is no {} here{}", arguments[0], suggestion(arguments[0], known)));
    std::ranges::reverse(arguments);  // as CLI11 takes them
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : report_usage(app, error.what());
  } catch (const WrongUsage& error) {
    return report_usage(app, error.what());
  } catch (const Reported&) {
    return kRefused;
  }
  return kDone;
}

}  // namespace nacre::tools
