// Files as earlier releases wrote them: read, or refused by name.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "nacre/kernels.hpp"
#include "nacre/self_test.hpp"
#include "nacre/version.h"
#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

const std::filesystem::path kReleases = NACRE_SOURCE_DIR "/tests/compatibility";

/// What a device says of a file: how loading ends, else what its golden vectors give.
Status outcome_of(const std::filesystem::path& path) {
  const Buffer file = aligned_copy(Buffer::map_file(path.string()).bytes());
  const Span<const std::byte> model{file.data(), file.size()};
  MemoryNeeds needs;
  if (const Status status = memory_needs(model, &needs); status != Status::ok) return status;
  const Buffer memory = aligned_copy(std::vector<std::byte>(needs.total_bytes));
  Network network;
  const Status status = load(model, reference_kernels(),
                             Span<std::byte>(const_cast<std::byte*>(memory.data()), memory.size()), &network);
  return status == Status::ok ? self_test(model, network) : status;
}

std::string expectation_of(const std::filesystem::path& folder) {
  std::string word;
  std::ifstream(folder / "expectation") >> word;
  return word;
}

}  // namespace

TEST_SUITE("files of releases") {
  TEST_CASE("each is read with the bits that its release gave, or refused as too old, as its folder says") {
    unsigned releases = 0;
    for (const auto& folder : std::filesystem::directory_iterator(kReleases)) {
      if (!folder.is_directory()) continue;
      const std::string expected = expectation_of(folder.path());
      CAPTURE(folder.path().string());
      REQUIRE((expected == "read" || expected == name(Status::version_too_old)));
      unsigned files = 0;
      for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
        if (file.path().extension() != ".nacre") continue;
        CAPTURE(file.path().filename().string());
        CHECK(std::string(name(outcome_of(file.path()))) == (expected == "read" ? "ok" : expected));
        ++files;
      }
      CHECK(files >= 10);
      ++releases;
    }
    CHECK(releases >= 1);
  }

  TEST_CASE("the release of this version has a folder, since files of it are on devices") {
    CHECK(std::filesystem::is_directory(kReleases / NACRE_VERSION));
  }
}

}  // namespace nacre::tools::test
