#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <string_view>

#include "loader/npy/answer.hpp"
#include "nacre/kernels.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/device_rows.hpp"
#include "tools/common/message.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/compression/compress.hpp"
#include "tools/data/data_file.hpp"
#include "tools/rows/run_rows.hpp"
#include "tools/session/answer_text.hpp"
#include "tools/session/input_files.hpp"

namespace nacre::tools {
namespace {

/// Lines for people: what a model says must not steer the terminal.
void print_lines(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    fmt::print("{}\n", printable(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
}

enum class Form { lines, csv, csv_gz, npy };

/// How answers are written, by the name of the file. Devices and pipes get the bytes of .npy. Throws WrongUsage.
Form form_of(const RunOptions& options) {
  const std::string& file = options.file;
  const auto ends_with = [&](std::string_view end) {
    const auto is_same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    return file.size() > end.size() && std::equal(end.rbegin(), end.rend(), file.rbegin(), [&](char b, char a) {
             return is_same(a, b);
           });
  };
  if (file.empty()) return Form::lines;
  if (file == "-" || ends_with(".csv")) return Form::csv;
  if (ends_with(".csv.gz")) return Form::csv_gz;
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!ends_with(".npy") && (!std::filesystem::exists(status) || is_regular_file(status)))
    throw WrongUsage("-o " + file + ": the name does not tell the type of the file; end it with .npy, .csv or .csv.gz");
  if (options.all_outputs)
    throw WrongUsage("--all-outputs: a .npy file holds one array; write a .csv file, or choose one with --answer");
  return Form::npy;
}

/// Reals for the integers of a quantised output; other outputs stay as they are.
std::vector<std::byte> dequantized(const PortRecord& port, DataType type, const std::vector<std::byte>& elements) {
  std::vector<float> reals;
  for (std::size_t at = 0; at < elements.size(); at += element_bytes(type)) {
    std::int32_t stored = static_cast<std::int8_t>(elements[at]);
    if (type == DataType::uint8) stored = static_cast<std::uint8_t>(elements[at]);
    if (type == DataType::int16) {
      std::int16_t wide;
      std::memcpy(&wide, elements.data() + at, sizeof wide);
      stored = wide;
    }
    reals.push_back(port.scale * static_cast<float>(stored - port.zero_point));
  }
  const auto bytes = std::as_bytes(std::span(reals));
  return {bytes.begin(), bytes.end()};
}

bool is_quantised(const PortRecord& port, DataType type) {
  return port.scale != 0 && (type == DataType::int8 || type == DataType::uint8 || type == DataType::int16);
}

/// What one output gave; `kept` are its elements, which become reals where the user wants that.
npy::Answer answer_of(const RunOptions& options, const ModelFile& model, unsigned output, std::uint64_t rows,
                      std::vector<std::byte>* kept) {
  const Network& network = model.network();
  DataType type = network.output_type(output);
  if (options.dequantize && is_quantised(network.output_port(output), type)) {
    *kept = dequantized(network.output_port(output), type, *kept);
    type = DataType::float32;
  }
  npy::Answer answer{type, network.output_shape(output), rows, {kept->data(), kept->size()}, 0};
  if (type == DataType::string) {
    Description description;
    const bool is_named = Description::open(model.view(), &description) == Status::ok;
    const PortNames names = is_named ? description.output(output) : PortNames(nullptr);
    answer.width = npy::text_width(answer.elements, is_named ? &names : nullptr);
  }
  return answer;
}

/// To standard output, as it is unless a terminal shows it.
void write_standard_output(const std::string& text) {
  if (isatty(STDOUT_FILENO) != 0) print_lines(text);
  else std::fwrite(text.data(), 1, text.size(), stdout);  // main() sees whether it arrived
}

void write_answers(const RunOptions& options, Form form, const ModelFile& model, const std::vector<unsigned>& outputs,
                   const std::vector<npy::Answer>& answers) {
  if (form == Form::lines) return print_lines(rows_text(answers));
  if (form == Form::npy) {
    std::vector<std::byte> bytes(npy::file_bytes(answers.front()));
    npy::write(answers.front(), bytes.data());
    write_atomically(options.file, bytes);
    return;
  }
  const std::string text = csv_text(answers, model, outputs);
  const auto bytes = std::as_bytes(std::span(text));
  if (options.file == "-") write_standard_output(text);
  else if (form == Form::csv) write_atomically(options.file, bytes);
  else write_atomically(options.file, gzip(bytes));
}

std::vector<unsigned> outputs_of(const RunOptions& options, const ModelFile& model) {
  if (!options.all_outputs) return {options.output.empty() ? 0 : model.find_output(options.output)};
  std::vector<unsigned> all(model.network().outputs());
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

}  // namespace

Kernels kernels_named(const std::string& name) {
  const Kernels kernels = find_kernels(name.empty() ? nullptr : name.c_str());
  if (kernels.empty())
    throw WrongUsage("--kernels: this machine has no kernels called " + name + "; choose reference, or leave it out");
  return kernels;
}

void run_model(const RunOptions& options) try {
  const Form form = form_of(options);
  const Kernels kernels = kernels_named(options.kernels);
  const ModelFile model(options.model, kernels);
  const Network& network = model.network();
  const std::vector<unsigned> outputs = outputs_of(options, model);
  InputFiles inputs(options.inputs, model, network, options.csv);
  print_remarks(inputs);
  if (form != Form::lines && options.file != "-") check_output(options.file, inputs.paths_and(options.model));
  const auto device = DeviceRows::open(options.device, model);
  std::vector<std::vector<std::byte>> kept = run_rows(model, inputs, outputs, options.allow_rounding, device.get());
  if (device) print_note(device->summary());
  std::vector<npy::Answer> answers;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    answers.push_back(answer_of(options, model, outputs[i], inputs.rows(), &kept[i]));
  write_answers(options, form, model, outputs, answers);
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
