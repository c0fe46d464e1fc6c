#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace quantized_lstm_test {

using Bytes = std::vector<std::int8_t>;
using Words = std::vector<std::int32_t>;
constexpr std::uint32_t kBatch = 2, kTime = 5, kDepth = 3, kUnits = 4, kWidth = 4 * kUnits;

/// What rescales to itself, for each gate.
const Words kOnes{1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1, 1 << 30, 1};

/// A random layer whose stored numbers stand for reals: x and hidden are 1/128 of theirs, weights 1/16, a
/// gate's sum therefore 1/2048, which is twice Q3.12.
struct Layer {
  explicit Layer(parameters::QuantizedLSTM parameters) : table(parameters) {
    Random random(7);
    x = random.integers<std::int8_t>(kBatch * kTime * kDepth, -128, 127);
    kernel = random.integers<std::int8_t>(kWidth * kDepth, -40, 40),
    recurrent = random.integers<std::int8_t>(kWidth * kUnits, -40, 40);
    bias = random.integers<std::int32_t>(2 * kWidth, -2000, 2000);
    table.output_multiplier = 1 << 30, table.output_shift = -22;  // from Q0.30 to 1/128
  }

  ModelBuilder model() const {
    Words twice = kOnes;
    for (std::size_t i = 1; i < twice.size(); i += 2) twice[i] = 2;
    ModelBuilder model{parameters::QuantizedLSTM(table)};
    model.input({kBatch, kTime, kDepth}, x).constant({kWidth, kDepth}, kernel).constant({kWidth, kUnits}, recurrent);
    model.constant({2, kWidth}, bias).constant({8, 2}, twice);
    model.output<std::int8_t>(table.return_sequences ? Dimensions{kBatch, kTime, kUnits} : Dimensions{kBatch, kUnits});
    model.temporary<std::int8_t>({kUnits}).temporary<std::int16_t>({kUnits}).temporary<std::int16_t>({kWidth});
    return model;
  }

  /// The outputs in double precision, with the stored hidden state of every step.
  std::vector<double> expected() const {
    std::vector<double> result;
    for (std::uint32_t n = 0; n < kBatch; ++n) {
      std::vector<double> hidden(kUnits, table.initial_hidden), cell(kUnits);
      for (std::uint32_t t = 0; t < kTime; ++t) {
        step(x.data() + (n * kTime + t) * kDepth, &hidden, &cell);
        if (table.return_sequences || t + 1 == kTime) result.insert(result.end(), hidden.begin(), hidden.end());
      }
    }
    return result;
  }

  void step(const std::int8_t* in, std::vector<double>* hidden, std::vector<double>* cell) const {
    const auto gate = [&](std::uint32_t at) {
      double sum = bias[at] + bias[kWidth + at];
      for (std::uint32_t d = 0; d < kDepth; ++d) sum += in[d] * kernel[at * kDepth + d];
      for (std::uint32_t u = 0; u < kUnits; ++u) sum += (*hidden)[u] * recurrent[at * kUnits + u];
      return std::fmin(std::fmax(sum / 2048, -8), 8);
    };
    const auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
    const double clip = table.cell_clip == 0 ? 1e9 : std::ldexp(table.cell_clip, table.cell_integer_bits - 15);
    const double limit = std::fmin(clip, std::ldexp(1.0, table.cell_integer_bits));
    std::vector<double> next(kUnits);
    for (std::uint32_t u = 0; u < kUnits; ++u) {
      const double sum = sigmoid(gate(kUnits + u)) * (*cell)[u] + sigmoid(gate(u)) * std::tanh(gate(2 * kUnits + u));
      (*cell)[u] = std::fmin(std::fmax(sum, -limit), limit);
      const double real = sigmoid(gate(3 * kUnits + u)) * std::tanh((*cell)[u]);
      next[u] = std::fmin(std::fmax(std::round(128 * real) + table.output_zero_point, -128), 127);
    }
    *hidden = next;
  }

  parameters::QuantizedLSTM table;
  Bytes x, kernel, recurrent;
  Words bias;
};

/// One unit whose gates are its biases but for the candidate, which is x: input, forget and output are 16383 / 16384.
ModelBuilder counting(parameters::QuantizedLSTM table, const Bytes& x) {
  const std::int32_t open = INT16_MAX;
  table.return_sequences = true, table.output_multiplier = 1 << 30, table.output_shift = -22;
  Words rescale = kOnes;
  rescale[5] = 9;  // of the candidate and x: 256 times
  const auto steps = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{std::move(table)};
  model.input({1, steps, 1}, x).constant<std::int8_t>({4, 1}, {0, 0, 1, 0}).constant<std::int8_t>({4, 1}, {0, 0, 0, 0});
  model.constant<std::int32_t>({2, 4}, {open, open, 0, open, 0, 0, 0, 0})
      .constant({8, 2}, rescale)
      .output<std::int8_t>({1, steps, 1});
  model.temporary<std::int8_t>({1}).temporary<std::int16_t>({1}).temporary<std::int16_t>({4});
  return model;
}

TEST_SUITE("quantized_lstm") {
  TEST_CASE("a quantised LSTM is its formula to a step or two, whatever it returns and however its cell is stored") {
    parameters::QuantizedLSTM table;
    table.cell_integer_bits = 3, table.output_zero_point = -9, table.initial_hidden = 30;
    SUBCASE("the last output") {}
    SUBCASE("all outputs") { table.return_sequences = true; }
    SUBCASE("a cell without integer bits") { table.cell_integer_bits = 0, table.return_sequences = true; }
    SUBCASE("a cell with as many as there may be") { table.cell_integer_bits = 6, table.return_sequences = true; }
    SUBCASE("a clipped cell") { table.cell_clip = 1024, table.return_sequences = true; }
    const Layer layer(table);
    const Bytes y = layer.model().run<std::int8_t>();
    const std::vector<double> expected = layer.expected();
    REQUIRE(y.size() == expected.size());
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(std::abs(y[i] - expected[i]) <= 2);
  }

  TEST_CASE("a cell adds up what it is given, in 16 bits and within its clip") {
    parameters::QuantizedLSTM table;
    table.cell_integer_bits = 2;  // up to 4, of which tanh is all but 1
    const Bytes up{127, 127, 127, 127, 127, 127}, down{-128, -128, -128, -128, -128, -128};
    const Bytes most = counting(table, up).run<std::int8_t>(), least = counting(table, down).run<std::int8_t>();
    CHECK(most == Bytes{97, 123, 127, 127, 127, 127});  // 128 tanh(1), tanh(2), then what int8 holds
    CHECK(least == Bytes{-97, -123, -127, -128, -128, -128});
    table.cell_clip = 4096;  // 1/2: 128 tanh(1/2) is 59.2
    CHECK(counting(table, up).run<std::int8_t>() == Bytes{59, 59, 59, 59, 59, 59});
    CHECK(counting(table, down).run<std::int8_t>() == Bytes{-59, -59, -59, -59, -59, -59});
  }

  TEST_CASE("a quantised LSTM starts every run anew") {
    CHECK(Layer({}).model().run<std::int8_t>(3) == Layer({}).model().run<std::int8_t>(1));
  }

  TEST_CASE("a quantised LSTM whose arguments do not fit is refused") {
    ModelBuilder model = Layer({}).model();
    Status expected = Status::bad_arguments;
    SUBCASE("rank of x") { model.argument(0).shape = {10, 3}; }
    SUBCASE("depth of the kernel") { model.argument(1).shape = {16, 4}; }
    SUBCASE("rows of the kernel") { model.argument(1).shape = {12, 3}; }
    SUBCASE("units of the recurrent kernel") { model.argument(2).shape = {16, 3}; }
    SUBCASE("rows of the recurrent kernel") { model.argument(2).shape = {15, 4}; }
    SUBCASE("type of the recurrent kernel") { model.argument(2).type = DataType::uint8; }
    SUBCASE("one bias") { model.argument(3).shape = {1, 16}; }
    SUBCASE("length of the biases") { model.argument(3).shape = {2, 15}; }
    SUBCASE("rank of the biases") { model.argument(3).shape = {32}; }
    SUBCASE("number of pairs") { model.argument(4).shape = {7, 2}; }
    SUBCASE("pairs that are none") { model.argument(4).shape = {8, 1}; }
    SUBCASE("pairs that may change") { model.argument(4).memory = MemoryKind::activations; }
    SUBCASE("units of the output") { model.argument(5).shape = {2, 3}; }
    SUBCASE("batch of the output") { model.argument(5).shape = {1, 4}; }
    SUBCASE("steps of the output") { model.argument(5).shape = {2, 5, 4}; }
    SUBCASE("length of the hidden state") { model.argument(6).shape = {3}; }
    SUBCASE("length of the cell state") { model.argument(7).shape = {3}; }
    SUBCASE("type of the cell state") { model.argument(7).type = DataType::int8; }
    SUBCASE("length of the gates") { model.argument(8).shape = {15}; }
    SUBCASE("a missing temporary") { model.temporaries = 2, model.arguments.pop_back(); }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("a quantised LSTM with pairs that its kernel cannot rescale by is refused") {
    for (const std::size_t pair : {0, 3, 7})
      for (const auto& [place, bad] : {std::pair{0, -1}, std::pair{1, 31}, std::pair{1, -32}}) {
        CAPTURE(pair);
        ModelBuilder model = Layer({}).model();
        std::memcpy(model.argument(4).bytes.data() + (2 * pair + static_cast<std::size_t>(place)) * 4, &bad,
                    sizeof bad);
        CHECK(model.load_status() == Status::bad_weights);
      }
  }

  TEST_CASE("a quantised LSTM with parameters outside their range is refused") {
    ModelBuilder model = Layer({}).model();
    auto& table = model.parameters<parameters::QuantizedLSTM>();
    SUBCASE("integer bits") { table.cell_integer_bits = 7; }
    SUBCASE("a negative clip") { table.cell_clip = -1; }
    SUBCASE("a clip beyond 16 bits") { table.cell_clip = 32768; }
    SUBCASE("multiplier") { table.output_multiplier = -1; }
    SUBCASE("shift too far left") { table.output_shift = 31; }
    SUBCASE("shift too far right") { table.output_shift = -32; }
    CHECK(model.load_status() == Status::bad_parameter);
  }
}

}  // namespace quantized_lstm_test
}  // namespace nacre::test
