#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "loader/npy/answer.hpp"
#include "nacre/kernels.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/message.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/data/data_file.hpp"
#include "tools/rows/run_rows.hpp"
#include "tools/session/answer_text.hpp"
#include "tools/session/input_files.hpp"

namespace nacre::tools {
namespace {

constexpr std::string_view kCsv = ".csv";

/// Lines for people: what a model says must not steer the terminal.
void print_lines(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    fmt::print("{}\n", printable(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
}

bool is_csv(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  return std::equal(extension.begin(), extension.end(), kCsv.begin(), kCsv.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

void write_answer(const RunOptions& options, const ModelFile& model, unsigned output, const npy::Answer& answer) {
  if (options.file.empty()) {
    print_lines(rows_text(answer));
  } else if (is_csv(options.file)) {
    const std::string text = csv_text(answer, model, output);
    write_atomically(options.file, std::as_bytes(std::span(text)));
  } else {
    std::vector<std::byte> bytes(npy::file_bytes(answer));
    npy::write(answer, bytes.data());
    write_atomically(options.file, bytes);
  }
}

}  // namespace

Kernels kernels_named(const std::string& name) {
  const Kernels kernels = find_kernels(name.empty() ? nullptr : name.c_str());
  if (kernels.empty())
    throw WrongUsage("--kernels: this machine has no kernels called " + name + "; choose reference, or leave it out");
  return kernels;
}

void run_model(const RunOptions& options) try {
  const Kernels kernels = kernels_named(options.kernels);
  const ModelFile model(options.model, kernels);
  const Network& network = model.network();
  const unsigned output = options.output.empty() ? 0 : model.find_output(options.output);
  InputFiles inputs(options.inputs, model, network, options.csv);
  print_remarks(inputs);
  if (!options.file.empty()) check_output(options.file, inputs.paths_and(options.model));
  const std::vector<std::byte> kept = run_rows(model, inputs, output, options.allow_rounding);
  npy::Answer answer{
      network.output_type(output), network.output_shape(output), inputs.rows(), {kept.data(), kept.size()}, 0};
  if (answer.type == DataType::string) {
    Description description;
    const bool is_named = Description::open(model.view(), &description) == Status::ok;
    const PortNames names = is_named ? description.output(output) : PortNames(nullptr);
    answer.width = npy::text_width(answer.elements, is_named ? &names : nullptr);
  }
  write_answer(options, model, output, answer);
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

/// A .npy file as rows of text, through the same path as a run's own output.
void print_table(const std::string& path) try {
  const Buffer bytes = read_table(path, {}).bytes;
  npy::File file;
  if (const char* error = npy::parse({bytes.data(), bytes.size()}, &file)) throw Refusal("", error, "give a .npy file");
  const DataType type = file.kind == 'U'   ? DataType::string
                        : file.kind == 'f' ? (file.item == 8 ? DataType::float64 : DataType::float32)
                                           : DataType::int64;
  const std::uint64_t columns = file.rank == 0 ? 1 : file.size() / std::max<std::uint64_t>(file.shape[0], 1);
  std::vector<std::byte> row(columns * element_bytes(type));
  std::vector<char> text(columns * file.item);
  for (std::uint64_t r = 0; columns > 0 && r < file.size() / columns; ++r) {
    if (const char* error = npy::feed(file, r, {type, {row.data(), row.size()}, 0, 0}, {text.data(), text.size()}))
      throw Refusal("", error, "give a .npy file");
    std::string line;
    for (std::uint64_t c = 0; c < columns; ++c)
      line += (c == 0 ? "" : ",") + element_text(type, row.data() + c * element_bytes(type));
    fmt::print("{}\n", printable(line));
  }
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

}  // namespace nacre::tools
