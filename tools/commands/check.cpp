// Compares a model's answers with those of the library that made it, on rows of the user's own.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/real.hpp"
#include "tools/common/refusal.hpp"
#include "tools/data/data_file.hpp"
#include "tools/rows/run_rows.hpp"
#include "tools/session/answer_text.hpp"

namespace nacre::tools {
namespace {

constexpr double kShare = 1e-3;  // of the largest answer: what a conversion allows, too

/// What a library predicted: one row for each that the model predicts, in the type of the model's output.
class Expected {
 public:
  Expected(const std::string& path, const std::string& output_name, DataType type, const Shape& shape,
           std::uint64_t rows)
      : type_(type) {
    TableUse use;
    use.type = type;
    use.columns = shape.size() / shape[0];
    use.name = output_name;
    table_ = read_table(path, use);
    if (const char* error = npy::parse({table_.bytes.data(), table_.bytes.size()}, &file_))
      throw Refusal("", error, "give what the library predicted as .npy or .csv");
    std::uint64_t found = 0;
    npy::Text error;
    if (!npy::match(file_, shape, &found, &error))
      throw Refusal("", error.c_str(),
                    "choose the output that these are predictions of with --output; nacre inspect lists them");
    if (found != rows)
      throw Refusal("", fmt::format("has {} rows, and {} were predicted", found, rows),
                    "give one prediction for each row of the input; in a .csv file, below a header");
    elements_.resize(shape.size() * element_bytes(type));
    text_.resize(4 * shape.size() * std::max<std::size_t>(file_.item, 1));
  }

  unsigned lines_above() const { return table_.lines_above; }
  /// Elements of a row; texts are valid until the next call.
  std::span<const std::byte> row(std::uint64_t row) {
    const npy::Target target{type_, {elements_.data(), elements_.size()}, 1, 0};
    if (const char* error = npy::feed(file_, row, target, {text_.data(), text_.size()}))
      throw Refusal(fmt::format("row {}", row + table_.lines_above), error,
                    "give predictions of the type of the output");
    return elements_;
  }

 private:
  DataType type_;
  Table table_;
  npy::File file_;
  std::vector<std::byte> elements_;
  std::vector<char> text_;
};

struct Cell {
  std::uint64_t row = 0;
  std::size_t column = 0;
};

struct Comparison {
  std::uint64_t rows = 0, unequal_rows = 0;
  Cell first_unequal;
  std::string given, wanted;  ///< there, as texts
  double error = 0, largest = 0;
  Cell worst;
  unsigned lines_above = 0;  ///< of a CSV file of what is expected: its header, and people count from 1

  std::string row_of(const Cell& cell) const { return fmt::format("row {}", cell.row + lines_above); }
  std::string place_of(const Cell& cell) const {
    return fmt::format("{}, column {}", row_of(cell), cell.column + (lines_above > 0 ? 1 : 0));
  }
};

double real_at(DataType type, const std::byte* at) {
  if (type == DataType::float64) {
    double value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  float value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// How far two reals lie from each other: equal infinities and two missing values do not.
double error_of(double given, double wanted) {
  if (given == wanted || (std::isnan(given) && std::isnan(wanted))) return 0;
  const double error = std::abs(given - wanted);
  return std::isnan(error) ? INFINITY : error;
}

void compare_row(DataType type, const std::byte* given, const std::byte* wanted, std::size_t count,
                 Comparison* comparison) {
  const std::size_t size = element_bytes(type);
  const std::uint64_t row = comparison->rows++;
  bool is_unequal = false;
  for (std::size_t i = 0; i < count; ++i, given += size, wanted += size) {
    if (is_real(type)) {
      const double expected = real_at(type, wanted), error = error_of(real_at(type, given), expected);
      if (std::isfinite(expected)) comparison->largest = std::max(comparison->largest, std::abs(expected));
      if (error > comparison->error) comparison->error = error, comparison->worst = {row, i};
    } else if (const std::string is = element_text(type, given), was = element_text(type, wanted); is != was) {
      if (!is_unequal && comparison->unequal_rows == 0)
        comparison->first_unequal = {row, i}, comparison->given = is, comparison->wanted = was;
      is_unequal = true;
    }
  }
  comparison->unequal_rows += is_unequal ? 1 : 0;
}

Comparison compare(const CheckOptions& options, const ModelFile& model, unsigned output) {
  const Network& network = model.network();
  InputFiles inputs(options.inputs, model, network, options.csv);
  print_remarks(inputs);
  const DataType type = network.output_type(output);
  const Shape shape = network.output_shape(output);
  try {
    Expected expected(options.expected, model.output_name(output), type, shape, inputs.rows());
    const std::vector<std::byte> given = run_rows(model, inputs, {output}, options.allow_rounding).front();
    Comparison comparison;
    comparison.lines_above = expected.lines_above();
    const std::size_t row_bytes = shape.size() * element_bytes(type);
    for (std::uint64_t row = 0; row < inputs.rows(); ++row)
      compare_row(type, given.data() + row * row_bytes, expected.row(row).data(), shape.size(), &comparison);
    return comparison;
  } catch (const Refusal& refusal) {
    throw refusal.in_file(options.expected);
  }
}

void refuse_what_differs(const Comparison& found, double tolerance) {
  if (found.unequal_rows > 0)
    throw Refusal(found.row_of(found.first_unequal),
                  fmt::format("the model gives {}, and {} is expected ({} of {} rows differ)", printable(found.given),
                              printable(found.wanted), found.unequal_rows, found.rows),
                  "make sure that both predict with the same model, on the same rows in the same order");
  if (found.error > tolerance)
    throw Refusal(found.place_of(found.worst),
                  fmt::format("the model is off by {:.3g}, and {:.3g} is allowed (the largest expected answer is "
                              "{:.6g})", found.error, tolerance, found.largest),
                  "make sure that both predict with the same model and rows, or allow more with --tolerance");
}

}  // namespace

void check_model(const CheckOptions& options) try {
  const ModelFile model(options.model, kernels_named(options.kernels));
  const unsigned output = options.output.empty() ? 0 : model.find_output(options.output);
  const Comparison found = compare(options, model, output);
  const double tolerance = options.tolerance < 0 ? kShare * found.largest : options.tolerance;
  try {
    refuse_what_differs(found, tolerance);
  } catch (const Refusal& refusal) {
    throw refusal.in_file(options.expected);
  }
  const bool is_reals = is_real(model.network().output_type(output));
  if (options.json)
    print_json("check", {{"ok", true},
                         {"output", model.output_name(output)},
                         {"rows", found.rows},
                         {"differing_rows", found.unequal_rows},
                         {"largest_error", found.error},
                         {"row", found.worst.row},
                         {"column", found.worst.column},
                         {"largest_expected", found.largest},
                         {"tolerance", tolerance}});
  else if (is_reals)
    fmt::print("{}: {} rows, largest error {:.3g} ({}), {:.3g} allowed\n",
               printable(model.output_name(output)), found.rows, found.error, found.place_of(found.worst), tolerance);
  else fmt::print("{}: {} rows, all equal\n", printable(model.output_name(output)), found.rows);
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

}  // namespace nacre::tools
