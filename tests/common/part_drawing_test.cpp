#include "tools/common/part_drawing.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Lines = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& what) { throw Refusal("here", what, "leave it out"); }

std::vector<ModelPart> parts_of(const Obstacles& obstacles) {
  try {
    obstacles.refuse_if_any();
  } catch (const Refusal& refusal) {
    return refusal.parts();
  }
  FAIL("nothing was refused");
  return {};
}

/// A pipeline whose second step has a branch that is refused, and a third step that needs it.
void attempt_pipeline(Obstacles& obstacles) {
  obstacles.attempt("Pipeline", [&] {
    Obstacles steps;  // a collector of its own, as readers of nested models have
    steps.attempt("scale", [] {});
    steps.attempt("columns", [&] {
      steps.attempt("left", [] { refuse("it is blue"); });
      steps.attempt("right", [] {});
    });
    steps.leave("model");
    steps.refuse_if_any();
  });
}

TEST_SUITE("the tree of a refused model") {
  TEST_CASE("each part is marked by what was found in its way, which stands under it with the way out") {
    Obstacles obstacles;
    attempt_pipeline(obstacles);
    CHECK(draw_parts(parts_of(obstacles), Characters::unicode) == Lines{"✗ Pipeline",
                                                                        "├─ ✓ scale",
                                                                        "├─ ✗ columns",
                                                                        "│  ├─ ✗ left",
                                                                        "│  │     it is blue",
                                                                        "│  │     → leave it out",
                                                                        "│  └─ ✓ right",
                                                                        "└─ – model"});
    CHECK(draw_parts(parts_of(obstacles), Characters::ascii) == Lines{"[no] Pipeline",
                                                                      "|- [ok] scale",
                                                                      "|- [no] columns",
                                                                      "|  |- [no] left",
                                                                      "|  |     it is blue",
                                                                      "|  |     -> leave it out",
                                                                      "|  `- [ok] right",
                                                                      "`- [--] model"});
  }

  TEST_CASE("the obstacles of all parts are those of the refusal") {
    Obstacles obstacles;
    attempt_pipeline(obstacles);
    try {
      obstacles.refuse_if_any();
    } catch (const Refusal& refusal) {
      CHECK(refusal.lines() == Lines{"here: it is blue; leave it out"});
      const Refusal changed = refusal.changed([](Obstacle& obstacle) { obstacle.what = "it is red"; });
      CHECK(changed.parts()[0].parts[1].parts[0].obstacles[0].what == "it is red");
    }
  }

  TEST_CASE("what a part notes and goes on is its own, and giving up adds nothing to it") {
    Obstacles obstacles;
    CHECK(obstacles.attempt("masked", [&] { return obstacles.attempt([] { refuse("mask"); }), 5; }) == 5);
    CHECK(!obstacles.attempt("ended", [&] {
      obstacles.attempt("inside", [] { refuse("odd"); });
      obstacles.give_up();
    }));
    const std::vector<ModelPart> parts = parts_of(obstacles);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].obstacles.size() == 1);
    CHECK(parts[1].obstacles.empty());
    CHECK(parts[1].is_refused());
  }

  TEST_CASE("many parts that nothing is in the way of are one line, and one part alone is not drawn") {
    Obstacles obstacles;
    for (int i = 0; i < 9; ++i) obstacles.attempt("CONV_" + std::to_string(i), [] {});
    obstacles.attempt("IF_9", [] { refuse("it branches"); });
    CHECK(draw_parts(parts_of(obstacles), Characters::unicode)[0] == "✓ CONV_0 … CONV_8 (9)");
    Obstacles alone;
    alone.attempt("Tree", [] { refuse("it is blue"); });
    CHECK(draw_parts(parts_of(alone), Characters::unicode) == Lines{});
  }

  TEST_CASE("a drawing has an end, and so has what is collected for it") {
    Obstacles obstacles;
    for (int i = 0; i < 20'000; ++i)
      obstacles.attempt("layer " + std::to_string(i), [&] { refuse("it is number " + std::to_string(i)); });
    const std::vector<ModelPart> parts = parts_of(obstacles);
    CHECK(parts.size() == 10'000);
    const Lines lines = draw_parts(parts, Characters::ascii);
    CHECK(lines.size() == 81);
    CHECK(lines.back() == "29920 more lines; --json has all parts");
  }
}

}  // namespace
}  // namespace nacre::tools::test
