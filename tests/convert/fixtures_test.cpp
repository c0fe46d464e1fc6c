#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iterator>

#include "loader/npy/npy.hpp"
#include "nacre/kernels.hpp"
#include "tests/support/cases.hpp"
#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"
#include "tools/rows/row_check.hpp"
#include "tools/session/model_file.hpp"
#include "tools/session/session.hpp"

// Every model of tests/fixtures/models and its folders against the library that saved it.

namespace nacre::tools::test {
namespace {

struct Table {
  Buffer bytes;
  npy::File file;
};

Table read_npy(const std::string& path) {
  Table table{Buffer::map_file(path), {}};
  REQUIRE(npy::parse({table.bytes.data(), table.bytes.size()}, &table.file) == nullptr);
  return table;
}

/// Where a file of a case lies.
std::string path_of(const nlohmann::json& one, const std::string& file) {
  return fixture((std::filesystem::path(one["folder"].get<std::string>()) / file).string());
}

/// What the library answered for an output: a file of its own, or columns of one that several outputs share.
Table read_answers(const nlohmann::json& one, const nlohmann::json& expected) {
  Table whole = read_npy(path_of(one, expected["file"]));
  if (!expected.contains("columns")) return whole;
  const std::size_t item = whole.file.item, width = whole.file.shape[1] * item;
  const std::size_t begin = expected["columns"][0].get<std::size_t>() * item,
                    end = expected["columns"][1].get<std::size_t>() * item;
  std::vector<std::byte> part;
  for (std::size_t row = 0; row < whole.file.shape[0]; ++row)
    part.insert(part.end(), whole.file.data.data() + row * width + begin, whole.file.data.data() + row * width + end);
  Table answers{Buffer::from(std::move(part)), whole.file};
  answers.file.data = {answers.bytes.data(), answers.bytes.size()};
  return answers;
}

/// The dimensions of an output, without its batch.
std::vector<std::uint32_t> row_shape(const Network& network, unsigned output) {
  const Shape shape = network.output_shape(output);
  std::vector<std::uint32_t> result;
  for (unsigned axis = 1; axis < shape.rank(); ++axis) result.push_back(shape[axis]);
  return result;
}

/// Runs every row and returns output `output` as the bytes that a .npy file would hold.
std::vector<std::byte> predict(const ModelFile& model, const nlohmann::json& one, unsigned output,
                               std::uint32_t width) {
  Session session(model.bytes(), native_kernels());
  const Network& network = session.network();
  const nlohmann::json& inputs = one["inputs"];
  std::vector<Table> tables(network.inputs());
  std::vector<std::vector<char>> text(network.inputs());
  std::uint64_t rows = 0;
  npy::Text mismatch;
  for (unsigned i = 0; i < network.inputs(); ++i) {
    const unsigned index = model.find_input(inputs[i][0], i);
    tables[index] = read_npy(path_of(one, inputs[i][1]));
    REQUIRE(npy::match(tables[index].file, network.input_shape(index), &rows, &mismatch));
    text[index].resize(tables[index].file.item * network.input_shape(index).size());
  }
  std::vector<std::byte> result;
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (unsigned i = 0; i < network.inputs(); ++i) {
      const npy::Target target{network.input_type(i), network.input_bytes(i), network.input_port(i).scale,
                               network.input_port(i).zero_point};
      REQUIRE(npy::feed(tables[i].file, row, target, {text[i].data(), text[i].size()}) == nullptr);
    }
    REQUIRE(network.run() == Status::ok);
    const DataType type = network.output_type(output);
    const std::size_t start = result.size();
    result.resize(start + network.output_shape(output).size() * npy::stored_bytes(type, width));
    npy::write_row(result.data() + start, type, width, network.output_bytes(output));
  }
  return result;
}

/// An element of float32 or float64.
double real_at(const std::byte* data, std::size_t item, std::size_t index) {
  double real = 0;
  float single = 0;
  if (item == sizeof real) std::memcpy(&real, data + item * index, item);
  else std::memcpy(&single, data + item * index, item);
  return item == sizeof real ? real : static_cast<double>(single);
}

/// Of elements that are `item` bytes wide; 1 where something else than reals differs. The library may answer in another
/// type of reals.
double largest_difference(const std::vector<std::byte>& actual, std::size_t item, const npy::File& expected) {
  const std::size_t count = expected.data.size() / expected.item;
  REQUIRE(actual.size() / item == count);
  if (expected.kind != 'f') return std::memcmp(actual.data(), expected.data.data(), actual.size()) == 0 ? 0 : 1;
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i)
    largest = std::fmax(largest,
                        std::fabs(real_at(actual.data(), item, i) - real_at(expected.data.data(), expected.item, i)));
  return largest;
}

/// The number or the text at `index` of what `predict` returned.
double number_at(const std::vector<std::byte>& answers, DataType type, std::size_t index) {
  const auto read = [&](auto value) {
    std::memcpy(&value, answers.data() + index * sizeof value, sizeof value);
    return static_cast<double>(value);
  };
  return type == DataType::float32   ? read(0.0f)
         : type == DataType::float64 ? read(0.0)
         : type == DataType::int32   ? read(std::int32_t{})
                                     : read(std::int64_t{});
}
std::u32string text_at(const std::vector<std::byte>& answers, std::size_t index, std::uint32_t width) {
  std::u32string text(width, U'\0');
  std::memcpy(text.data(), answers.data() + index * width * sizeof(char32_t), width * sizeof(char32_t));
  return text.substr(0, text.find(U'\0'));
}

/// Compares with answers that expect.json itself holds: row after row, null for what is not a number.
void check_values(const ModelFile& model, const nlohmann::json& one, unsigned output, const nlohmann::json& expected) {
  constexpr std::uint32_t kWidth = 16;
  const DataType type = Session(model.bytes(), native_kernels()).network().output_type(output);
  const std::vector<std::byte> actual = predict(model, one, output, kWidth);
  const nlohmann::json& values = expected["values"];
  REQUIRE(actual.size() == values.size() * npy::stored_bytes(type, kWidth));
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    if (values[i].is_string()) {
      CHECK(text_at(actual, i, kWidth) == decode_utf8(values[i].get<std::string>()));
    } else {
      const double number = number_at(actual, type, i);
      if (values[i].is_null()) CHECK(std::isnan(number));
      else CHECK(std::fabs(number - values[i].get<double>()) <= expected["tol"].get<double>());
    }
  }
}

ConvertOptions options_of(const nlohmann::json& one, const TemporaryFolder& folder) {
  ConvertOptions options;
  for (const std::string file : one["files"]) options.files.push_back(path_of(one, file));
  options.read.select = one.value("select", std::vector<std::string>{});
  options.read.signatures = one.value("signatures", std::vector<std::string>{});
  options.read.shapes = one.value("shapes", std::vector<std::string>{});
  options.output = folder.file("model.nacre");
  return options;
}

/// Compares with answers in a file of their own.
void check_answers(const ModelFile& model, const nlohmann::json& one, unsigned output, const nlohmann::json& expected) {
  const Table truth = read_answers(one, expected);
  const Session session(model.bytes(), native_kernels());
  if (expected.contains("shape"))
    CHECK(row_shape(session.network(), output) == expected["shape"].get<std::vector<std::uint32_t>>());
  const std::vector<std::byte> actual = predict(model, one, output, truth.file.item / 4);
  const DataType type = session.network().output_type(output);
  if (truth.file.kind != 'b') {
    CHECK(largest_difference(actual, npy::stored_bytes(type, truth.file.item / 4), truth.file) <=
          expected["tol"].get<double>());
    return;
  }
  // Of booleans or, where a decision is a label, of integers: the lowest byte comes first.
  const std::size_t item = npy::stored_bytes(type, 1);
  REQUIRE(actual.size() == item * truth.file.data.size());
  for (std::size_t i = 0; i < truth.file.data.size(); ++i)
    CHECK((actual[item * i] == std::byte{1}) == (truth.file.data[i] == std::byte{1}));
}

/// Judges a row of zeros, as `nacre run` does: whatever it says of it, it comes to an end.
void judge_zeros(const ModelFile& model) {
  Session session(model.bytes(), native_kernels());
  const Network& network = session.network();
  GivenRow zeros;
  for (unsigned i = 0; i < network.inputs(); ++i) {
    const bool is_text = network.input_type(i) == DataType::string;
    const std::size_t size = network.input_shape(i).size();
    zeros.inputs.emplace_back(is_text ? 0 : size, 0.0);
    zeros.texts.emplace_back(is_text ? size : 0);
    if (!is_text) std::ranges::fill(network.input_bytes(i), std::byte{0});
  }
  if (network.run() != Status::ok) return;  // it holds a text, or a number, that training did not meet
  RowCheck check(model);
  (void)check.check(zeros, zeros, network, false);
  (void)check.stray();
}

void check_predictions(const nlohmann::json& one) {
  CAPTURE(one["files"].dump());
  CAPTURE(one["what"].get<std::string>());
  const TemporaryFolder folder;
  const ConvertOptions options = options_of(one, folder);
  convert(options);
  const ModelFile model(options.output);
  judge_zeros(model);
  for (const auto& entry : one["outputs"].items()) {
    const std::string& name = entry.key();
    const auto& expected = entry.value();
    CAPTURE(name);
    const unsigned output = name.empty() ? 0 : model.find_output(name);
    CAPTURE(expected.value("layer", ""));
    if (expected.contains("values")) check_values(model, one, output, expected);
    else check_answers(model, one, output, expected);
  }
}

/// The last minor release whose models have a test of their own; empty for what is no option of scikit-learn.
std::string release_of(const nlohmann::json& one) {
  if (one["folder"] != "options_sklearn") return "";
  const std::string file = one["files"].back();  // FAMILY_RELEASE.pkl.gz
  const std::size_t begin = file.rfind('_') + 1;
  return file.substr(begin, file.find('.', file.find('.', begin) + 1) - begin);
}

constexpr const char* kReleases[] = {"0.18", "0.20", "0.22", "1.0", "1.3", "1.6", "1.9"};

bool has_own_test(const std::string& release) {
  return std::find(std::begin(kReleases), std::end(kReleases), release) != std::end(kReleases);
}

/// Thousands, so that each release is a test, and tests run side by side. With sanitizers, under which they would take
/// six minutes of a processor, one in NACRE_TESTED_ONE_IN: all of them run without.
void check_release(const std::string& release) {
  std::size_t models = 0;
  for (const auto& one : fixture_cases()) {
    if (one["expect"] != "convert" || release_of(one) != release) continue;
    if (models++ % NACRE_TESTED_ONE_IN == 0) check_predictions(one);
  }
  CHECK(models > 0);
}

TEST_SUITE("fixtures") {
  TEST_CASE("every saved model predicts what the library that saved it predicted") {
    for (const auto& one : fixture_cases())
      if (one["expect"] == "convert" && !has_own_test(release_of(one))) check_predictions(one);
  }

  TEST_CASE("every option of scikit-learn 0.18 predicts what that release predicted") { check_release(kReleases[0]); }
  TEST_CASE("every option of scikit-learn 0.20 predicts what that release predicted") { check_release(kReleases[1]); }
  TEST_CASE("every option of scikit-learn 0.22 predicts what that release predicted") { check_release(kReleases[2]); }
  TEST_CASE("every option of scikit-learn 1.0 predicts what that release predicted") { check_release(kReleases[3]); }
  TEST_CASE("every option of scikit-learn 1.3 predicts what that release predicted") { check_release(kReleases[4]); }
  TEST_CASE("every option of scikit-learn 1.6 predicts what that release predicted") { check_release(kReleases[5]); }
  TEST_CASE("every option of scikit-learn 1.9 predicts what that release predicted") { check_release(kReleases[6]); }

  TEST_CASE("what cannot be converted is refused by name and leaves no file behind") {
    for (const auto& one : fixture_cases()) {
      if (one["expect"] != "refuse") continue;
      CAPTURE(one["files"].dump());
      CAPTURE(one["what"].get<std::string>());
      const TemporaryFolder folder;
      std::string message;
      try {
        convert(options_of(one, folder));
      } catch (const Refusal& refusal) {
        message = refusal.file() + ": " + refusal.what();
      }
      for (const std::string mention : one["mention"]) CHECK(message.find(mention) != std::string::npos);
      CHECK(folder.names().empty());
    }
  }

  TEST_CASE("the same file converts to the same bytes") {
    const Buffer first = converted({"forest.pkl"}), second = converted({"forest.pkl"});
    REQUIRE(first.size() == second.size());
    CHECK(std::memcmp(first.data(), second.data(), first.size()) == 0);
  }

  TEST_CASE("trees behind scalers convert for tables of float32 too") {
    for (const char* name : {"decimal/on_thresholds.pkl", "decimal/scaled_imputed.pkl", "decimal/scaler_twice.pkl"}) {
      CAPTURE(name);
      const TemporaryFolder folder;
      ConvertOptions options;
      options.files = {fixture(name)};
      options.input_precision = schema::InputPrecision::float32;
      options.output = folder.file("model.nacre");
      CHECK_NOTHROW(convert(options));
    }
  }

  TEST_CASE("a key chooses among several models") {
    const TemporaryFolder folder;
    ConvertOptions options;
    options.files = {fixture("two_models.joblib")};
    options.output = folder.file("model.nacre");
    options.read.select = {"third"};
    convert(options);
    CHECK(folder.names() == std::vector<std::string>{"model.nacre"});
  }
}

}  // namespace
}  // namespace nacre::tools::test
