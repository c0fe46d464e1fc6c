#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/files.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {

/// The Nacre file of a LinearRegression, in a folder of its own: with coefficients like 100, 10 and 1 its predictions
/// show which feature got which number.
struct ConvertedRegression {
  TemporaryFolder folder;
  std::string saved = folder.file("m.pkl"), model = folder.file("m.nacre");

  ConvertedRegression(const std::vector<double>& coefficients, const std::vector<std::string>& names) {
    write_file(saved, pickled_regression(coefficients, 0, names) + ".");
    REQUIRE(nacre({"convert", saved, "-o", model}).status == 0);
  }
  /// nacre run on a file, and on rows of text.
  Outcome run(const std::string& file, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"run", model, "--input", file});
    return nacre(options);
  }
  Outcome run_csv(const std::string& csv, std::vector<std::string> options = {}) const {
    return run(write_file(folder.file("x.csv"), csv), std::move(options));
  }
};

}  // namespace nacre::tools::test
