#include <bzlib.h>
#include <doctest/doctest.h>
#include <lz4frame.h>
#include <lzma.h>

#include <functional>

#include "tests/hostile/reader_archives.hpp"
#include "tools/compression/decompress.hpp"
#include "tools/zip/zip.hpp"

// Streams and archives that grow, lie or overlap.

namespace nacre::tools::test {
namespace {

using namespace std::string_literals;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

std::string bzip2_of(const std::string& content) {
  std::string packed(content.size() + content.size() / 100 + 700, '\0');
  auto size = static_cast<unsigned>(packed.size());
  BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(content.data()),
                           static_cast<unsigned>(content.size()), 9, 0, 0);
  return packed.substr(0, size);
}

std::string lzma_of(const std::string& content, bool alone) {
  lzma_stream stream = LZMA_STREAM_INIT;
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 1);
  REQUIRE((alone ? lzma_alone_encoder(&stream, &options) : lzma_easy_encoder(&stream, 1, LZMA_CHECK_CRC64)) == LZMA_OK);
  std::string packed(content.size() + 65536, '\0');
  stream.next_in = reinterpret_cast<const std::uint8_t*>(content.data());
  stream.avail_in = content.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(packed.data());
  stream.avail_out = packed.size();
  REQUIRE(lzma_code(&stream, LZMA_FINISH) == LZMA_STREAM_END);
  packed.resize(stream.total_out);
  lzma_end(&stream);
  return packed;
}

std::string lz4_of(const std::string& content) {
  std::string packed(LZ4F_compressFrameBound(content.size(), nullptr), '\0');
  packed.resize(LZ4F_compressFrame(packed.data(), packed.size(), content.data(), content.size(), nullptr));
  return packed;
}

struct Coder {
  const char* name;
  std::function<std::string(const std::string&)> pack;
};

const Coder kCoders[] = {{"zlib", [](const std::string& x) { return deflated(x, 15); }},
                         {"gzip", [](const std::string& x) { return deflated(x, 31); }},
                         {"bz2", bzip2_of},
                         {"xz", [](const std::string& x) { return lzma_of(x, false); }},
                         {"lzma", [](const std::string& x) { return lzma_of(x, true); }},
                         {"lz4", lz4_of},
                         {"ZF", [](const std::string& x) { return "ZF0x10               " + deflated(x, 15); }}};

std::string said_of(const std::string& bytes, const DecompressionLimits& limits = {}) {
  return refusal_of([&] { (void)decompress(file_of(bytes), limits); });
}

/// What reading every member of an archive says.
std::string archive_refusal(const std::string& bytes) {
  return refusal_of([&] {
    const ZipArchive archive(file_of(bytes));
    for (const std::string& name : archive.names()) (void)archive.read(name);
  });
}

TEST_SUITE("hostile compressed streams") {
  TEST_CASE("C5: a stream of any coder that grows beyond its limit is refused, at the limit") {
    const DecompressionLimits limits{.always_allowed = kMebibyte, .ratio = 2};
    for (const Coder& coder : kCoders) {
      CAPTURE(coder.name);
      CHECK(decompress(file_of(coder.pack(std::string(kMebibyte, '\0'))), limits).size() == kMebibyte);
      CHECK(says(said_of(coder.pack(std::string(kMebibyte + 1, '\0')), limits), "grows beyond 1048576 bytes"));
    }
  }

  TEST_CASE("C5: seventy megabytes of zeros in seventy kilobytes are refused as a saved model") {
    CHECK(says(conversion_refusal(deflated(std::string(70 * kMebibyte, '\0'), 31)), "grows beyond"));
  }

  TEST_CASE("C5: streams inside streams are refused at the first") {
    for (const Coder& outer : kCoders)
      for (const Coder& inner : kCoders) {
        CAPTURE(outer.name);
        CAPTURE(inner.name);
        CHECK(says(said_of(outer.pack(inner.pack("N."))), "compressed again"));
      }
  }

  TEST_CASE("C5: a stream cut or changed at any byte is read or refused") {
    const std::string content = text_of(Buffer::map_file(fixture("list.joblib")));
    for (const Coder& coder : kCoders) {
      CAPTURE(coder.name);
      const std::string whole = coder.pack(content);
      REQUIRE(text_of(decompress(file_of(whole))) == content);
      for (std::size_t at = 0; at < whole.size(); ++at) {
        (void)conversion_refusal(whole.substr(0, at));
        for (int value = 0; value < 256; value += 5) {
          std::string changed = whole;
          changed[at] = static_cast<char>(value);
          (void)said_of(changed);
        }
      }
    }
  }

  TEST_CASE("C5: streams that follow each other are one, but for zlib; what else follows is left alone") {
    for (const Coder& coder : kCoders) {
      CAPTURE(coder.name);
      const std::string name = coder.name, both = coder.pack("one") + coder.pack("two");
      CHECK(text_of(decompress(file_of(both))) == (name == "zlib" || name == "ZF" ? "one" : "onetwo"));
      CHECK(text_of(decompress(file_of(coder.pack("one") + "notes"))) == "one");
      if (name == "gzip" || name == "bz2" || name == "xz" || name == "lz4")
        CHECK(!said_of(both.substr(0, both.size() - 2)).empty());
    }
  }

  TEST_CASE("C5: streams beyond count, and together beyond the limit, are refused") {
    const DecompressionLimits limits{.always_allowed = kMebibyte, .ratio = 2};
    std::string many, empty = deflated("", 31);
    for (int i = 0; i < 3; ++i) many += deflated(std::string(kMebibyte / 2, '\0'), 31);
    CHECK(says(said_of(many, limits), "grows beyond 1048576 bytes"));
    many.clear();
    for (int i = 0; i < 65537; ++i) many += empty;
    CHECK(says(said_of(many), "more than 65,536 compressed streams"));
  }

  TEST_CASE("C5: a dictionary of two gigabytes is not allocated") {
    const std::string alone = "]" + "\0\0\0\x80"s + std::string(8, '\xff') + std::string(64, '\0');
    CHECK(says(said_of(alone), "asks for too much memory"));
  }

  TEST_CASE("C5: what a header says of the length is not believed") {
    CHECK(text_of(decompress(file_of("ZF0xffffffffffffffff " + deflated("N.", 15)))) == "N.");
    for (const std::string& cut : {"ZF0x"s, "ZF0x10          "s, "ZF0x10               "s})
      CHECK_FALSE(said_of(cut).empty());
    std::string gzip = deflated("N.", 31);
    gzip.replace(gzip.size() - 4, 4, "\xff\xff\xff\x7f");
    CHECK_FALSE(said_of(gzip).empty());
  }
}

TEST_SUITE("hostile archives") {
  TEST_CASE("C5: a sound archive is read, packed or not") {
    const ZipArchive archive(
        file_of(archive_of({{.name = "a", .content = "one"}, {.name = "b\\c", .content = "two", .deflated = true}})));
    CHECK(text_of(archive.read("a")) == "one");
    CHECK(text_of(archive.read("b/c")) == "two");
  }

  TEST_CASE("C5: a member that grows beyond reason, or says so, is refused") {
    const std::string zeros(70 * kMebibyte, '\0');
    CHECK(says(conversion_refusal(archive_of({{.name = "config.json", .content = zeros, .deflated = true}})),
               "grows beyond reason"));
    for (const std::uint64_t size : {std::uint64_t{1} << 33, std::uint64_t{1} << 62, ~std::uint64_t{1}})
      CHECK_FALSE(
          archive_refusal(archive_of({{.name = "a", .content = "one", .stated_size = size, .zip64 = true}})).empty());
    CHECK_FALSE(archive_refusal(archive_of({{.name = "a", .content = "one", .stated_size = 100 * kMebibyte}})).empty());
    CHECK_FALSE(archive_refusal(
                    archive_of({{.name = "a", .content = std::string(1000, 'x'), .deflated = true, .stated_size = 10}}))
                    .empty());
    CHECK_FALSE(archive_refusal(archive_of({{.name = "a", .content = "one", .stated_packed = 1000}})).empty());
  }

  TEST_CASE("C5: members that share their bytes are read one by one, into as much memory as one of them needs") {
    std::vector<Member> members{{.name = "config.json", .content = std::string(kMebibyte, ' '), .deflated = true}};
    for (int i = 0; i < 50; ++i) {
      members.push_back(members[0]);
      members.back().name = "layer" + std::to_string(i);
      members.back().points_at = 0;
    }
    CHECK_FALSE(conversion_refusal(archive_of(members)).empty());
  }

  TEST_CASE("C5: of two members of one name the last is read, as Python reads it") {
    const ZipArchive archive(file_of(archive_of(
        {{.name = "a", .content = "first"}, {.name = "b", .content = "other"}, {.name = "a", .content = "last"}})));
    CHECK(text_of(archive.read("a")) == "last");
  }

  TEST_CASE("C5: names that climb out of a folder are names, and nothing is written under them") {
    const TemporaryFolder folder;
    for (const char* name : {"../../etc/passwd", "/etc/passwd", "..\\..\\nacre", "a/../../b", "", "config.json/"}) {
      const std::string bytes = archive_of({{.name = name, .content = "x"}});
      CHECK(ZipArchive(file_of(bytes)).names().size() == 1);
      CHECK(says(conversion_refusal(bytes), "zip archive"));
    }
    CHECK(folder.names().empty());
  }

  TEST_CASE("C5: a member that is encrypted, or called otherwise at its own place, is refused") {
    CHECK_FALSE(archive_refusal(archive_of({{.name = "a", .content = "one", .flags = 1}})).empty());
    CHECK_FALSE(archive_refusal(archive_of({{.name = "abc", .content = "one", .central_name = "xyz"}})).empty());
  }

  TEST_CASE("C5: an archive cut or changed at any byte is read or refused") {
    const std::string whole = archive_of({{.name = "config.json", .content = "{}"},
                                          {.name = "metadata.json", .content = "{}", .deflated = true},
                                          {.name = "model.weights.h5", .content = "x", .zip64 = true}});
    REQUIRE(archive_refusal(whole).empty());
    for (std::size_t at = 0; at < whole.size(); ++at) {
      (void)archive_refusal(whole.substr(0, at));
      for (int value = 0; value < 256; value += 5) {
        std::string changed = whole;
        changed[at] = static_cast<char>(value);
        (void)archive_refusal(changed);
      }
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
