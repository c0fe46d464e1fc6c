#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>

#include "nacre/kernels.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/convert.hpp"
#include "tools/data/csv.hpp"
#include "tools/data/table.hpp"
#include "tools/npy/npy.hpp"
#include "tools/session/model_file.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {
namespace {

struct RunOptions {
  std::string model, file, output, kernels;
  std::vector<std::string> inputs;
};

/// An input's file, parsed, and room for its text.
struct Input {
  Buffer bytes;
  npy::File file;
  std::vector<char> text;
};

TableUse use_of(const ModelFile& model, const Network& network, unsigned index) {
  TableUse use;
  use.text = network.input_type(index) == DataType::string;
  if (model.description() != nullptr && index < model.description()->inputs()->size())
    if (const auto* features = model.description()->inputs()->Get(index)->features())
      for (const auto* feature : *features) use.features.push_back(feature->str());
  return use;
}

/// Reads the inputs that are given and checks that they fit. Returns the number of rows.
std::uint64_t read_inputs(const RunOptions& options, const ModelFile& model, const Network& network, std::vector<Input>& inputs) {
  inputs.resize(network.inputs());
  std::uint64_t rows = 0;
  unsigned next = 0;
  for (const std::string& argument : options.inputs) {
    const std::size_t equals = argument.find('=');
    const unsigned none = network.inputs();
    unsigned index = equals == std::string::npos ? none : model.find_input(argument.substr(0, equals), none);
    const std::string path = index == none ? argument : argument.substr(equals + 1);
    if (index == none) index = next;
    ++next;
    if (index >= network.inputs()) throw Refusal("", "the model has no input for it", "give each input once").in_file(path);
    Input& input = inputs[index];
    input.bytes = read_table(path, use_of(model, network, index));
    std::uint64_t found = 0;
    npy::Text mismatch;
    const char* error = npy::parse({input.bytes.data(), input.bytes.size()}, &input.file);
    if (error == nullptr && !npy::match(input.file, network.input_shape(index), &found, &mismatch)) error = mismatch.c_str();
    if (error == nullptr && rows != 0 && rows != found) error = "it has another number of rows than the other inputs";
    if (error != nullptr) throw Refusal("", error, "see the shapes with nacre inspect").in_file(path);
    rows = found;
    input.text.resize(input.file.kind == 'U' ? network.input_shape(index).size() * std::size_t{input.file.item} : 0);
  }
  for (const Input& input : inputs)
    if (input.bytes.empty()) throw Refusal("", "an input is not given", "give every input with --input NAME=FILE").in_file(options.model);
  return rows;
}

std::uint32_t text_width(const ModelFile& model, unsigned output, std::span<const String> texts) {
  std::uint32_t widest = 1;
  for (const String& text : texts) widest = std::max(widest, npy::characters(text.data, text.size));
  if (model.description() != nullptr && output < model.description()->outputs()->size())
    if (const auto* labels = model.description()->outputs()->Get(output)->labels())
      for (const auto* label : *labels) widest = std::max(widest, npy::characters(label->c_str(), label->size()));
  return widest;
}

/// One element as text, for CSV and for the terminal.
std::string print_element(DataType type, const std::byte* at) {
  const auto load = [&](auto value) {
    std::memcpy(&value, at, sizeof value);
    return value;
  };
  switch (type) {
    case DataType::float32: return fmt::format("{}", load(float{}));
    case DataType::float64: return fmt::format("{}", load(double{}));
    case DataType::int64: return fmt::format("{}", load(std::int64_t{}));
    case DataType::int32: return fmt::format("{}", load(std::int32_t{}));
    case DataType::int16: return fmt::format("{}", load(std::int16_t{}));
    case DataType::int8: return fmt::format("{}", load(std::int8_t{}));
    case DataType::uint8: return fmt::format("{}", load(std::uint8_t{}));
    case DataType::boolean: return load(std::uint8_t{}) ? "true" : "false";
    case DataType::string: break;
  }
  const String text = load(String{});
  return csv_field({text.data, text.size});
}

std::string as_csv(const ModelFile& model, unsigned output, const Network& network, std::uint64_t rows, const std::vector<std::byte>& kept, bool header) {
  const DataType type = network.output_type(output);
  const std::size_t columns = network.output_shape(output).size(), size = element_bytes(type);
  std::string text;
  if (header) {
    const bool named = model.description() != nullptr && output < model.description()->outputs()->size();
    const std::string name = named ? model.description()->outputs()->Get(output)->name()->str() : fmt::format("output_{}", output);
    for (std::size_t c = 0; c < columns; ++c) text += (c == 0 ? "" : ",") + (columns == 1 ? name : fmt::format("{}_{}", name, c));
    text += "\n";
  }
  for (std::uint64_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) text += print_element(type, kept.data() + (r * columns + c) * size) + (c + 1 == columns ? "\n" : ",");
  return text;
}

void write_output(const RunOptions& options, const ModelFile& model, unsigned output, const Network& network, std::uint64_t rows, const std::vector<std::byte>& kept) {
  if (options.file.empty()) {
    fmt::print("{}", as_csv(model, output, network, rows, kept, false));
    return;
  }
  if (options.file.ends_with(".csv")) {
    const std::string text = as_csv(model, output, network, rows, kept, true);
    write_atomically(options.file, std::as_bytes(std::span(text)));
    return;
  }
  const DataType type = network.output_type(output);
  const std::size_t elements = kept.size() / element_bytes(type);
  const std::uint32_t width = type == DataType::string ? text_width(model, output, {reinterpret_cast<const String*>(kept.data()), elements}) : 0;
  std::vector<std::byte> bytes(npy::kHeaderBytes + elements * npy::stored_bytes(type, width));
  npy::write_header(bytes.data(), type, width, rows, network.output_shape(output));
  npy::write_row(bytes.data() + npy::kHeaderBytes, type, width, {kept.data(), kept.size()});
  write_atomically(options.file, bytes);
}

void run(const RunOptions& options) try {
  const ModelFile model(options.model);
  const Kernels kernels = find_kernels(options.kernels.empty() ? nullptr : options.kernels.c_str());
  if (kernels.empty()) throw Refusal("", "this machine has no kernels called " + options.kernels, "choose reference, or leave --kernels out");
  Session session(model.bytes(), kernels);
  const Network& network = session.network();
  const unsigned output = options.output.empty() ? 0 : model.find_output(options.output);
  if (output >= network.outputs()) throw Refusal("", fmt::format("the model has no output {}", output), "see nacre inspect");
  std::vector<Input> inputs;
  const std::uint64_t rows = read_inputs(options, model, network, inputs);
  std::vector<std::byte> kept;
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (unsigned i = 0; i < network.inputs(); ++i) {
      const PortRecord& port = network.input_port(i);
      const npy::Target target{network.input_type(i), network.input_bytes(i), port.scale, port.zero_point};
      if (const char* error = npy::feed(inputs[i].file, row, target, {inputs[i].text.data(), inputs[i].text.size()}))
        throw Refusal(fmt::format("row {}", row), error, "give data of the model's input type");
    }
    if (const Status status = network.run(); status != Status::ok)
      throw Refusal(fmt::format("row {}", row), name(status), "give values that the model has seen in training");
    const Span<const std::byte> elements = network.output_bytes(output);
    kept.insert(kept.end(), elements.begin(), elements.end());
  }
  write_output(options, model, output, network, rows, kept);
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

/// A .npy file as rows of text, through the same path as a run's own output.
void print_table(const std::string& path) {
  const Buffer bytes = read_table(path, {});
  npy::File file;
  if (const char* error = npy::parse({bytes.data(), bytes.size()}, &file)) throw Refusal("", error, "give a .npy file").in_file(path);
  const DataType type = file.kind == 'U' ? DataType::string : file.kind == 'f' ? (file.item == 8 ? DataType::float64 : DataType::float32) : DataType::int64;
  const std::uint64_t columns = file.rank == 0 ? 1 : file.size() / std::max<std::uint64_t>(file.shape[0], 1);
  std::vector<std::byte> row(columns * element_bytes(type));
  std::vector<char> text(columns * file.item);
  for (std::uint64_t r = 0; columns > 0 && r < file.size() / columns; ++r) {
    if (const char* error = npy::feed(file, r, {type, {row.data(), row.size()}, 0, 0}, {text.data(), text.size()})) throw Refusal("", error, "give a .npy file").in_file(path);
    for (std::uint64_t c = 0; c < columns; ++c) fmt::print("{}{}", print_element(type, row.data() + c * element_bytes(type)), c + 1 == columns ? "\n" : ",");
  }
}

}  // namespace

void add_print(CLI::App& app) {
  CLI::App* command = app.add_subcommand("print", "Print a .npy file as rows of text");
  auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "The file")->required();
  command->callback([path] { print_table(*path); });
}

void add_run(CLI::App& app) {
  CLI::App* command = app.add_subcommand("run", "Predict with a Nacre file");
  auto options = std::make_shared<RunOptions>();
  command->add_option("model", options->model, "The Nacre file")->required();
  command->add_option("--input", options->inputs, "[NAME=]FILE, .npy or .csv, once per input")->required()->expected(1)->take_all();
  command->add_option("-o", options->file, "Where the prediction goes, .npy or .csv; without it, it is printed");
  command->add_option("--output", options->output, "Name or number of the output");
  command->add_option("--kernels", options->kernels, "reference, or a kernel folder that this machine runs");
  command->callback([options] { run(*options); });
}

}  // namespace nacre::tools
