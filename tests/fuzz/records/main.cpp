// nacre_records FILE OUT: what the child that runs libhdf5 writes of a Keras model, as a seed of hdf5_fuzzer. Of a
// .keras archive it is that of the weights, and the architecture as the attribute model_config before it.

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "tools/common/refusal.hpp"
#include "tools/hdf5/hdf5.hpp"
#include "tools/hdf5/records.hpp"
#include "tools/zip/zip.hpp"

using namespace nacre::tools;

namespace {

void put(std::string& out, std::size_t number, std::size_t size) {
  out.append(reinterpret_cast<const char*>(&number), size);
}

/// An attribute of the root that is one text.
std::string attribute(const std::string& name, const Buffer& text) {
  std::string out(1, static_cast<char>(Hdf5Record::attribute));
  put(out, 0, 4);
  put(out, name.size(), 4);
  out += name;
  out += static_cast<char>(ElementType::string);
  put(out, 0, 1);
  put(out, text.size(), 4);
  return out.append(reinterpret_cast<const char*>(text.data()), text.size());
}

bool write_records(const Buffer& file, const char* path) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return false;
  bool is_written = true;
  Buffer weights = file;
  if (file.size() > 2 && file.data()[0] == std::byte{'P'} && file.data()[1] == std::byte{'K'}) {
    const ZipArchive zip(file);
    weights = zip.read("model.weights.h5");
    const std::string config = attribute("model_config", zip.read("config.json"));
    is_written = write(fd, config.data(), config.size()) == static_cast<ssize_t>(config.size());
  }
  is_written = is_written && extract_hdf5(weights, fd);
  return close(fd) == 0 && is_written;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return std::fputs("usage: nacre_records FILE OUT\n", stderr), 2;
  try {
    return write_records(Buffer::map_file(arguments[1]), arguments[2]) ? 0 : 1;
  } catch (const Refusal& refusal) {
    return std::fprintf(stderr, "%s: %s\n", arguments[1], refusal.what()), 1;
  }
}
