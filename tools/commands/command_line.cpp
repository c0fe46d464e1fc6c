// All commands of the `nacre` program and what their arguments mean. Only this file, options.hpp and usage.hpp include
// CLI11, which takes long to compile.

#include "tools/commands/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "nacre/version.h"
#include "tools/codegen/packages.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/examples.hpp"
#include "tools/commands/options.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/commands/usage.hpp"
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
            print_json("refusal", report);
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

constexpr const char* kChain =
    "Saved models; several are chained, each takes the outcome of the one before. An architecture of Keras (.json) and "
    "the weights behind it are one model";

void add_byte_order(CLI::App& parser, ByteOrder& order) {
  const std::map<std::string, ByteOrder> orders{{"little", ByteOrder::little}, {"big", ByteOrder::big}};
  parser.add_option("--byte-order", order, "Of the processors that the file is for (default: little)")
      ->transform(one_of(orders))
      ->type_name("little|big");
}

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
  add_byte_order(parser, options.byte_order);
  parser.add_option("--name", options.name, "Name of the model (default: the last file's)")->type_name("TEXT");
  parser.add_flag("--json", command->json, "Report as JSON");
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
  add_device(parser, command->device);
}

void add_check(CLI::App& app) {
  Command<CheckOptions> command(app, "check", "Compare what a Nacre file predicts with what a library predicted",
                                check_model);
  CLI::App& parser = command.parser;
  add_rows(parser, *command.options);
  parser.add_option("--expect", command->expected, "What the library predicted for these rows, .npy or .csv")
      ->required()
      ->type_name("FILE");
  add_tolerance(parser, command->tolerance,
                "Largest error that is allowed (default: 1e-3 of the largest expected answer); labels must be equal");
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
  add_tolerance(parser, command->tolerance, "By how much weights may differ (default: 0)");
  parser.add_flag("--json", command->json, "Report as JSON");
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
  command.parser.add_option("-o,--output-file", command->output, "The page, .html")->required()->type_name("FILE");
  add_choices(command.parser, command->read);
  command.parser.add_flag("--json", command->json, "Name the page as JSON");
}

void add_export(CLI::App& app) {
  Command<ExportOptions> command(app, "export", "Write a Nacre file as a model of another library", export_model);
  command.parser.add_option("model", command->model, "The Nacre file")->required()->type_name("FILE");
  command.parser
      .add_option("-o,--output-file", command->output,
                  "The file to write: .onnx for ONNX, .h5 for Keras 2 and 3, .keras for Keras 3")
      ->required()
      ->type_name("FILE");
  command.parser.add_flag("--json", command->json, "Report as JSON");
}

void add_verify(CLI::App& app) {
  Command<VerifyOptions> command(app, "verify", "Check a Nacre file: digests, structure, meaning, golden vectors",
                                 verify_model);
  command.parser.add_option("model", command->model, "The Nacre file")->required()->type_name("FILE");
  repeatable(command.parser.add_option("--key", command->keys,
                                       "A public key: the file must be signed with one of those that are given"))
      ->type_name("FILE");
  add_device(command.parser, command->device);
  command.parser.add_flag("--json", command->json, "Report as JSON");
}

void add_keygen(CLI::App& app) {
  Command<KeygenOptions> command(app, "keygen", "Make a key of Ed25519 to sign models with", generate_key_files);
  command.parser
      .add_option("-o,--output-file", command->output,
                  "The private key to write, .pem; the public one goes beside it, .pub.pem")
      ->required()
      ->type_name("FILE");
}

void add_sign(CLI::App& app) {
  Command<SignOptions> command(app, "sign", "Sign a Nacre file, so that devices know whose it is", sign_model);
  CLI::App& parser = command.parser;
  parser.add_option("model", command->model, "The Nacre file")->required()->type_name("FILE");
  parser.add_option("--key", command->key, "The private key, of nacre keygen or OpenSSL")
      ->required()
      ->type_name("FILE");
  parser
      .add_option("--rollback", command->rollback,
                  "The model's rollback counter: devices refuse a smaller one than that of a model that they have run "
                  "(default: as it is)")
      ->type_name("N");
  add_byte_order(parser, command->byte_order);
  parser.add_option("-o,--output-file", command->output, "The file to write (default: the Nacre file itself)")
      ->type_name("FILE");
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
      .add_flag("--serve", code.serve,
                "With nacre_serve, by which a workstation runs the model on the board over a serial line")
      ->needs("--standalone");
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
                  "Include the model by the assembler's .incbin, not as a C string: for compilers that limit strings");
  add_conversion(parser, command->convert);
  parser.add_flag("--json", command->json, "List the files as JSON");
}

void add_print(CLI::App& app) {
  Command<OneFile> command(app, "print", "Print a .npy or .csv file as rows of text",
                           [](const OneFile& file) { print_table(file.path); });
  command.parser.add_option("file", command->path, "The file")->required()->type_name("FILE");
}

void add_bench(CLI::App& app) {
  Command<BenchOptions> command(
      app, "bench", "Measure how long a model takes on this machine or a board, layer by layer", bench_model);
  CLI::App& parser = command.parser;
  parser.add_option("models", command->models, "A Nacre file; of two, layers are compared")
      ->required()
      ->expected(1, 2)
      ->type_name("FILE");
  add_kernels(parser, command->kernels);
  add_device(parser, command->device);
  parser
      .add_option("--target", command->target,
                  "Instructions on this processor, emulated; needs a cross compiler and QEMU")
      ->check(CLI::IsMember(target_names()))
      ->excludes("--device");
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
                    "One library alone (sklearn, xgboost, lightgbm, catboost, keras, tflite, onnx), or a NAME of any");
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

void add_completions(CLI::App& app) {
  CLI::App* const parser = app.add_subcommand("completions", "Print a script that completes commands in a shell");
  const auto print = [&app](const std::string& shell) { fmt::print("{}", completions(shell, words_of(app))); };
  parser->add_option_function<std::string>("shell", print, "Of which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
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
       {add_convert, add_run, add_check, add_diff, add_inspect, add_report, add_export, add_verify, add_keygen,
        add_sign, add_codegen, add_print, add_bench, add_supported, add_explain, add_completions, add_help})
    add(app);
  refuse_empty_values(app);
  for (const auto& [command, examples] : kExamples)
    app.get_subcommand(command)->footer("Examples:\n" + examples + "\n\n" + statuses);
  std::vector<std::string> arguments = with_options({argv + 1, argv + argc});
  try {
    require_command(app, arguments);
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
