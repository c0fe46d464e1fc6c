// Labels and texts.

#include <algorithm>

#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {
namespace {


void write_label_decode(OnnxExporter& to, const Node& node) {
  const bool is_text = node.inputs.size() > 2;
  std::string labels;
  if (is_text) {
    const std::vector<std::string> texts = to.texts(node, node.inputs[1], node.inputs[2]);
    labels = to.out().constant({std::ssize(texts)}, texts);
  } else {
    labels = to.flat(node.inputs[1]);
  }
  to.define_rows(node.outputs[0], to.gather(labels, to.flat(node.inputs[0]), 0));
}

/// The place of each element among keys; of what is none of them, `otherwise`. Where that is the number of keys, ONNX
/// Runtime ends with an error, as the device does: nothing stands there.
std::string places_of(OnnxExporter& to, const std::string& x, OnnxAttributes keys, std::int64_t count,
                      std::int64_t otherwise) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < count; ++i) places.push_back(i);
  const std::string place = to.add(
      "LabelEncoder", {x}, keys.integers("values_int64s", places).integer("default_int64", otherwise), kMlDomain);
  return otherwise < count ? place : to.gather(to.out().integers(places), place, 0);
}

void write_label_encode(OnnxExporter& to, const Node& node) {
  const DataType type = to.type(node.inputs[0]).type;
  OnnxAttributes keys;
  std::int64_t count = 0;
  if (type == DataType::string) {
    const std::vector<std::string> texts = to.texts(node, node.inputs[1], node.inputs[2]);
    keys.texts("keys_strings", texts);
    count = std::ssize(texts);
  } else {
    const std::vector<double> numbers = to.numbers(node, node.inputs[1]);
    count = std::ssize(numbers);
    if (type == DataType::int64) keys.integers("keys_int64s", {numbers.begin(), numbers.end()});
    else keys.tensor("keys_tensor", OnnxType::float64, {count}, std::as_bytes(std::span(numbers)));
    if (type != DataType::int64) to.refuse(node, "finds labels of float64, which ONNX Runtime cannot");
  }
  to.define_rows(node.outputs[0], places_of(to, to.flat(node.inputs[0]), keys, count, count));
}

/// Each column is found among its own part of the list.
void write_find_text(OnnxExporter& to, const Node& node) {
  const std::vector<double> columns = to.numbers(node, node.inputs[1]);
  const std::vector<std::string> texts = to.texts(node, node.inputs[2], node.inputs[3]);
  const bool refuses = node.as<parameters::FindText>().refuses_others;
  const std::string x = to.flat(node.inputs[0]);
  std::vector<std::string> found;
  for (std::size_t j = 0, first = 0; j < columns.size() / 2; ++j) {
    const auto end = static_cast<std::size_t>(columns[2 * j + 1]);
    const std::vector<std::string> keys(texts.begin() + static_cast<std::ptrdiff_t>(first),
                                        texts.begin() + static_cast<std::ptrdiff_t>(refuses ? end : end - 1));
    const std::string column = to.gather(x, to.out().integers({static_cast<std::int64_t>(columns[2 * j])}), 1);
    const auto count = std::ssize(keys);
    std::string place;
    if (keys.empty()) {
      place = to.add("Mul", {to.cast(to.add("Equal", {column, column}), OnnxType::int64),
                             to.number(OnnxType::int64, 0)});
    } else if (refuses) {
      place = places_of(to, column, OnnxAttributes().texts("keys_strings", keys), count, count);
    } else {
      std::vector<std::int64_t> places;
      for (std::int64_t i = 0; i < count; ++i) places.push_back(i);
      place = to.add("LabelEncoder", {column},
                     OnnxAttributes()
                         .texts("keys_strings", keys)
                         .integers("values_int64s", places)
                         .integer("default_int64", count),
                     kMlDomain);
    }
    found.push_back(to.add("Add", {place, to.number(OnnxType::int64, static_cast<double>(first))}));
    first = end;
  }
  const std::string all =
      found.size() == 1 ? found.front() : to.add("Concat", found, OnnxAttributes().integer("axis", 1));
  to.define(node.outputs[0], to.cast(all, OnnxType::int32));
}

void refuse_terms(OnnxExporter& to, const Node& node) {
  to.refuse(node, "reads terms out of texts, for which ONNX has no operator that follows the rules of scikit-learn",
            "export what stands behind the vectoriser, or the pipeline with skl2onnx");
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_labels() {
  return {{Operator::label_decode, write_label_decode}, {Operator::label_encode, write_label_encode},
          {Operator::find_text, write_find_text},       {Operator::count_terms, refuse_terms},
          {Operator::hash_terms, refuse_terms},         {Operator::sparse_matmul, refuse_terms},
          {Operator::scatter, refuse_terms}};
}

}  // namespace nacre::tools
