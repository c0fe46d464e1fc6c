#include "tools/read/read.hpp"

#include <optional>
#include <utility>

#include "tools/catboost/graph.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/sha256.hpp"
#include "tools/compression/decompress.hpp"
#include "tools/format/contents.hpp"
#include "tools/keras/read.hpp"
#include "tools/lightgbm/graph.hpp"
#include "tools/onnx/read.hpp"
#include "tools/pickle/read.hpp"
#include "tools/read/append.hpp"
#include "tools/sklearn/read.hpp"
#include "tools/skops/read.hpp"
#include "tools/tflite/read.hpp"
#include "tools/xgboost/graph.hpp"
#include "tools/xgboost/read.hpp"

namespace nacre::tools {
namespace {

/// Two networks for the same input may stand beside each other as well as follow each other: versions of one model,
/// say, that a pattern of file names found. Only where the second cannot take what the first takes, the order of the
/// files says enough.
void require_chain(const std::optional<TensorType>& before, const Graph& network) {
  if (!before || network.inputs.size() != 1) return;
  const TensorType& input = network.type(network.inputs.front().value);
  if (input.shape == before->shape)  // of any type: a quantised model and its original are two versions
    throw Refusal("",
                  "both this network and the one before it take " + to_string(input) +
                      ", and nothing says that one follows the other",
                  "convert each file separately; to chain them, join them where they were made, as "
                  "keras.Sequential([first, second]) does, and save that");
}

std::string_view text_of(const Buffer& file) { return {reinterpret_cast<const char*>(file.data()), file.size()}; }

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

/// Chains the models of several files.
class Chain {
 public:
  explicit Chain(const ReadOptions& options)
      : select_(options.select.begin(), options.select.end()),
        selects_(!options.select.empty() || !options.signatures.empty()) {
    tflite_.signatures = {options.signatures.begin(), options.signatures.end()};
    tflite_.exact_weights = options.exact_weights;
    graph_.most_terms = options.most_terms;
    for (const std::string& shape : options.shapes) tflite_.shapes.push_back(parse_input_shape(shape));
  }

  void add(const std::string& path, std::vector<std::string>* warnings) {
    require_no_folder(path);
    const Buffer file = Buffer::map_file(path);
    const SourceFile source = identify(path, file);
    for (const SourceFile& other : graph_.sources)
      if (other.sha256 == source.sha256 && !selects_)
        throw Refusal("", "is the same file as " + other.file + " before it: its model would take its own outcome",
                      "give each file once");
    const Buffer content = decompress(file);
    const Format format = recognise(content.bytes());
    if (takes_part(content, format, path, source)) return;
    finish_parts();
    add_file(content, format, path, warnings);
    graph_.sources.back().file = source.file;
    graph_.sources.back().sha256 = source.sha256;
  }
  /// Adds the Keras model whose parts the last files are, if they are.
  void finish_parts() {
    if (!parts_) return;
    const Parts parts = *std::exchange(parts_, std::nullopt);
    try {
      if (parts.keras.architecture.empty()) throw refuse_unread(parts.keras.metadata, Format::keras_metadata);
      if (parts.keras.weights.empty()) throw refuse_unread(parts.keras.architecture, Format::keras_json);
      add_network(read_keras_parts(parts.keras));
    } catch (const Refusal& refusal) {
      throw refusal.in_file(parts.path);
    }
    const SourceFile made = graph_.sources.back();
    graph_.sources.pop_back();
    for (const SourceFile& file : parts.files)
      graph_.sources.push_back({file.file, file.sha256, made.library, made.library_version});
  }
  /// Refuses what was chosen where nothing had to be.
  void require_all_used() const {
    if (!select_.empty())
      throw Refusal("", "there is nothing under the key " + select_.front(),
                    "leave this --select out, or give it after those of the files before");
    if (!tflite_.signatures.empty())
      throw Refusal("", "there is no signature " + tflite_.signatures.front(),
                    "leave this --signature out: only TensorFlow Lite files have signatures");
    if (tflite_.shapes.empty()) return;
    const std::string& input = tflite_.shapes.front().input;
    throw Refusal("", "there is no input" + (input.empty() ? "" : " " + input) + " whose shape is open",
                  "leave this --shape out, or name an input that has open dimensions: --shape NAME=1,224,224,3");
  }
  Graph take() { return std::move(graph_); }

 private:
  /// A Keras model in several files, of which the first are there.
  struct Parts {
    KerasParts keras;
    std::string path;  ///< of the architecture, else of the first
    std::vector<SourceFile> files;
  };

  /// Whether a file is a part of a Keras model: an architecture, metadata, or weights behind an architecture.
  bool takes_part(const Buffer& content, Format format, const std::string& path, const SourceFile& source) {
    const auto is_open = [&](Buffer KerasParts::*part) { return parts_ && (parts_->keras.*part).empty(); };
    Buffer KerasParts::*part = nullptr;
    if (format == Format::keras_json) part = &KerasParts::architecture;
    if (format == Format::keras_metadata) part = &KerasParts::metadata;
    if (format == Format::hdf5 && parts_ && !parts_->keras.architecture.empty() && is_open(&KerasParts::weights))
      part = &KerasParts::weights;
    if (part == nullptr) return false;
    if (!is_open(part)) finish_parts();
    if (!parts_) parts_.emplace();
    parts_->keras.*part = content;
    if (parts_->files.empty() || format == Format::keras_json) parts_->path = path;
    parts_->files.push_back(source);
    return true;
  }

  void add_file(const Buffer& content, Format format, const std::string& path, std::vector<std::string>* warnings) {
    switch (format) {
      case Format::pickle: return add_estimator(read_pickle(content), warnings);
      case Format::skops: return add_estimator(read_skops(content), warnings);
      case Format::hdf5: return add_network(read_keras_hdf5(content));
      case Format::keras_archive: return add_network(read_keras_archive(content));
      case Format::tflite: return add_network(read_tflite(content, tflite_));
      case Format::onnx: return add_network(read_onnx(content, folder_of(path), tflite_.shapes));
      case Format::catboost: return add_network(catboost_graph(read_catboost_binary(content.bytes())));
      case Format::catboost_json: return add_network(catboost_graph(read_catboost_json(text_of(content))));
      case Format::lightgbm_text: return add_network(lightgbm_graph(read_lightgbm_text(text_of(content))));
      case Format::xgboost_json: return add_network(xgboost_graph(read_xgboost_json(text_of(content))));
      case Format::xgboost_ubjson: return add_network(xgboost_graph(read_xgboost_ubjson(content.bytes())));
      case Format::xgboost_binary: return add_network(xgboost_graph(read_xgboost_binary(content.bytes())));
      default: throw refuse_unread(content, format);
    }
  }

  /// A shape of two dimensions says how many features a model takes that does not.
  void add_estimator(const Document& document, std::vector<std::string>* warnings) {
    std::deque<InputShape>& shapes = tflite_.shapes;
    std::optional<std::int64_t> width;
    if (!shapes.empty() && shapes.front().shape.size() == 2 && (shapes.front().input.empty() ||
                                                                shapes.front().input == "X"))
      width = shapes.front().shape[1];
    const bool is_given = width.has_value();
    add_sklearn(graph_, document, select_, warnings, &width);
    if (is_given && !width) shapes.pop_front();
  }

  void add_network(Graph network) {
    require_chain(network_input_, network);
    if (network.inputs.size() == 1) network_input_ = network.type(network.inputs.front().value);
    append(graph_, std::move(network));
  }

  Graph graph_;
  std::optional<Parts> parts_;
  Keys select_;
  TfliteChoices tflite_;
  bool selects_;
  std::optional<TensorType> network_input_;  ///< of the last network in the chain
};

}  // namespace

SourceFile identify(const std::string& path, const Buffer& file) {
  return {path.substr(path.rfind('/') + 1), hexadecimal(sha256(file.bytes())), "", ""};
}

Graph read_model(const std::vector<std::string>& files, const ReadOptions& options,
                 std::vector<std::string>* warnings) {
  Chain chain(options);
  for (const std::string& path : files) try {
      std::vector<std::string> own;
      chain.add(path, &own);
      if (warnings != nullptr)
        for (const std::string& warning : own) warnings->push_back(path + ": " + warning);
    } catch (const Refusal& refusal) {
      throw refusal.in_file(path);
    }
  try {
    chain.finish_parts();
    chain.require_all_used();
  } catch (const Refusal& refusal) {
    throw refusal.in_file(files.back());
  }
  return chain.take();
}

}  // namespace nacre::tools
