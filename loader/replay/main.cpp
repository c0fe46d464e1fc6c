// nacre-replay MODEL.nacre [--input [NAME=]x.npy]... -o y.npy [--answer NAME|INDEX] [--kernels NAME]
// The runtime and the loader as firmware has them, with a file in and a file out. Without --input it
// runs the model's golden vectors.

#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/npy/answer.hpp"
#include "loader/replay/platform.hpp"
#include "nacre/description.hpp"
#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "nacre/self_test.hpp"
#include "nacre/version.h"

namespace nacre {
namespace {

constexpr int kFailed = 1, kWrongUsage = 2;
constexpr const char* kUsage =
    "nacre-replay MODEL.nacre [--input [NAME=]x.npy]... -o y.npy [--answer NAME|INDEX] [--kernels NAME]";
constexpr const char* kHelp =
    "\n\nRuns a Nacre file with the runtime and the loader alone, as firmware has them.\n\n"
    "  --input [NAME=]FILE   data for an input, .npy; once per input, the first axis is the batch; without it, the\n"
    "                        golden vectors of the model run, and must give their bits\n"
    "  -o FILE               where the answer goes, .npy\n"
    "  --answer NAME|INDEX   which output (default: the first); --output is the same\n"
    "  --kernels NAME        reference, or kernels for an instruction set of this machine; all give the same bits\n"
    "  --help, --version     print this, or which release this is\n\n"
    "Exit status: 0 done, 1 the model or the data was refused, 2 wrong usage.\n";
constexpr unsigned kMaxInputs = 16;

struct Arguments {
  const char* model = nullptr;
  const char* inputs[kMaxInputs] = {};
  unsigned input_count = 0;
  const char* output_file = nullptr;
  const char* output = "0";
  const char* kernels = nullptr;
};

int fail(const char* file, const char* what, int status = kFailed) {
  platform::print_error("nacre-replay: ");
  platform::print_error(file);
  platform::print_error(": ");
  platform::print_error(what);
  platform::print_error("\n");
  return status;
}

bool parse(int argc, char** argv, Arguments* arguments) {
  for (int i = 1; i < argc; ++i) {
    const auto is = [&](const char* option) { return strcmp(argv[i], option) == 0 && i + 1 < argc; };
    if (is("--input") && arguments->input_count < kMaxInputs) arguments->inputs[arguments->input_count++] = argv[++i];
    else if (is("-o")) arguments->output_file = argv[++i];
    else if (is("--answer") || is("--output")) arguments->output = argv[++i];
    else if (is("--kernels")) arguments->kernels = argv[++i];
    else if (argv[i][0] != '-' && arguments->model == nullptr) arguments->model = argv[i];
    else return false;
  }
  return arguments->model != nullptr && arguments->output_file != nullptr;
}

/// Whether the file to write is one of those to read.
bool writes_what_it_reads(const Arguments& arguments) {
  const char* const output = arguments.output_file;
  if (platform::is_same_file(output, arguments.model)) return true;
  for (unsigned i = 0; i < arguments.input_count; ++i) {
    const char* const equals = strchr(arguments.inputs[i], '=');
    if (platform::is_same_file(output, arguments.inputs[i])) return true;
    if (equals != nullptr && platform::is_same_file(output, equals + 1)) return true;
  }
  return false;
}

String view(const char* text, std::size_t size) { return {text, static_cast<std::uint32_t>(size)}; }

/// The number that a text is; -1 where it is none.
std::int32_t number(const char* text) {
  std::int32_t value = 0;
  if (*text == 0) return -1;
  for (; *text != 0; ++text) {
    if (*text < '0' || *text > '9' || value > 1000000) return -1;
    value = value * 10 + (*text - '0');
  }
  return value;
}

class Replay {
 public:
  Replay(const Arguments& arguments, Span<const std::byte> model) : arguments_(arguments), model_(model) {}

  int run() {
    Status status = load_model();
    if (status != Status::ok) return fail(arguments_.model, name(status));
    has_names_ = Description::open(model_, &names_) == Status::ok;
    std::int32_t output = has_names_ ? names_.find_output(view(arguments_.output, strlen(arguments_.output))) : -1;
    if (output < 0) output = number(arguments_.output);
    if (output < 0 || static_cast<unsigned>(output) >= network_.outputs())
      return fail(arguments_.output, "the model has no such output");
    output_ = static_cast<unsigned>(output);
    if (arguments_.input_count == 0) return replay_golden();
    for (unsigned i = 0; i < arguments_.input_count; ++i)
      if (const int result = open_input(arguments_.inputs[i]); result != 0) return result;
    for (unsigned i = 0; i < network_.inputs(); ++i)
      if (files_[i].kind == 0) return fail(arguments_.model, "an input of the model is not given");
    return replay_files();
  }

 private:
  Status load_model() {
    MemoryNeeds needs;
    if (const Status status = memory_needs(model_, &needs); status != Status::ok) return status;
    std::byte* memory = platform::allocate(needs.total_bytes, needs.alignment);
    if (memory == nullptr) return Status::memory_too_small;
    return load(model_, find_kernels(arguments_.kernels), {memory, needs.total_bytes}, &network_);
  }

  /// The input that is named, or the first that has no file yet.
  unsigned input_of(const char* argument, const char** path) const {
    const char* equals = strchr(argument, '=');
    if (equals != nullptr && has_names_) {
      const std::int32_t found = names_.find_input(view(argument, static_cast<std::size_t>(equals - argument)));
      if (found >= 0) {
        *path = equals + 1;
        return static_cast<unsigned>(found);
      }
    }
    unsigned index = 0;
    while (index < kMaxInputs && paths_[index] != nullptr) ++index;
    return index;
  }

  int open_input(const char* argument) {
    const char* path = argument;
    const unsigned index = input_of(argument, &path);
    if (index >= network_.inputs() || index >= kMaxInputs || paths_[index] != nullptr)
      return fail(path, "the model has no input left for it");
    const Span<const std::byte> bytes = platform::contents(path);
    if (bytes.empty()) return fail(path, "cannot be read");
    if (const char* error = npy::parse(bytes, &files_[index])) return fail(path, error);
    std::uint64_t rows = 0;
    npy::Text error;
    if (!npy::match(files_[index], network_.input_shape(index), &rows, &error)) return fail(path, error.c_str());
    if (opened_ > 0 && rows != rows_) return fail(path, "has another number of rows than the other inputs");
    rows_ = rows;
    paths_[index] = path;
    ++opened_;
    return 0;
  }

  int replay_files() {
    Span<char> text[kMaxInputs];
    for (unsigned i = 0; i < network_.inputs(); ++i)
      if (files_[i].kind == 'U') {
        const std::size_t bytes = network_.input_shape(i).size() * std::size_t{files_[i].item};
        text[i] = {reinterpret_cast<char*>(platform::allocate(bytes, 8)), bytes};
      }
    for (std::uint64_t row = 0; row < rows_; ++row) {
      for (unsigned i = 0; i < network_.inputs(); ++i) {
        const PortRecord& port = network_.input_port(i);
        const npy::Target target{network_.input_type(i), network_.input_bytes(i), port.scale, port.zero_point};
        if (const char* error = npy::feed(files_[i], row, target, text[i])) return fail(paths_[i], error);
      }
      if (const int result = run_row(row); result != 0) return result;
    }
    return write();
  }

  int replay_golden() {
    Golden golden;
    if (const Status status = Golden::open(model_, network_, &golden); status != Status::ok)
      return fail(arguments_.model, name(status));
    rows_ = golden.cases();
    for (std::uint32_t i = 0; i < golden.cases(); ++i) {
      golden.feed(i);
      if (const int result = run_row(i); result != 0) return result;
      if (!golden.matches(i)) return fail(arguments_.model, name(Status::golden_mismatch));
    }
    return write();
  }

  /// Runs once and keeps the output. Text is kept as views into the model, to be written when the
  /// widest is known.
  int run_row(std::uint64_t row) {
    if (const Status status = network_.run(); status != Status::ok) return fail(arguments_.model, name(status));
    const Span<const std::byte> elements = network_.output_bytes(output_);
    if (row == 0) kept_ = platform::allocate(elements.size() * rows_, 16);
    if (kept_ == nullptr) return fail(arguments_.output_file, "there is too little memory for the output");
    memcpy(kept_ + row * elements.size(), elements.data(), elements.size());
    return 0;
  }

  int write() const {
    const DataType type = network_.output_type(output_);
    const std::size_t run_bytes = network_.output_bytes(output_).size();
    npy::Answer answer{
        type, network_.output_shape(output_), rows_, {kept_, run_bytes * static_cast<std::size_t>(rows_)}, 0};
    if (type == DataType::string) {
      const PortNames names = has_names_ ? names_.output(output_) : PortNames(nullptr);
      answer.width = npy::text_width(answer.elements, has_names_ ? &names : nullptr);
    }
    const std::size_t bytes = npy::file_bytes(answer);
    std::byte* file = platform::allocate(bytes, 16);
    if (file == nullptr) return fail(arguments_.output_file, "there is too little memory for the output");
    npy::write(answer, file);
    return platform::write_file(arguments_.output_file, {file, bytes})
               ? 0
               : fail(arguments_.output_file, "cannot be written");
  }

  const Arguments& arguments_;
  Span<const std::byte> model_;
  Network network_;
  Description names_;
  bool has_names_ = false;
  unsigned output_ = 0;
  unsigned opened_ = 0;
  npy::File files_[kMaxInputs];
  const char* paths_[kMaxInputs] = {};
  std::uint64_t rows_ = 0;
  std::byte* kept_ = nullptr;
};

int replay(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const bool wants_help = strcmp(argv[i], "--help") == 0;
    if (!wants_help && strcmp(argv[i], "--version") != 0) continue;
    platform::print(wants_help ? "Usage: " : "nacre-replay " NACRE_VERSION "\n");
    if (wants_help) platform::print(kUsage);
    if (wants_help) platform::print(kHelp);
    return 0;
  }
  if (!parse(argc, argv, &arguments)) return fail("usage", kUsage, kWrongUsage);
  if (writes_what_it_reads(arguments)) return fail(arguments.output_file, "it is also read; write to another file");
  if (find_kernels(arguments.kernels).empty())
    return fail(arguments.kernels, "this machine has no such kernels", kWrongUsage);
  const Span<const std::byte> model = platform::contents(arguments.model);
  if (model.empty()) return fail(arguments.model, "cannot be read");
  return Replay(arguments, model).run();
}

}  // namespace
}  // namespace nacre

int main(int argc, char** argv) { return nacre::replay(argc, argv); }
