#include "tools/format/format.hpp"

#include <doctest/doctest.h>

#include <string>

namespace nacre::tools {
namespace {

const std::string kHdf5{"\x89HDF\r\n\x1a\n", 8};

Format recognised(const std::string& text) { return recognise({reinterpret_cast<const std::byte*>(text.data()), text.size()}); }

TEST_SUITE("format") {
  TEST_CASE("an HDF5 file begins after a user block of any text") {
    CHECK(recognised(kHdf5 + "rest") == Format::hdf5);
    CHECK(recognised(std::string(512, '#') + kHdf5) == Format::hdf5);
    CHECK(recognised(std::string(2048, '\0') + kHdf5) == Format::hdf5);
    CHECK(recognised(std::string(1536, '#') + kHdf5) == Format::unknown);
  }

  TEST_CASE("an archive is an archive, wherever in it an HDF5 file lies") {
    // The weights of a .keras file are stored as they are: where they begin depends on the length of its configuration.
    for (const std::size_t at : {512u, 1000u, 1024u, 4096u}) {
      std::string archive = "PK\x03\x04";
      archive.resize(at, '\0');
      CHECK(recognised(archive + kHdf5) == Format::zip);
    }
  }
}

}  // namespace
}  // namespace nacre::tools
