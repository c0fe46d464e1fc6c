#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"
#include "tools/commands/html.hpp"

namespace nacre::tools::test {
namespace {

std::string page_of(const std::string& file) {
  const TemporaryFolder folder;
  const std::string page = folder.file("report.html");
  const Outcome outcome = nacre({"report", file, "-o", page});
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  return read_file(page);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_SUITE("nacre report") {
  TEST_CASE("text cannot become markup, nor control characters") {
    CHECK(html("<b>x</b>&\"'") == "&lt;b&gt;x&lt;/b&gt;&amp;&quot;&#39;");
    CHECK(!has(html("a\x1b\xff\n"), "\x1b"));
    CHECK(shortened("größer", 3) == "grö…");
    CHECK(shortened("abc", 3) == "abc");
  }

  TEST_CASE("a page has every part, and asks for nothing from elsewhere") {
    for (const char* name : {"small_int8.tflite", "pipeline.joblib", "lstm_float.tflite", "residual_int8.tflite"}) {
      CAPTURE(name);
      const std::string page = page_of(fixture(name));
      for (const char* id : {"identity", "ports", "targets", "memory", "layers", "graph", "proof"})
        CHECK(has(page, "<h2 id=\"" + std::string(id) + "\">"));
      CHECK(has(page, "this machine gives every bit"));
      CHECK(has(page, "rows, "));
      for (const char* link : {"src=", "href=", "<script", "url(http", "@import"}) CHECK(!has(page, link));
    }
  }

  TEST_CASE("names of the model stand on the page as text") {
    const TemporaryFolder folder;
    const std::string evil = "<b>x</b>&\"";
    const std::string page =
        page_of(write_file(folder.file("evil.pkl"), pickled_regression({1, 2}, 3, {evil, "y"}) + "."));
    CHECK(!has(page, "<b>"));
    CHECK(has(page, "&lt;b&gt;x&lt;/b&gt;&amp;&quot;"));
    const std::string named = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("linear.joblib"), "-o", named, "--name", evil, "--model-version", evil}).status ==
            0);
    CHECK(!has(page_of(named), "<b>"));
    CHECK(has(page_of(named), "<h1>&lt;b&gt;x"));
  }

  TEST_CASE("a page does not replace the model, and a file that is none has no page") {
    const TemporaryFolder folder;
    const std::string text = write_file(folder.file("notes.txt"), "hello\n");
    CHECK(nacre({"report", text, "-o", text}).status == 1);
    CHECK(nacre({"report", text, "-o", folder.file("r.html")}).status == 1);
    CHECK(folder.names().size() == 1);
  }

  TEST_CASE("a page is HTML by its name too") {
    const TemporaryFolder folder;
    for (const std::string name : {"r.pdf", "r", "r.json"}) {
      const Outcome outcome = nacre({"report", fixture("linear.joblib"), "-o", folder.file(name)});
      CHECK(outcome.status == 2);
      CHECK(outcome.err.find("end its name with .html") != std::string::npos);
    }
    CHECK(nacre({"report", fixture("linear.joblib"), "-o", "-"}).status == 2);
    CHECK(folder.names().empty());
  }
}

}  // namespace
}  // namespace nacre::tools::test
