#include "tools/read/read.hpp"

#include "tools/common/refusal.hpp"
#include "tools/common/sha256.hpp"
#include "tools/format/format.hpp"
#include "tools/graph/append.hpp"
#include "tools/keras/read.hpp"
#include "tools/pickle/read.hpp"
#include "tools/sklearn/read.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools {
namespace {

/// Adds the model of one file to `graph`, after what it holds already.
void add_file(Graph& graph, const Buffer& file, Keys& select, std::vector<std::string>* warnings) {
  const Format format = recognise(file.bytes());
  switch (format) {
    case Format::pickle:
    case Format::compressed: return add_sklearn(graph, read_pickle(file), select, warnings);
    case Format::hdf5: return append(graph, read_keras_hdf5(file));
    case Format::zip: return append(graph, read_keras_archive(file));
    case Format::tflite: return append(graph, read_tflite(file));
    default:
      throw Refusal("", std::string("this is ") + describe(format) + ", which Nacre does not convert",
                    "give a pickle, joblib, HDF5, .keras or TensorFlow Lite model");
  }
}

}  // namespace

SourceFile identify(const std::string& path, const Buffer& file) {
  return {path.substr(path.rfind('/') + 1), hexadecimal(sha256(file.bytes())), "", ""};
}

Graph read_model(const std::vector<std::string>& files, const ReadOptions& options, std::vector<std::string>* warnings) {
  Graph graph;
  Keys select(options.select.begin(), options.select.end());
  for (const std::string& path : files) try {
      const Buffer file = Buffer::map_file(path);
      std::vector<std::string> own;
      add_file(graph, file, select, &own);
      if (warnings != nullptr)
        for (const std::string& warning : own) warnings->push_back(path + ": " + warning);
      const SourceFile source = identify(path, file);
      graph.sources.back().file = source.file;
      graph.sources.back().sha256 = source.sha256;
    } catch (const Refusal& refusal) {
      throw refusal.in_file(path);
    }
  if (!select.empty())
    throw Refusal("", "there is nothing under the key " + select.front(), "leave this --select out, or give it after those of the files before").in_file(files.back());
  return graph;
}

}  // namespace nacre::tools
