#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tools/describe/description.hpp"

namespace nacre::describe::test {
namespace describe_test {

/// A description that is sound.
const std::string kTwice = R"(# twice

Operator 1, struct `Twice`. y may lie where x lies.

y = 2 x.

| kernel | in | activations | weights | layout | function |
|---|---|---|---|---|---|
| twice_f32 | reference | float32 |  |  |  |

| argument | is | type | shape | lies in | meaning |
|---|---|---|---|---|---|
| x | input | activations | [rows…, width] | any |  |
| scale (optional) | input | float32 | [width, 2] | weights |  |
| y | output | activations | like x | any |  |

| field | type | initial | legal | meaning |
|---|---|---|---|---|
| `least` | float | -inf | < 3e38 |  |
| `count` | int | 1 | 0 … most |  |
| `most` | int | 7 | -8 … 127 |  |
| `exact` | bool | false | any |  |
| reserved | ubyte:3 | 0 | = 0 | |
)";

std::string with(std::string text, const std::string& old_text, const std::string& new_text) {
  const std::size_t at = text.find(old_text);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old_text.size(), new_text);
}
std::string with(const std::string& old_text, const std::string& new_text) { return with(kTwice, old_text, new_text); }

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("nacre_describe_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  Folder& add(const std::string& name, const std::string& text) {
    std::ofstream(path_ / name) << text;
    return *this;
  }
  /// What is written for the loader, or what is wrong.
  std::string rules() const {
    try {
      return rules_text(read_descriptions(path_));
    } catch (const std::exception& error) {
      return error.what();
    }
  }

 private:
  std::filesystem::path path_;
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_SUITE("descriptions of operators") {
  TEST_CASE("a row of a description becomes a line of the check") {
    const std::string rules = Folder().add("twice.md", kTwice).rules();
    CAPTURE(rules);
    CHECK(holds(rules, "if (!in_range(p.most, -8, 127)) return layer.refuse_parameter(offsetof(P, most));"));
    CHECK(holds(rules, "if (p.count > p.most) return layer.refuse_parameter(offsetof(P, count));"));
    CHECK(holds(rules, "order(p.least), order(-__builtin_inff()), order(3.000000000e+38f) - 1"));
    CHECK(holds(rules, "((layer.word(12) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));"));
    CHECK(holds(rules, "if (layer.has_input(1)) {"));
    CHECK(holds(rules, "if (!layer.is_constant(1)) return layer.refuse_argument(1);"));
    CHECK(holds(rules, "const std::uint32_t* const scale = layer.dimensions(1, DataType::float32, 2);"));
    CHECK(holds(rules, "if (scale[0] != n_width) return layer.refuse_argument(1);"));
    CHECK(holds(rules, "if (!layer.is_like(layer.inputs(), layer.type(), 0))"));
    CHECK(holds(rules, "check_twice, 16, 1, 2, 1, 0, true, 0, 0,\n    OperatorRule::kNone, OperatorRule::kNone, "));
  }

  TEST_CASE("kernels whose arguments differ are checked apart, each for its own types") {
    const std::string rules =
        Folder()
            .add("twice.md", with(with(kTwice, "| float32 |  |  |  |\n", "| float32 |  |  |  |\n"
                                               "| twice_i8 | reference | int8 |  |  |  |\n"),
                                  "[width, 2]", "float32: [width, 2]; int8: [2, 8 ceil(width / 4)]"))
            .rules();
    CAPTURE(rules);
    CHECK(holds(rules, "void check_twice_float32_portable(LayerCheck& layer)"));
    CHECK(holds(rules, "void check_twice_int8_portable(LayerCheck& layer)"));
    CHECK(holds(rules, "if (!is_multiple_of_ceil(scale[1], 8, n_width, 4)) return layer.refuse_argument(1);"));
    CHECK(holds(rules, "const OperatorRule twice_int8_portable = {"));
  }

  TEST_CASE("layers of one layout may work in place where others do not") {
    const auto rules = [](const char* layout) {
      std::string text = with(kTwice, "y may lie where x lies.", "dsp: y may lie where x lies if it is as wide.");
      text = with(text, "| float32 |  |  |  |", "| float32 |  | " + std::string(layout) + " |  |");
      return Folder().add("twice.md", text).rules();
    };
    CHECK(holds(rules("dsp"), "check_twice, 16, 1, 2, 1, 0, true, 0, 0,"));
    CHECK(holds(rules("portable"), "check_twice, 16, 1, 2, 1, 0, false, 0, 0,"));
  }

  TEST_CASE("what is no description is refused by its file and by what is wrong") {
    std::string text, what;
    SUBCASE("no operator's line") { text = with("Operator 1, struct", "Number 1, table"), what = "must begin with"; }
    SUBCASE("another heading") { text = with("# twice", "# double"), what = "the operator's word"; }
    SUBCASE("a table of something else") { text = with("| kernel |", "| row |"), what = "begins with row"; }
    SUBCASE("a row too short") { text = with("| twice_f32 | reference |", "| twice_f32 |"), what = "lacks the column"; }
    SUBCASE("a field out of line") { text = with("| int | 1 |", "| bool | 1 |"), what = "larger fields go first"; }
    SUBCASE("no reserved bytes") { text = with("| reserved |", "| rest |"), what = "end in reserved bytes"; }
    SUBCASE("a size that no word fills") { text = with("ubyte:3", "ubyte:2"), what = "a multiple of 4"; }
    SUBCASE("like what is not there") { text = with("like x", "like z"), what = "what is z?"; }
    SUBCASE("a shape for another kernel only") {
      text = with("[width, 2]", "int8: [width, 2]"), what = "says nothing of scale for twice_f32";
    }
    SUBCASE("a gap in the numbers") { text = with("Operator 1,", "Operator 2,"), what = "without gaps"; }
    const std::string said = Folder().add("twice.md", text).rules();
    CAPTURE(said);
    CHECK(holds(said, what));
    CHECK(holds(said, "twice"));
  }
}

}  // namespace describe_test
}  // namespace nacre::describe::test
