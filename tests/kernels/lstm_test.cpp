#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace lstm_test {

using F = ActivationFunction;
constexpr std::uint32_t kBatch = 2, kTime = 5, kDepth = 3, kUnits = 4;

/// A random layer, with its numbers kept for the formula.
struct Layer {
  explicit Layer(parameters::LSTM parameters, std::uint32_t batch = kBatch) : table(parameters), batch(batch) {
    Random random(7);
    x = random.reals(batch * kTime * kDepth), kernel = random.reals(kDepth * 4 * kUnits);
    recurrent = random.reals(kUnits * 4 * kUnits), bias = random.reals(4 * kUnits);
  }

  ModelBuilder model() const {
    const MemoryKind memory = table.stateful ? MemoryKind::state : MemoryKind::activations;
    ModelBuilder model{parameters::LSTM(table)};
    model.input({batch, kTime, kDepth}, x)
        .constant({kDepth, 4 * kUnits}, kernel)
        .constant({kUnits, 4 * kUnits}, recurrent)
        .constant({4 * kUnits}, bias);
    model.output<float>(table.return_sequences ? Dimensions{batch, kTime, kUnits} : Dimensions{batch, kUnits});
    model.temporary<float>({kUnits}, memory).temporary<float>({kUnits}, memory).temporary<float>({4 * kUnits});
    return model;
  }

  double activate(F function, double value) const {
    switch (function) {
      case F::tanh: return std::tanh(value);
      case F::sigmoid: return 1 / (1 + std::exp(-value));
      case F::relu: return std::fmax(value, 0);
      case F::hard_sigmoid: return std::fmin(std::fmax(double{table.alpha} * value + double{table.beta}, 0), 1);
      default: return value;
    }
  }

  /// The outputs in double precision after `runs` runs, state kept in between where it is stateful.
  std::vector<double> expected(unsigned runs = 1) const {
    std::vector<double> result, hidden(kUnits), cell(kUnits);
    for (unsigned run = 0; run < runs; ++run) {
      result.clear();
      for (std::uint32_t n = 0; n < batch; ++n) {
        if (!table.stateful) hidden.assign(kUnits, 0), cell.assign(kUnits, 0);
        for (std::uint32_t t = 0; t < kTime; ++t) {
          step(x.data() + (n * kTime + (table.go_backwards ? kTime - 1 - t : t)) * kDepth, &hidden, &cell);
          if (table.return_sequences || t + 1 == kTime) result.insert(result.end(), hidden.begin(), hidden.end());
        }
      }
    }
    return result;
  }

  void step(const float* in, std::vector<double>* hidden, std::vector<double>* cell) const {
    const auto gate = [&](std::uint32_t at) {
      double sum = bias[at];
      for (std::uint32_t d = 0; d < kDepth; ++d) sum += double{in[d]} * kernel[d * 4 * kUnits + at];
      for (std::uint32_t u = 0; u < kUnits; ++u) sum += (*hidden)[u] * recurrent[u * 4 * kUnits + at];
      return sum;
    };
    std::vector<double> next(kUnits);
    for (std::uint32_t u = 0; u < kUnits; ++u) {
      const F g = table.recurrent_activation;
      const double input = activate(g, gate(u)), forget = activate(g, gate(kUnits + u));
      const double sum = forget * (*cell)[u] + input * activate(table.activation, gate(2 * kUnits + u)),
                   clip = table.cell_clip;
      (*cell)[u] = std::fmin(std::fmax(sum, -clip), clip);
      next[u] = activate(g, gate(3 * kUnits + u)) * activate(table.activation, (*cell)[u]);
    }
    *hidden = next;
  }

  parameters::LSTM table;
  std::uint32_t batch;
  std::vector<float> x, kernel, recurrent, bias;
};

void check(const Layer& layer, unsigned runs = 1) {
  const std::vector<float> y = layer.model().run<float>(runs);
  const std::vector<double> expected = layer.expected(runs);
  REQUIRE(y.size() == expected.size());
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == doctest::Approx(expected[i]).epsilon(1e-5));
}

TEST_SUITE("lstm") {
  TEST_CASE("an LSTM is its formula, whichever way it reads and whatever it returns") {
    parameters::LSTM table;
    SUBCASE("the last output") {}
    SUBCASE("all outputs") { table.return_sequences = true; }
    SUBCASE("backwards") { table.go_backwards = true; }
    SUBCASE("backwards, all outputs") { table.go_backwards = table.return_sequences = true; }
    SUBCASE("hard sigmoid gates") {
      table.recurrent_activation = F::hard_sigmoid, table.alpha = 0.2f, table.beta = 0.5f;
    }
    SUBCASE("relu and hard sigmoid gates") {
      table.activation = F::relu, table.recurrent_activation = F::hard_sigmoid, table.alpha = 0.2f, table.beta = 0.5f;
    }
    SUBCASE("sigmoid everywhere") { table.activation = F::sigmoid; }
    SUBCASE("linear") { table.activation = F::linear; }
    SUBCASE("relu") { table.activation = F::relu; }
    SUBCASE("a clipped cell") { table.cell_clip = 0.25f; }
    check(Layer(table));
  }

  TEST_CASE("a cell beyond its clip is the clip, on both sides, and goes on from there") {
    // Gates that are 1 and a candidate that is x: the cell adds up what it is given.
    parameters::LSTM table;
    table.activation = table.recurrent_activation = F::linear, table.cell_clip = 3, table.return_sequences = true;
    const auto cells = [&](const std::vector<float>& x) {
      ModelBuilder model{parameters::LSTM(table)};
      model.input({1, 5, 1}, x)
          .constant<float>({1, 4}, {0, 0, 1, 0})
          .constant<float>({1, 4}, {0, 0, 0, 0})
          .constant<float>({4}, {1, 1, 0, 1});
      model.output<float>({1, 5, 1}).temporary<float>({1}).temporary<float>({1}).temporary<float>({4});
      return model.run<float>();
    };
    CHECK(cells({2, 2, -1, -9, 1}) == std::vector<float>{2, 3, 2, -3, -2});
    const std::vector<float> lost = cells({1, NAN, 1, INFINITY, 2});
    CHECK(lost[0] == 1);
    for (std::size_t i = 1; i < lost.size(); ++i) CHECK(std::isnan(lost[i]));
    table.cell_clip = INFINITY;
    CHECK(cells({1e30f, -1e30f, 1, 2, 3}) == std::vector<float>{1e30f, 0, 1, 3, 6});
  }

  TEST_CASE("a stateless LSTM starts every run anew, a stateful one goes on") {
    parameters::LSTM table;
    CHECK(Layer(table).model().run<float>(3) == Layer(table).model().run<float>(1));
    table.stateful = true;
    check(Layer(table, 1), 1);
    check(Layer(table, 1), 3);
  }

  TEST_CASE("an LSTM whose arguments do not fit is refused") {
    ModelBuilder model = Layer({}).model();
    SUBCASE("rank of x") { model.argument(0).shape = {10, 3}; }
    SUBCASE("depth of the kernel") { model.argument(1).shape = {4, 16}; }
    SUBCASE("width of the kernel") { model.argument(1).shape = {3, 12}; }
    SUBCASE("units of the recurrent kernel") { model.argument(2).shape = {3, 16}; }
    SUBCASE("width of the recurrent kernel") { model.argument(2).shape = {4, 15}; }
    SUBCASE("length of the bias") { model.argument(3).shape = {15}; }
    SUBCASE("type of the bias") { model.argument(3).type = DataType::int32; }
    SUBCASE("units of the output") { model.argument(4).shape = {2, 3}; }
    SUBCASE("batch of the output") { model.argument(4).shape = {1, 4}; }
    SUBCASE("steps of the output") { model.argument(4).shape = {2, 5, 4}; }
    SUBCASE("length of the hidden state") { model.argument(5).shape = {3}; }
    SUBCASE("length of the cell state") { model.argument(6).shape = {3}; }
    SUBCASE("length of the gates") { model.argument(7).shape = {15}; }
    SUBCASE("type of the gates") { model.argument(7).type = DataType::int32; }
    SUBCASE("a missing temporary") { model.temporaries = 2, model.arguments.pop_back(); }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("an LSTM with parameters that its kernel does not know is refused") {
    parameters::LSTM table;
    SUBCASE("activation") { table.activation = F::elu; }
    SUBCASE("recurrent activation") { table.recurrent_activation = F::softplus; }
    SUBCASE("state of a batch") { table.stateful = true; }
    CHECK(Layer(table).model().load_status() == Status::bad_parameter);
  }

  TEST_CASE("a stateful LSTM whose state would not survive the run is refused") {
    parameters::LSTM table;
    table.stateful = true;
    ModelBuilder model = Layer(table, 1).model();
    SUBCASE("hidden") { model.argument(5).memory = MemoryKind::activations; }
    SUBCASE("cell") { model.argument(6).memory = MemoryKind::activations; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace lstm_test
}  // namespace nacre::test
