#include "tools/session/input_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "tools/common/refusal.hpp"
#include "tools/data/csv.hpp"
#include "tools/data/table.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kSeeShapes = "see with nacre inspect what it takes";

/// What a CSV file for input `index` must hold.
TableUse use_of(const ModelFile& model, const Network& network, unsigned index) {
  const Shape shape = network.input_shape(index);
  TableUse use;
  use.type = network.input_type(index);
  use.columns = shape.size() / shape[0];
  if (model.description() == nullptr) return use;
  const schema::PortDescription& port = *model.description()->inputs()->Get(index);
  if (port.features() != nullptr)
    for (const auto* feature : *port.features()) use.features.push_back(feature->str());
  if (port.categories() != nullptr)
    for (const schema::Categories* listed : *port.categories()) {
      ColumnTexts& column = use.texts[listed->column()];
      column.refuses_others = listed->refuses_others();
      for (const auto* text : *listed->texts()) column.texts.push_back(text->str());
    }
  use.refuses_missing = (network.input_port(index).flags & PortRecord::kRefusesMissing) != 0;
  if (port.places() == nullptr || model.description()->table() == nullptr) return use;
  for (const auto* column : *model.description()->table()) use.table.push_back(column->str());
  for (const std::uint32_t place : *port.places()) use.places.push_back(place);
  return use;
}

/// Whether one file without a name has the columns of all inputs.
bool is_table_of_all(const std::vector<std::string>& arguments, const ModelFile& model) {
  const schema::Description* const description = model.description();
  if (arguments.size() != 1 || description == nullptr || description->table() == nullptr) return false;
  for (const schema::PortDescription* port : *description->inputs())
    if (port->places() == nullptr) return false;
  return std::filesystem::exists(arguments[0]) &&
         recognise(Buffer::map_file(arguments[0]).bytes()) != Format::npy;
}

}  // namespace

InputFiles::InputFiles(const std::vector<std::string>& arguments, const ModelFile& model, const Network& network)
    : model_(model), network_(network), inputs_(network.inputs()) {
  // Those that name their input first: the others take what is left.
  std::vector<std::string> ordered = arguments;
  std::stable_partition(ordered.begin(), ordered.end(),
                        [&](const std::string& argument) { return named_input(argument) != network_.inputs(); });
  for (const std::string& argument : ordered) {
    std::string path;
    const unsigned index = input_of(argument, &path);
    open(index, path);
    for (unsigned i = 0; i < inputs_.size() && is_table_of_all(arguments, model); ++i)
      if (i != index) open(i, path);
  }
  Obstacles missing;
  for (unsigned i = 0; i < inputs_.size(); ++i)
    if (inputs_[i].path.empty())
      missing.add(
          {"input " + model_.input_name(i), "no data is given for it", "give each input with --input NAME=FILE"});
  missing.refuse_if_any();
  for (GivenRow* row : {&given_, &rounded_}) row->inputs.resize(inputs_.size()), row->texts.resize(inputs_.size());
  for (const Input& input : inputs_)
    given_.is_float32 = given_.is_float32 && !(input.file.kind == 'f' && input.file.item == 8);
}

unsigned InputFiles::named_input(const std::string& argument) const {
  const std::size_t equals = argument.find('=');
  return equals == std::string::npos ? network_.inputs()
                                     : model_.find_input(argument.substr(0, equals), network_.inputs());
}

unsigned InputFiles::input_of(const std::string& argument, std::string* path) const {
  const unsigned none = network_.inputs();
  const std::size_t equals = argument.find('=');
  unsigned index = named_input(argument);
  if (index != none) {
    *path = argument.substr(equals + 1);
  } else {
    *path = argument;
    if (equals != std::string::npos && !std::filesystem::exists(argument))
      throw Refusal("", "the model has no input " + argument.substr(0, equals),
                    "choose among: " + model_.input_names());
    const auto first =
        std::find_if(inputs_.begin(), inputs_.end(), [](const Input& input) { return input.path.empty(); });
    index = static_cast<unsigned>(first - inputs_.begin());
  }
  if (index == none || !inputs_[index].path.empty())
    throw Refusal("", "the model has no input left for it", "give each input once: " + model_.input_names())
        .in_file(*path);
  return index;
}

void InputFiles::open(unsigned index, const std::string& path) try {
  Input& input = inputs_[index];
  input.path = path;
  const Table table = read_table(input.path, use_of(model_, network_, index));
  input.bytes = table.bytes;
  input.lines_above = table.lines_above;
  input.columns = table.columns.empty() ? use_of(model_, network_, index).features : table.columns;
  const std::string warning = input.path + ": " + table.warning;
  if (!table.warning.empty() && std::ranges::find(warnings_, warning) == warnings_.end()) warnings_.push_back(warning);
  std::uint64_t rows = 0;
  npy::Text mismatch;
  if (const char* error = npy::parse({input.bytes.data(), input.bytes.size()}, &input.file))
    throw Refusal("", error, "save the data again as .npy or .csv");
  if (!npy::match(input.file, network_.input_shape(index), &rows, &mismatch))
    throw Refusal("", mismatch.c_str(), kSeeShapes);
  if (rows_ != 0 && rows != rows_)
    throw Refusal("", fmt::format("it has {} rows, the other inputs have {}", rows, rows_),
                  "give the same rows for every input");
  rows_ = rows;
  if (input.file.kind == 'U') input.text.resize(network_.input_shape(index).size() * std::size_t{input.file.item});
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

std::vector<std::string> InputFiles::paths_and(const std::string& other) const {
  std::vector<std::string> paths{other};
  for (const Input& input : inputs_) paths.push_back(input.path);
  return paths;
}

void InputFiles::feed(std::uint64_t row) {
  for (unsigned i = 0; i < inputs_.size(); ++i) {
    Input& input = inputs_[i];
    const PortRecord& port = network_.input_port(i);
    const npy::Target target{network_.input_type(i), network_.input_bytes(i), port.scale, port.zero_point};
    if (const char* error = npy::feed(input.file, row, target, {input.text.data(), input.text.size()}))
      throw Refusal(fmt::format("row {}", row + input.lines_above), error, kSeeShapes).in_file(input.path);
    keep(i, row);
  }
}

void InputFiles::keep(unsigned index, std::uint64_t row) {
  const Span<const float> narrow = network_.input<float>(index);
  const Span<const double> wide = network_.input<double>(index);
  const npy::File& file = inputs_[index].file;
  std::vector<double>&given = given_.inputs[index], &rounded = rounded_.inputs[index];
  rounded.assign(narrow.begin(), narrow.end());
  rounded.insert(rounded.end(), wide.begin(), wide.end());
  given = rounded;
  given_.texts[index].clear();
  for (const String& text : network_.input<String>(index)) given_.texts[index].emplace_back(text.data, text.size);
  rounded_.texts[index] = given_.texts[index];
  if (file.kind == 'f' && file.item == 8)
    for (std::size_t e = 0; e < given.size(); ++e) given[e] = npy::real(file, row * given.size() + e);
  const unsigned flags = network_.input_port(index).flags;
  for (std::size_t e = 0; e < given.size(); ++e) {
    if (std::isfinite(rounded[e])) continue;
    if (std::isfinite(given[e]))
      throw refusal_of(row, {index, e, fmt::format("{} is larger than any float32", given[e]),
                             "scale the column before training, as to other units"});
    if (std::isnan(given[e]) && (flags & PortRecord::kRefusesMissing) != 0)
      throw refusal_of(row, {index, e, "the value is missing, for which the library raises an error",
                             "fill it in, leave the row out, or train with an imputer"});
    if (std::isinf(given[e]) && (flags & PortRecord::kRefusesInfinite) != 0)
      throw refusal_of(row, {index, e, "the value is infinite, for which the library raises an error",
                             "correct it, or leave the row out"});
  }
}

Refusal InputFiles::refusal_of(std::uint64_t row, const RowProblem& problem) const {
  const Input& input = inputs_[problem.input];
  if (problem.of_whole_row)
    return Refusal(fmt::format("row {}", row + input.lines_above), problem.what, problem.advice).in_file(input.path);
  const std::string column = problem.element < input.columns.size() ? csv_field(input.columns[problem.element])
                                                                    : std::to_string(problem.element);
  return Refusal(fmt::format("row {}, column {}", row + input.lines_above, column), problem.what, problem.advice)
      .in_file(input.path);
}

void InputFiles::refuse_row(std::uint64_t row, const std::string& what, const std::string& advice) const {
  const bool is_one = std::ranges::all_of(inputs_, [&](const Input& input) { return input.path == inputs_[0].path; });
  const Refusal refusal(fmt::format("row {}", row + (is_one ? inputs_[0].lines_above : 0)), what, advice);
  throw is_one ? refusal.in_file(inputs_[0].path) : refusal;
}

}  // namespace nacre::tools
