#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace clusters_test {

TEST_SUITE("clusters of scikit-learn") {
  TEST_CASE("a row that is as far from two centres, as far as float64 can tell, is refused, and no other") {
    const TemporaryFolder folder;
    const std::string model = folder.file("m.nacre");
    const std::string centers = "(l" + pickled_numbers({0, 0}) + "a" + pickled_numbers({2, 0}) + "a";
    const std::string saved = write_file(
        folder.file("clusters.pkl"), pickled_object("sklearn.cluster._kmeans", "KMeans",
                                                    {{"cluster_centers_", centers},
                                                     {"n_clusters", "I2\n"},
                                                     {"n_features_in_", "I2\n"},
                                                     {"_sklearn_version", "S'1.8.0'\n"}}) + ".");
    REQUIRE(nacre({"convert", saved, "-o", model}).err == "");
    const auto run = [&](const std::string& csv) {
      const Outcome outcome = nacre({"run", model, "--answer", "predict", "--input",
                                     write_file(folder.file("x.csv"), csv)});
      return outcome.status == 0 ? outcome.out : outcome.err;
    };
    CHECK(run("a,b\n0.99,5\n1.01,5\n") == "0\n1\n");
    CHECK(run("a,b\n1,5\n").find("row 2: the centres 0 and 1 are equally far as far as the library can tell") !=
          std::string::npos);
    CHECK(run("a,b\n1e18,5\n").find("equally far") != std::string::npos);
  }
}

}  // namespace clusters_test
}  // namespace nacre::tools::test
