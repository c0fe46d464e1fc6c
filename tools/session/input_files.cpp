#include "tools/session/input_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "tools/common/refusal.hpp"
#include "tools/data/csv.hpp"
#include "tools/data/data_file.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kSeeShapes = "see with nacre inspect what it takes";

/// Adds a remark on a file, once.
void add_remark(const std::string& path, const std::string& remark, std::vector<std::string>* remarks) {
  const std::string line = path + ": " + remark;
  if (!remark.empty() && std::ranges::find(*remarks, line) == remarks->end()) remarks->push_back(line);
}

}  // namespace

TableUse InputFiles::use_of(unsigned index) const {
  const Shape shape = network_.input_shape(index);
  TableUse use;
  use.csv = csv_;
  use.name = model_.input_name(index);
  use.type = network_.input_type(index);
  use.columns = shape.size() / shape[0];
  if (model_.description() == nullptr) return use;
  const schema::PortDescription& port = *model_.description()->inputs()->Get(index);
  if (port.features() != nullptr)
    for (const auto* feature : *port.features()) use.features.push_back(feature->str());
  if (port.categories() != nullptr)
    for (const schema::Categories* listed : *port.categories()) {
      ColumnTexts& column = use.texts[listed->column()];
      column.refuses_others = listed->refuses_others();
      for (const auto* text : *listed->texts()) column.texts.push_back(text->str());
    }
  if (port.missing() != nullptr)
    for (const schema::Missing* missing : *port.missing())
      use.quoted[missing->element()] = missing->kind() == schema::MissingKind::none ? "None" : "an empty text";
  use.refuses_missing = (network_.input_port(index).flags & PortRecord::kRefusesMissing) != 0;
  if (port.places() == nullptr || model_.description()->table() == nullptr) return use;
  for (const auto* column : *model_.description()->table()) use.table.push_back(column->str());
  for (const std::uint32_t place : *port.places()) use.places.push_back(place);
  return use;
}

const Buffer& InputFiles::contents(const std::string& path) {
  if (!contents_.contains(path)) contents_[path] = read_data(path);
  return contents_[path];
}

bool InputFiles::is_for_all(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1 || network_.inputs() < 2 || named_input(arguments[0]) != network_.inputs()) return false;
  if (arguments[0] != "-" && !std::filesystem::exists(arguments[0])) return false;
  const Buffer& content = contents(arguments[0]);
  std::vector<std::string> names;
  for (unsigned i = 0; i < network_.inputs(); ++i) names.push_back(model_.input_name(i));
  const Format format = recognise(content.bytes());
  if (format == Format::npz) return has_arrays(content, names);
  const schema::Description* const description = model_.description();
  if (format == Format::npy || description == nullptr || description->table() == nullptr) return false;
  return std::ranges::all_of(*description->inputs(), [](const auto* port) { return port->places() != nullptr; });
}

void InputFiles::require_dropped() const {
  for (const std::string& column : csv_.drop)
    if (std::ranges::find(dropped_, column) == dropped_.end())
      throw Refusal("header", "there is no column " + csv_field(column) + " to drop",
                    "name a column of the file, as its first line does")
          .in_file(inputs_[0].path);
}

InputFiles::InputFiles(const std::vector<std::string>& arguments, const ModelFile& model, const Network& network,
                       CsvOptions csv)
    : model_(model), network_(network), csv_(std::move(csv)), inputs_(network.inputs()) {
  if (std::ranges::count_if(arguments, [](const std::string& a) { return a == "-" || a.ends_with("=-"); }) > 1)
    throw Refusal("", "it is given for several inputs", "give the others as files").in_file(shown_path("-"));
  // Those that name their input first: the others take what is left.
  std::vector<std::string> ordered = arguments;
  std::stable_partition(ordered.begin(), ordered.end(),
                        [&](const std::string& argument) { return named_input(argument) != network_.inputs(); });
  for (const std::string& argument : ordered) {
    std::string path;
    const unsigned index = input_of(argument, &path);
    open(index, path);
    if (is_for_all(arguments))
      for (unsigned i = 0; i < inputs_.size(); ++i)
        if (i != index) open(i, path);
  }
  Obstacles missing;
  for (unsigned i = 0; i < inputs_.size(); ++i)
    if (inputs_[i].path.empty())
      missing.add(
          {"input " + model_.input_name(i), "no data is given for it", "give each input with --input NAME=FILE"});
  missing.refuse_if_any();
  require_dropped();
  contents_.clear();
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
        .in_file(shown_path(*path));
  return index;
}

void InputFiles::open(unsigned index, const std::string& path) try {
  Input& input = inputs_[index];
  input.path = shown_path(path);
  const Table table = table_of(contents(path), use_of(index));
  input.bytes = table.bytes;
  input.lines_above = table.lines_above;
  input.columns = table.columns.empty() ? use_of(index).features : table.columns;
  dropped_.insert(dropped_.end(), table.dropped.begin(), table.dropped.end());
  add_remark(input.path, table.warning, &warnings_);
  add_remark(input.path, table.note, &notes_);
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
  throw refusal.in_file(shown_path(path));
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
