#include "tools/data/data_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fmt/format.h>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"
#include "tools/compression/decompress.hpp"
#include "tools/format/format.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools {
namespace {

[[noreturn]] void refuse_reading() {
  throw Refusal("", fmt::format("cannot read the file ({})", std::strerror(errno)),
                "check the path and its permissions");
}

/// All that comes until the end.
Buffer read_stream(int stream) {
  constexpr std::size_t kChunk = std::size_t{1} << 16;
  std::vector<std::byte> bytes;
  for (std::size_t used = 0;;) {
    bytes.resize(used + kChunk);
    const ssize_t got = read(stream, bytes.data() + used, kChunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse_reading();
    used += static_cast<std::size_t>(got);
    if (got > 0) continue;
    bytes.resize(used);
    return Buffer::from(std::move(bytes));
  }
}

Buffer read_pipe(const std::string& path) {
  const int stream = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (stream < 0) refuse_reading();
  struct Closer {
    int stream;
    ~Closer() { close(stream); }
  } const closer{stream};
  return read_stream(stream);
}

bool is_pipe(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return !error && (is_fifo(status) || is_character_file(status) || is_socket(status));
}

}  // namespace

std::string shown_path(const std::string& path) { return path == "-" ? "standard input" : path; }

Buffer read_data(const std::string& path) {
  const Buffer file = path == "-"     ? read_stream(STDIN_FILENO)
                      : is_pipe(path) ? read_pipe(path)
                                      : Buffer::map_file(path);
  const bool is_compressed = recognise(file.bytes()) == Format::compressed &&
                             !is_utf8({reinterpret_cast<const char*>(file.data()), file.size()});
  return is_compressed ? decompress(file) : file;
}

Table read_table(const std::string& path, const TableUse& use) try {
  return table_of(read_data(path), use);
} catch (const Refusal& refusal) {
  throw refusal.in_file(shown_path(path));
}

bool has_arrays(const Buffer& content, const std::vector<std::string>& names) {
  if (recognise(content.bytes()) != Format::npz) return false;
  const ZipArchive archive(content);
  return std::ranges::all_of(names, [&](const std::string& name) { return archive.contains(name + ".npy"); });
}

}  // namespace nacre::tools
