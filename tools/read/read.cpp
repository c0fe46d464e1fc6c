#include "tools/read/read.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools {
namespace {

std::string sha256(const Buffer& file) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Graph read_file(const Buffer& file) {
  const Format format = recognise(file.bytes());
  switch (format) {
    case Format::tflite: return read_tflite(file);
    default:
      throw Refusal("", std::string("this is ") + describe(format) + ", which Nacre does not convert",
                    "give a pickle, joblib, HDF5, .keras or TensorFlow Lite model");
  }
}

}  // namespace

Graph read_model(const std::vector<std::string>& files, const ReadOptions&, std::vector<std::string>*) {
  Graph graph;
  for (const std::string& path : files) try {
      const Buffer file = Buffer::map_file(path);
      graph = read_file(file);
      SourceFile& source = graph.sources.emplace_back(graph.sources.empty() ? SourceFile{} : graph.sources.back());
      source.file = base_name(path);
      source.sha256 = sha256(file);
      if (graph.sources.size() > 1) graph.sources.erase(graph.sources.begin());
    } catch (const Refusal& refusal) {
      throw refusal.in_file(path);
    }
  return graph;
}

}  // namespace nacre::tools
