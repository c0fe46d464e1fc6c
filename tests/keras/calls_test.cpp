#include "tools/keras/calls.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

/// A call of `layer` that reads the first outputs of other layers, named after it.
KerasCall call(const std::string& layer, const std::vector<std::string>& reads) {
  KerasCall result{nullptr, layer, 0, {}};
  for (const std::string& other : reads) result.inputs.push_back({{other, 0, 0}, ""});
  return result;
}

/// The layers in the order in which they are called, of a model whose input is x.
std::string order(KerasCalls calls) {
  std::string layers;
  calls.have({"x", 0, 0});
  while (const KerasCall* next = calls.next()) {
    layers += next->name;
    calls.made(1);
  }
  return layers;
}

KerasCalls listed(const std::vector<KerasCall>& list) {
  KerasCalls calls;
  for (const KerasCall& one : list) calls.add(one);
  return calls;
}

TEST_SUITE("calls of Keras layers") {
  TEST_CASE("are made in the order of the list, and on another way where one stands before what it reads") {
    CHECK(order(listed({call("a", {"x"}), call("b", {"x"}), call("c", {"a", "b"})})) == "abc");
    CHECK(order(listed({call("c", {"b"}), call("b", {"a"}), call("a", {"x"})})) == "abc");
    CHECK(order(listed({call("d", {"c"}), call("a", {"x"}), call("c", {"a"}), call("b", {"d"})})) == "acdb");
    CHECK(order(listed({call("b", {"a"}), call("a", {"x", "x"}), call("c", {"a"})})) == "acb");
  }

  TEST_CASE("that wait for each other, or for nothing, are not made") {
    CHECK(order(listed({call("a", {"b"}), call("b", {"a"}), call("c", {"x"}), call("d", {})})) == "c");
  }

  TEST_CASE("of two layers of one name the first counts") {
    CHECK(order(listed({call("a", {"x"}), call("a", {"x"}), call("b", {"a"})})) == "ab");
  }

  TEST_CASE("read no output that a layer has not made") {
    KerasCalls calls = listed({call("a", {"x"})});
    KerasCall second = call("b", {});
    second.inputs.push_back({{"a", 0, 1}, ""});
    calls.add(second);
    CHECK_THROWS_WITH_AS(order(std::move(calls)), doctest::Contains("reads output 1 of layer a"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
