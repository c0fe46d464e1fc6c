#include <doctest/doctest.h>

#include "tests/support/scans.hpp"

namespace nacre::test {
namespace scan_test {

using Floats = std::vector<float>;

parameters::Scan with(unsigned whole, bool backwards = false, bool stateful = false) {
  parameters::Scan table;
  table.whole = static_cast<std::uint8_t>(whole), table.go_backwards = backwards, table.stateful = stateful;
  return table;
}

TEST_SUITE("scan") {
  TEST_CASE("each step reads the state that the one before left, and a result is kept of the last step or of all") {
    CHECK(scan_model(with(0)).run<float>() == Floats{6.75f, 8.5f});
    CHECK(scan_model(with(1)).run<float>() == Floats{1, 2, 3.5f, 5, 6.75f, 8.5f});
  }

  TEST_CASE("backwards, the first result is that of the last step of the sequence") {
    CHECK(scan_model(with(1, true)).run<float>() == Floats{5, 6, 5.5f, 7, 3.75f, 5.5f});
  }

  TEST_CASE("a first state is where it starts, in every run") {
    CHECK(scan_model(with(1), true).run<float>(1) == Floats{5, 10, 5.5f, 9, 7.75f, 10.5f});
    CHECK(scan_model(with(1), true).run<float>(2) == Floats{5, 10, 5.5f, 9, 7.75f, 10.5f});
  }

  TEST_CASE("without state it starts anew in every run, with state where the last run ended") {
    CHECK(scan_model(with(0)).run<float>(2) == Floats{6.75f, 8.5f});
    CHECK(scan_model(with(0, false, true)).run<float>(2) == Floats{6.75f + 0.84375f, 8.5f + 1.0625f});
  }

  TEST_CASE("rows of a batch have steps and states of their own") {
    parameters::Scan table = with(1);
    ModelBuilder model(table);
    model.input<float>({2, 2, 1}, {1, 2, 3, 4}).output<float>({2, 2, 1});
    model.temporary<float>({2, 1}).temporary<float>({2, 1}).temporary<float>({2, 1}).temporary<float>({2, 1});
    model.complete = [](ModelParts& parts) {  // y = softmax of each step alone is 1: what is copied is the step
      const std::uint32_t step = 3, next = 4;
      parts.arguments.back() = step;
      parts.add_layer(parameters::Softmax{}, {2}, {next});
      parts.layers[0].mutate_body(1);
    };
    CHECK(model.run<float>() == Floats{1, 2, 3, 4});
  }
}

}  // namespace scan_test
}  // namespace nacre::test
