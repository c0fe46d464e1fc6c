#include "tools/read/read.hpp"

#include "tools/common/refusal.hpp"
#include "tools/common/sha256.hpp"
#include "tools/compression/decompress.hpp"
#include "tools/format/contents.hpp"
#include "tools/graph/append.hpp"
#include "tools/keras/read.hpp"
#include "tools/pickle/read.hpp"
#include "tools/sklearn/read.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools {
namespace {

/// Adds the model of one file to `graph`, after what it holds already.
void add_file(Graph& graph, const Buffer& file, Keys& select, std::vector<std::string>* warnings) {
  const Buffer content = decompress(file);
  const Format format = recognise(content.bytes());
  switch (format) {
    case Format::pickle: return add_sklearn(graph, read_pickle(content), select, warnings);
    case Format::hdf5: return append(graph, read_keras_hdf5(content));
    case Format::keras_archive: return append(graph, read_keras_archive(content));
    case Format::tflite: return append(graph, read_tflite(content));
    default: throw refuse_unread(content, format);
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
      require_no_folder(path);
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
