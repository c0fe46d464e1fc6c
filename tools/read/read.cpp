#include "tools/read/read.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"
#include "tools/keras/read.hpp"
#include "tools/pickle/read.hpp"
#include "tools/sklearn/read.hpp"
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

/// A network starts a chain; after another file it would have to be joined to it.
void start(Graph& graph, Graph network) {
  if (!graph.inputs.empty())
    throw Refusal("", "a network cannot follow another file yet", "convert the two files separately");
  graph = std::move(network);
}

/// Adds the model of one file to `graph`, after what it holds already.
void add_file(Graph& graph, const Buffer& file, const ReadOptions& options, std::vector<std::string>* warnings) {
  const Format format = recognise(file.bytes());
  switch (format) {
    case Format::pickle:
    case Format::compressed: return add_sklearn(graph, read_pickle(file), options.select, warnings);
    case Format::hdf5: return start(graph, read_keras_hdf5(file));
    case Format::zip: return start(graph, read_keras_archive(file));
    case Format::tflite: return start(graph, read_tflite(file));
    default:
      throw Refusal("", std::string("this is ") + describe(format) + ", which Nacre does not convert",
                    "give a pickle, joblib, HDF5, .keras or TensorFlow Lite model");
  }
}

}  // namespace

Graph read_model(const std::vector<std::string>& files, const ReadOptions& options,
                 std::vector<std::string>* warnings) {
  Graph graph;
  for (const std::string& path : files) try {
      const Buffer file = Buffer::map_file(path);
      add_file(graph, file, options, warnings);
      graph.sources.back().file = base_name(path);
      graph.sources.back().sha256 = sha256(file);
    } catch (const Refusal& refusal) {
      throw refusal.in_file(path);
    }
  return graph;
}

}  // namespace nacre::tools
