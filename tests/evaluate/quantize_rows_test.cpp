#include <doctest/doctest.h>

#include <cmath>

#include "tools/operators/definition.hpp"

// How far codes may be off where the numbers that become codes are a little off.

namespace nacre::tools::test {
namespace quantize_rows_test {

Node node_of(bool symmetric) {
  OperatorParameters parameters;
  parameters.Set(parameters::QuantizeRows{.symmetric = symmetric});
  return {"rows", parameters, {0}, {1, 2, 3}};
}

std::vector<Tensor64> evaluated(const Node& node, const Tensor64& x) {
  const std::vector<TensorType> types = infer_outputs(node, {x.type});
  std::vector<Tensor64> outputs = evaluate_outputs(node, {x}, types);
  const auto errors = errors_of_outputs(node, {x}, outputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].errors = errors[i];
  return outputs;
}

Tensor64 row(std::vector<double> values, std::vector<double> errors) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {{DataType::float32, {1, count}}, std::move(values), {}, std::move(errors)};
}

TEST_SUITE("evaluation of quantize_rows") {
  TEST_CASE("codes of exact numbers are exact") {
    for (const bool symmetric : {false, true})
      for (const Tensor64& output : evaluated(node_of(symmetric), row({127, -63.5, 0.5, 3}, {})))
        CHECK(output.errors.empty());
  }

  TEST_CASE("a number between two codes may have either, others have theirs") {
    const auto outputs = evaluated(node_of(true), row({127, -63.5, 0.2, 3}, {0, 1e-6, 1e-6, 1e-6}));
    CHECK(outputs[0].values[1] == -64);
    CHECK(outputs[0].errors[0] == 0);
    CHECK(outputs[0].errors[1] == 1);
    CHECK(outputs[0].errors[2] == 0);
    CHECK(outputs[0].errors[3] == 0);
    CHECK(outputs[1].errors[0] < 1e-6);
    CHECK(outputs[2].errors[0] == 0);
  }

  TEST_CASE("a zero point between two codes may be either, and all codes with it") {
    const auto outputs = evaluated(node_of(false), row({127.5, -127.5, 100, 20}, {1e-4, 1e-4, 0, 0}));
    CHECK(outputs[2].errors[0] == 1);
    CHECK(outputs[0].errors[2] >= 1);
    const auto others = evaluated(node_of(false), row({127.4, -127.5, 100, 20}, {1e-6, 1e-6, 0, 0}));
    CHECK(others[2].errors[0] == 0);
    CHECK(others[0].errors[3] == 0);
  }

  TEST_CASE("of a row that may be all zeros nothing is known") {
    for (const bool symmetric : {false, true})
      for (const Tensor64& output : evaluated(node_of(symmetric), row({0, 1e-9}, {1e-8, 1e-8})))
        CHECK(std::isinf(output.errors.at(0)));
  }

  TEST_CASE("errors cover what a row of slightly other numbers becomes") {
    for (const bool symmetric : {false, true})
      for (int seed = 0; seed < 200; ++seed) {
        std::vector<double> values, moved, errors;
        for (int i = 0; i < 12; ++i) {
          values.push_back(static_cast<float>(std::sin(seed * 31.7 + i * 7.3) * (i + 1)));
          errors.push_back(i % 3 == 0 ? 0.05 : 1e-3);
          moved.push_back(static_cast<float>(values.back() + errors.back() * std::cos(seed + i * 5.1) * 0.99));
        }
        const auto here = evaluated(node_of(symmetric), row(values, errors));
        const auto there = evaluated(node_of(symmetric), row(moved, {}));
        for (std::size_t output = 0; output < here.size(); ++output)
          for (std::size_t i = 0; i < here[output].values.size(); ++i)
            CHECK(std::abs(here[output].values[i] - there[output].values[i]) <= here[output].errors[i]);
      }
  }
}

}  // namespace quantize_rows_test
}  // namespace nacre::tools::test
