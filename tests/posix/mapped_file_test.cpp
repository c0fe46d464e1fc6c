#include "nacre/mapped_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "nacre/nacre.h"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace nacre::mapped_file_test {
namespace {

using tools::test::read_file;
using tools::test::TemporaryFolder;
using tools::test::write_file;

std::string text(Span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

TEST_SUITE("mapped file") {
  TEST_CASE("a mapped model loads, and its weights are used where they lie in the mapping") {
    const tools::Buffer model = tools::test::converted({"linear.joblib"});
    const TemporaryFolder folder;
    const std::string path = write_file(folder.file("linear.nacre"), text({model.data(), model.size()}));
    MappedFile file;
    REQUIRE(MappedFile::open(path.c_str(), &file) == Status::ok);
    CHECK(text(file.bytes()) == read_file(path));
    alignas(64) std::byte memory[4096];
    Network network;
    REQUIRE(load(file.bytes(), reference_kernels(), memory, &network) == Status::ok);
    CHECK(network.run() == Status::ok);
  }

  TEST_CASE("an empty file is mapped as no bytes, which load calls null") {
    const TemporaryFolder folder;
    MappedFile file;
    CHECK(MappedFile::open(write_file(folder.file("empty"), "").c_str(), &file) == Status::ok);
    CHECK(file.bytes().empty());
  }

  TEST_CASE("what is no readable file is an error, and what was mapped before stays") {
    const TemporaryFolder folder;
    MappedFile file;
    REQUIRE(MappedFile::open(write_file(folder.file("x"), "abc").c_str(), &file) == Status::ok);
    REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    const std::pair<std::string, int> cases[] = {
        {folder.file("nothing"), ENOENT}, {folder.file(""), ENODEV}, {folder.file("pipe"), ENODEV}};
    for (const auto& one : cases) {
      const std::string& path = one.first;
      CAPTURE(path);
      errno = 0;
      CHECK(MappedFile::open(path.c_str(), &file) == Status::file_unreadable);
      CHECK(errno == one.second);
    }
    CHECK(MappedFile::open(nullptr, &file) == Status::null_argument);
    CHECK(MappedFile::open("x", nullptr) == Status::null_argument);
    CHECK(text(file.bytes()) == "abc");
  }

  TEST_CASE("a mapping moves with its owner and gives way to the next") {
    const TemporaryFolder folder;
    MappedFile first, second;
    REQUIRE(MappedFile::open(write_file(folder.file("x"), "abc").c_str(), &first) == Status::ok);
    REQUIRE(MappedFile::open(write_file(folder.file("y"), "defg").c_str(), &second) == Status::ok);
    second = std::move(first);
    CHECK(text(second.bytes()) == "abc");
    MappedFile& same = second;
    second = std::move(same);
    CHECK(text(second.bytes()) == "abc");
    const MappedFile third(std::move(second));
    CHECK(text(third.bytes()) == "abc");
  }

#if defined(__linux__)  // which counts mappings against the limit
  TEST_CASE("a file for which there is no address space is an error, and what was mapped before stays") {
    const TemporaryFolder folder;
    const std::string path = write_file(folder.file("x"), "abc");
    MappedFile file;
    REQUIRE(MappedFile::open(path.c_str(), &file) == Status::ok);
    rlimit before;
    REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
    const rlimit none{1, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_AS, &none) == 0);
    const Status status = MappedFile::open(path.c_str(), &file);
    const int error = errno;
    REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
    CHECK(status == Status::file_unreadable);
    CHECK(error == ENOMEM);
    CHECK(text(file.bytes()) == "abc");
  }
#endif

  TEST_CASE("C maps a file, gives it back, and takes null") {
    const TemporaryFolder folder;
    const std::string path = write_file(folder.file("x"), "abc");
    nacre_file file{};
    REQUIRE(nacre_map(path.c_str(), &file) == NACRE_OK);
    REQUIRE(file.bytes == 3);
    CHECK(std::memcmp(file.data, "abc", 3) == 0);
    nacre_unmap(&file);
    CHECK(file.data == nullptr);
    nacre_unmap(&file);
    nacre_unmap(nullptr);
    CHECK(nacre_map(folder.file("nothing").c_str(), &file) == NACRE_FILE_UNREADABLE);
    CHECK(nacre_map(nullptr, &file) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_map(path.c_str(), nullptr) == NACRE_NULL_ARGUMENT);
  }
}

}  // namespace
}  // namespace nacre::mapped_file_test
