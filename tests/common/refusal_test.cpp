#include "tools/common/refusal.hpp"

#include <doctest/doctest.h>

#include "tools/commands/print_json.hpp"

namespace nacre::tools::test {
namespace {

using Lines = std::vector<std::string>;

Refusal refusal_of(const Obstacles& obstacles) {
  try {
    obstacles.refuse_if_any();
  } catch (const Refusal& refusal) {
    return refusal;
  }
  FAIL("nothing was refused");
  return {"", "", ""};
}

Refusal unknown(const std::string& layer) { return {"layer " + layer, "Foo is not read yet", "leave it out"}; }

TEST_SUITE("refusals") {
  TEST_CASE("one obstacle is one line, and what() is that line without the file") {
    const Refusal refusal = Refusal("layer a", "Foo is not read yet", "leave it out").in_file("m.h5");
    CHECK(refusal.lines() == Lines{"m.h5: layer a: Foo is not read yet; leave it out"});
    CHECK(std::string(refusal.what()) == "layer a: Foo is not read yet; leave it out");
    CHECK(Refusal("", "it is empty", "save it again").lines() == Lines{"it is empty; save it again"});
  }

  TEST_CASE("several obstacles are counted, and each has a line with its own way out") {
    Obstacles obstacles;
    CHECK(!obstacles.attempt([] { throw Refusal("layer a", "it is no Dense", "make it one"); }));
    CHECK(!obstacles.attempt([]() -> int { throw Refusal("layer b", "Bar is not read yet", "wait"); }));
    CHECK(obstacles.attempt([] { return 7; }) == 7);
    CHECK(obstacles.attempt([] {}));
    const Refusal refusal = refusal_of(obstacles).in_file("m.h5");
    CHECK(refusal.lines() == Lines{"m.h5: 2 obstacles; each is named below, with the way out",
                                   "m.h5: layer a: it is no Dense; make it one",
                                   "m.h5: layer b: Bar is not read yet; wait"});
    CHECK(refusal.where() == "layer a");
  }

  TEST_CASE("the same obstacle at many places is one line that counts them") {
    Obstacles obstacles;
    for (int i = 0; i < 40; ++i) obstacles.add(unknown(std::to_string(i)));
    CHECK(refusal_of(obstacles).lines() ==
          Lines{"layer 0, layer 1, layer 2 and 37 more: Foo is not read yet; leave it out"});
    CHECK(refusal_of(obstacles).obstacles()[0].places.size() == 40);
  }

  TEST_CASE("an obstacle met twice at one place is one") {
    Obstacles obstacles;
    for (int i = 0; i < 2; ++i) obstacles.add(unknown("a"));
    CHECK(refusal_of(obstacles).lines() == Lines{"layer a: Foo is not read yet; leave it out"});
  }

  TEST_CASE("obstacles of nested readers become obstacles of the outer one, and files keep theirs apart") {
    Obstacles inner, outer;
    inner.add(unknown("a"));
    inner.add(Refusal("", "it is empty", "save it again"));
    outer.attempt([&] { inner.refuse_if_any(); });
    outer.add(unknown("a").in_file("other.h5"));
    CHECK(refusal_of(outer).in_file("m.h5").lines() == Lines{"3 obstacles; each is named below, with the way out",
                                                             "m.h5: layer a: Foo is not read yet; leave it out",
                                                             "m.h5: it is empty; save it again",
                                                             "other.h5: layer a: Foo is not read yet; leave it out"});
  }

  TEST_CASE("without obstacles nothing is refused, and what is no refusal is not collected") {
    Obstacles obstacles;
    obstacles.refuse_if_any();
    CHECK_THROWS_AS(obstacles.attempt([] { throw std::bad_alloc(); }), std::bad_alloc);
    CHECK(obstacles.empty());
  }

  TEST_CASE("beyond forty lines obstacles are counted for a person and listed for a machine") {
    Obstacles obstacles;
    for (int i = 0; i < 50; ++i) obstacles.add(Refusal("", "obstacle " + std::to_string(i), "wait"));
    const Lines lines = refusal_of(obstacles).lines();
    CHECK(lines.size() == 42);
    CHECK(lines.back() == "10 more obstacles; list them all with --json");
    CHECK(refusal_json(refusal_of(obstacles))["obstacles"].size() == 50);
  }

  TEST_CASE("a machine gets the first obstacle, and a list of all with every place") {
    Obstacles obstacles;
    for (const char* layer : {"a", "b"}) obstacles.add(unknown(layer));
    const auto json = refusal_json(refusal_of(obstacles).in_file("m.h5"));
    CHECK(
        json.dump() ==
        R"({"file":"m.h5","where":"layer a","what":"Foo is not read yet","advice":"leave it out",)"
        R"("obstacles":[{"file":"m.h5","places":["layer a","layer b"],)"
        R"("what":"Foo is not read yet","advice":"leave it out"}],"parts":[]})");
  }
}

}  // namespace
}  // namespace nacre::tools::test
