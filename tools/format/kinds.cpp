#include <fmt/format.h>

#include <algorithm>

#include "tools/common/line_ends.hpp"
#include "tools/common/printable.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

/// A model that is read, that a later release reads, or that stays foreign; or no model.
enum class Holds { read, later, model, other };

struct Kind {
  Format format;
  Holds holds;
  const char* name;
  const char* way_out;
};

constexpr const char* kGive =
    "give a pickle, joblib, skops, HDF5, .keras, TensorFlow Lite, ONNX, XGBoost, LightGBM or CatBoost model";
constexpr const char* kRemake =
    "save the model that it was made from with scikit-learn (joblib) or Keras (.keras), and give that file";
constexpr const char* kTorch =
    "load the model in PyTorch, export it with torch.onnx.export(model, (example,), \"model.onnx\"), and give that "
    "file";
constexpr const char* kTensorFlow =
    "convert its folder with tf.lite.TFLiteConverter.from_saved_model and give the .tflite, or save the Keras model as "
    ".keras";
constexpr const char* kWeights = "load it into its model in TensorFlow and save the whole: model.save(\"model.keras\")";
constexpr const char* kUnpack = "unpack it and give the model inside";

constexpr Kind kKinds[] = {
    {Format::pickle, Holds::read, "a pickle", ""},
    {Format::compressed, Holds::other, "a compressed stream", ""},
    {Format::hdf5, Holds::read, "an HDF5 file", ""},
    {Format::keras_archive, Holds::read, "a Keras archive", ""},
    {Format::tflite, Holds::read, "a TensorFlow Lite model", ""},
    {Format::nacre, Holds::model, "a Nacre model", "predict with it as it is: nacre run, or nacre.load in Python"},
    {Format::xgboost_json, Holds::read, "an XGBoost model in JSON", ""},
    {Format::xgboost_ubjson, Holds::read, "an XGBoost model in UBJSON (.ubj)", ""},
    {Format::xgboost_binary, Holds::read, "an XGBoost model in the binary form of releases before 3.1", ""},
    {Format::xgboost_base64, Holds::later,
     "an XGBoost model in base64 text (bs64), a form that XGBoost itself has dropped",
     "load it with the release that saved it, and save it as JSON: booster.save_model(\"model.json\")"},
    {Format::lightgbm_text, Holds::read, "a LightGBM model in text", ""},
    {Format::lightgbm_json, Holds::later, "a LightGBM model dumped as JSON",
     "give the text that booster.save_model(\"model.txt\") writes"},
    {Format::catboost, Holds::read, "a CatBoost model (.cbm)", ""},
    {Format::catboost_json, Holds::read, "a CatBoost model in JSON", ""},
    {Format::pmml, Holds::model, "a PMML model", kRemake},
    {Format::r_data, Holds::model, "an object saved by R (.rds or .RData)",
     "train the model in Python with scikit-learn or Keras and save it there"},
    {Format::skops, Holds::read, "a skops archive", ""},
    {Format::onnx, Holds::read, "an ONNX model", ""},
    {Format::saved_model, Holds::model, "a TensorFlow SavedModel, or a part of one", kTensorFlow},
    {Format::graph_def, Holds::model, "a TensorFlow graph (GraphDef)",
     "convert it with tf.compat.v1.lite.TFLiteConverter.from_frozen_graph and give the .tflite"},
    {Format::meta_graph, Holds::model, "the graph of a TensorFlow checkpoint (.meta)", kWeights},
    {Format::checkpoint, Holds::model, "a TensorFlow checkpoint: weights without an architecture", kWeights},
    {Format::checkpoint_list, Holds::model, "the list of a folder's TensorFlow checkpoints", kWeights},
    {Format::tfjs, Holds::model, "a TensorFlow.js model",
     "give the Keras model that it was made from, or turn it back with tensorflowjs_converter --output_format keras"},
    {Format::coreml, Holds::model, "a CoreML model", kRemake},
    {Format::caffe, Holds::model, "a Caffe model", "rebuild the model in Keras and save it as .keras"},
    {Format::openvino, Holds::model, "an OpenVINO model",
     "give the Keras or TensorFlow Lite model that it was made from"},
    {Format::tensorrt, Holds::model, "a TensorRT engine, which one kind of GPU runs",
     "give the Keras or TensorFlow Lite model that it was made from"},
    {Format::executorch, Holds::model, "an ExecuTorch program", kTorch},
    {Format::pytorch, Holds::model, "a PyTorch archive (torch.save): weights alone, or a pickled module", kTorch},
    {Format::torchscript, Holds::model, "a TorchScript archive of PyTorch", kTorch},
    {Format::pytorch_export, Holds::model, "an exported PyTorch program (torch.export)", kTorch},
    {Format::pytorch_legacy, Holds::model, "a PyTorch file of releases before 1.6 (torch.save)", kTorch},
    {Format::safetensors, Holds::model, "a safetensors file: weights without an architecture",
     "load it into its model and save the whole, with Keras or as TensorFlow Lite"},
    {Format::gguf, Holds::model, "a GGUF file, a language model for llama.cpp",
     "run it with llama.cpp; Nacre has no layers for it"},
    {Format::keras_json, Holds::read, "the architecture of a Keras model in JSON, without its weights",
     "give the file of its weights behind it: nacre convert model.json model.weights.h5"},
    {Format::keras_metadata, Holds::other, "the metadata.json of a Keras archive",
     "give it beside what it belongs to: nacre convert config.json metadata.json model.weights.h5"},
    {Format::keras_json_weights, Holds::model, "the list of the files that hold a Keras model's weights",
     "load the weights into their model and save the whole: model.save(\"model.keras\")"},
    {Format::mlflow, Holds::model, "the description of an MLflow model, not the model",
     "give the file beside it that holds the model, such as model.pkl or data/model.keras"},
    {Format::h2o_mojo, Holds::model, "an H2O MOJO", kRemake},
    {Format::java_object, Holds::model, "a Java object, as Weka and Spark save them", kRemake},
    {Format::npz, Holds::other, "a .npz archive of NumPy arrays",
     "save the fitted model itself with joblib.dump; arrays alone do not say what to compute"},
    {Format::npy, Holds::other, "a NumPy array",
     "give it to nacre run as --input; a model is a pickle, joblib, HDF5, .keras, TensorFlow Lite, ONNX, "
     "XGBoost, LightGBM or CatBoost file"},
    {Format::zip, Holds::other, "a zip archive", kUnpack},
    {Format::tar, Holds::other, "a tar archive", kUnpack},
    {Format::other_compression, Holds::other,
     "a file in a compression that joblib does not write (zstd, Snappy, compress or lzip)",
     "decompress it and give what comes out"},
    {Format::other_archive, Holds::other, "a 7z or rar archive", kUnpack},
    {Format::matlab, Holds::other, "a MATLAB file", kGive},
    {Format::table, Holds::other, "a table of data or a database (Parquet, Arrow or SQLite)", kGive},
    {Format::image, Holds::other, "an image", kGive},
    {Format::document, Holds::other, "a document (PDF or Office)", kGive},
    {Format::program, Holds::other, "a program or a library", kGive},
    {Format::notebook, Holds::other, "a Jupyter notebook", "run it and give the model that it saves"},
    {Format::json, Holds::other, "a JSON file", kGive},
    {Format::xml, Holds::other, "an XML file", kGive},
    {Format::html, Holds::other, "a web page",
     "download the file itself: on GitHub and Hugging Face by the link \"raw\" or \"download\""},
    {Format::git_lfs_pointer, Holds::other, "a Git LFS pointer, not the file itself",
     "fetch the file with git lfs pull"},
    {Format::dvc_pointer, Holds::other, "a DVC pointer, not the file itself", "fetch the file with dvc pull"},
    {Format::line_ends, Holds::other, "an HDF5 file whose line ends were changed by a transfer as text",
     kCopyUnchanged},
    {Format::text_encoded, Holds::other, "a binary file that was saved as text, which replaced some of its bytes",
     kCopyUnchanged},
    {Format::empty, Holds::other, "an empty file", "download or save the model again"},
    {Format::text, Holds::other, "a text file", kGive},
    {Format::unknown, Holds::other, "a file of an unknown format", kGive},
};

const Kind& kind(Format format) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds) - 1,
                       [format](const Kind& kind) { return kind.format == format; });
}

}  // namespace

const char* describe(Format format) { return kind(format).name; }
const char* way_out(Format format) { return kind(format).way_out; }
bool is_model(Format format) { return kind(format).holds != Holds::other; }
bool is_read(Format format) { return kind(format).holds == Holds::read; }

std::string describe_unread(std::span<const std::byte> bytes, Format format) {
  std::string text = fmt::format("this is {}", describe(format));
  if (format == Format::text) {
    constexpr std::size_t kQuoted = 60;
    std::string_view line(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kQuoted));
    text += fmt::format(" that begins \"{}\"", printable(line.substr(0, line.find_first_of("\r\n"))));
  }
  if (format == Format::nacre) return text + ", converted already";
  switch (kind(format).holds) {
    case Holds::later: return text + ", which is not read yet";
    case Holds::model: return text + ", which Nacre does not read";
    default: return text;
  }
}

}  // namespace nacre::tools
