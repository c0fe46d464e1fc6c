#include "tools/device/port.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace port_test {

/// The other end of a line: a pseudo-terminal's.
struct Master {
  int file = posix_openpt(O_RDWR | O_NOCTTY);
  std::string path;

  Master() {
    REQUIRE(file >= 0);
    REQUIRE(grantpt(file) == 0);
    REQUIRE(unlockpt(file) == 0);
    path = ptsname(file);
  }
  ~Master() { unplug(); }
  void unplug() {
    if (file >= 0) close(file);
    file = -1;
  }
};

/// Bytes pass as they are, both ways; silence is no bytes; a line that has gone is refused.
void check_line(SerialLine& line, Master& master) {
  const char all[] = "\r\n\x03\x04\x11\x13\x7f\xff\x1a";
  const auto bytes = std::as_bytes(std::span(all, sizeof all));
  line.write(bytes);
  char got[64];
  REQUIRE(read(master.file, got, sizeof got) == sizeof all);
  CHECK(std::memcmp(got, all, sizeof all) == 0);
  CHECK(line.read(1).empty());
  REQUIRE(write(master.file, all, sizeof all) == sizeof all);
  CHECK(line.read(1000) == std::vector<std::byte>(bytes.begin(), bytes.end()));
  master.unplug();
  CHECK_THROWS_WITH_AS(line.read(1000), doctest::Contains("the line has gone"), Refusal);
}

TEST_SUITE("serial ports") {
  TEST_CASE("a pseudo-terminal carries all bytes, and is gone with its other end") {
    Master master;
    const auto line = open_port(master.path, 115200);
    check_line(*line, master);
  }

  TEST_CASE("what is no port is refused, with what to do") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(open_port("/dev/no-such-port", 9600), doctest::Contains("there is no such port; connect"),
                         Refusal);
    CHECK_THROWS_WITH_AS(open_port(write_file(folder.file("file"), "text"), 9600),
                         doctest::Contains("check that it is a serial port"), Refusal);
    CHECK_THROWS_WITH_AS(refuse_port("p", EACCES), doctest::Contains("this user may not open the port; join"), Refusal);
    CHECK_THROWS_WITH_AS(refuse_port("p", EBUSY), doctest::Contains("another program has the port"), Refusal);
  }
}

}  // namespace port_test
}  // namespace nacre::tools::test
