#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nacre/kernel.hpp"
#include "nacre/tensor.hpp"
#include "schema/description_generated.h"
#include "tools/common/array.hpp"
#include "tools/graph/choice.hpp"
#include "tools/graph/parameters.hpp"
#include "tools/graph/program.hpp"

namespace nacre::tools {

using ValueId = std::uint32_t;
/// Lengths of axes, outermost first. What is not there throws std::out_of_range: ranks come from files.
struct Dimensions : std::vector<std::int64_t> {
  using vector::vector;
  Dimensions(std::vector<std::int64_t> lengths) : vector(std::move(lengths)) {}
  std::int64_t& operator[](std::size_t axis) { return at(axis); }
  std::int64_t operator[](std::size_t axis) const { return at(axis); }
  std::int64_t& front() { return at(0); }
  std::int64_t front() const { return at(0); }
  std::int64_t& back() { return at(size() - 1); }
  std::int64_t back() const { return at(size() - 1); }
};

/// Element type and shape on the device. The first dimension is the batch, usually 1.
struct TensorType {
  DataType type = DataType::float32;
  Dimensions shape;

  std::int64_t size() const;
  std::int64_t last() const { return shape.empty() ? 1 : shape.back(); }
  bool operator==(const TensorType&) const = default;
};
/// "float32 [1, 28, 28, 1]"
std::string to_string(const TensorType& type);

/// real = scale * (stored - zero_point), per tensor or per index of `axis`. Empty: not quantised.
struct Quantization {
  std::vector<float> scale;
  std::vector<std::int32_t> zero_point;
  int axis = 0;
};

/// A column of rows of numbers and texts: an element of a tensor. Texts of `replaced` count as those beside them.
struct Column {
  ValueId source;
  std::int64_t element;
  std::vector<std::pair<std::string, std::string>> replaced = {};
};

/// How the columns of a value come from those of another, each for itself and rising: by the transformation of Box and
/// Cox, or of Yeo and Johnson. Nodes compute it; where only order counts, as before trees, this says it in one word.
struct PowerMap {
  ValueId source;
  bool is_box_cox;
  std::vector<double> powers;  ///< by column
};

/// A tensor of the graph. A constant keeps the precision of the file it came from: the emitter rounds
/// it to `type` once, and the float64 evaluation sees what was saved.
struct GraphValue {
  std::string name;
  TensorType type;
  std::optional<Array> constant;
  Quantization quantization;
  std::vector<double> spread = {};  ///< of each column over the training rows, around 0, where the saved model knows it
  std::optional<TensorType> unpacked = {};  ///< of weights in the order of a target's kernels: what they were before
  bool may_be_missing = false;      ///< a NaN in this constant is meant: a value that is missing
  bool may_be_infinite = false;     ///< an infinity in this constant is meant: the score of a class that cannot be
  /// Of rows on their way through a reader whose columns are not all numbers of one tensor: no layer reads such a value
  /// (tools/sklearn/table.hpp). Empty for every tensor.
  std::vector<Column> columns = {};
  std::optional<PowerMap> power_of = {};
  bool refuses_missing = false;   ///< the library raises an error where this is NaN,
  bool refuses_infinite = false;  ///< or infinite, as an estimator that reads it finds,
  double above = -std::numeric_limits<double>::infinity();  ///< or not larger than this
};

/// One operation of a library on each number of a table. Of float64 data every operation rounds to float64, of
/// float32 data to float32.
struct ScalerStep {
  enum class Kind : std::uint8_t { subtract, divide, multiply, add, at_least, at_most };
  Kind kind;
  std::vector<double> operands;  ///< one, or one for each element of the last axis
  bool narrows = false;          ///< of float32 data the operands are rounded to float32 first
};

class Graph;

struct Node {
  std::string name;
  OperatorParameters parameters;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::vector<ScalerStep> steps = {};  ///< of an affine layer: how the library computes it; empty: as the operator says
  Program program = {};                 ///< of a map, whose last input stands for it
  /// The graph that the node repeats, which knows its own inputs and constants alone; null for most. Copies of the node
  /// share it: a pass that changes it gives the node another (tools/graph/bodies.hpp).
  std::shared_ptr<const Graph> body = {};
  std::optional<Choice> choice = {};  ///< of a layer that chooses: what the library leaves open

  Operator op() const { return parameters.op(); }
  /// The struct of its operator: parameters::Conv2D …
  template <typename Parameters>
  const Parameters& as() const { return parameters.as<Parameters>(); }
  template <typename Parameters>
  Parameters& as() { return parameters.as<Parameters>(); }
};

/// What a column of rows may hold; the device takes their places in the list.
struct Categories {
  std::uint32_t column;
  std::vector<std::string> texts;  ///< numbers as texts, too
  bool refuses_others = false;     ///< the library raises for another one; else it counts as missing
};

/// What a column of an input held in training: rows that check a conversion are made of such values. A column of
/// numbers has numbers, one of texts has texts.
struct Samples {
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

/// What the library saw in training where a value is missing: it tells these apart, the device does not.
enum class MissingKind : std::uint8_t { nan, none, empty_text };

/// An input or output of the model.
struct Port {
  std::string name;
  ValueId value;
  std::vector<std::string> features;  ///< names of the last axis, for CSV; may be empty
  std::vector<std::string> labels;    ///< classes that the last axis stands for; may be empty
  bool refuses_missing = false;       ///< of an input: the library raises for NaN,
  bool refuses_infinite = false;      ///< or for an infinity
  bool answers = false;               ///< what a predictor says of a row: no features for another model
  std::string alias = {};             ///< another name that finds it, where the saved model has two
  std::vector<Categories> categories = {};  ///< of an input
  /// Of an input that takes its elements from Graph::table: which columns they are.
  std::vector<std::uint32_t> places = {};
  std::map<std::int64_t, Samples> samples = {};  ///< of an input, by element
  std::map<std::size_t, double> above = {};      ///< of an input, by element: the library takes only what is above it
  std::map<std::size_t, MissingKind> missing = {};  ///< of an input, by element: as those who read it agree
};

/// A file that the model came from.
struct SourceFile {
  std::string file;    ///< base name
  std::string sha256;  ///< 64 hexadecimal digits
  std::string library;
  std::string library_version;
};

/// What a reader knows against a layer in float32 that sampled rows cannot show, since only rows like those of training
/// would. In float32 the layer is refused, unless rows of the user prove it.
struct Doubt {
  std::string layer;
  std::string what;
  std::string advice;
  bool of_rows = false;  ///< each row can be judged as it comes, so that the layer is not refused
};

constexpr std::int32_t kMostTerms = 4096;  ///< unless the user says otherwise

/// A network between reader and emitter. Nodes are in execution order: add() is the only way to make
/// one, and takes values that exist.
class Graph {
 public:
  std::vector<GraphValue> values;
  std::vector<Node> nodes;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::vector<SourceFile> sources;
  std::vector<Doubt> doubts;
  /// The columns of the table that inputs take theirs from, each by its name; empty texts where they have none. Empty:
  /// each input has rows of its own.
  std::vector<std::string> table;
  std::string name;
  schema::InputPrecision input_precision = schema::InputPrecision::decimal;
  std::int32_t most_terms = kMostTerms;  ///< entries of a row of terms, where the vocabulary has more

  ValueId add_input(std::string name, TensorType type, std::vector<std::string> features = {});
  /// A constant that the device holds as `type`.
  ValueId add_constant(Array array, DataType type = DataType::float32, std::string name = {});
  /// Float64 values that the device holds as float32.
  ValueId add_constant(Dimensions shape, std::vector<double> values);
  void add_output(std::string name, ValueId value, std::vector<std::string> labels = {});

  /// Appends a node whose shape rule gives its outputs, and returns the first: all are `nodes.back().outputs`. `name`
  /// is what people call the layer; empty: the operator's word and a number. Throws Refusal when the inputs do not
  /// fit, or a parameter is not a number that float32 holds (but see Definition::any_parameter and
  /// GraphValue::may_be_infinite).
  template <typename Parameters>
  ValueId add(const Parameters& of_layer, std::vector<ValueId> inputs, std::string name = {}) {
    OperatorParameters parameters;
    parameters.Set(of_layer);
    return add_node({std::move(name), parameters, std::move(inputs), {}}, nullptr);
  }
  /// The same for an operator whose output is quantised, as the file states it.
  template <typename Parameters>
  ValueId add_quantized(const Parameters& of_layer, std::vector<ValueId> inputs, std::string name,
                        const Quantization& output) {
    OperatorParameters parameters;
    parameters.Set(of_layer);
    return add_node({std::move(name), parameters, std::move(inputs), {}}, &output);
  }

  /// Appends a node that computes a program of these inputs.
  ValueId add_map(Program program, std::vector<ValueId> inputs, std::string name = {});
  /// The same for an operator that runs a body.
  template <typename Parameters>
  ValueId add_with_body(const Parameters& of_layer, std::vector<ValueId> inputs, Graph body, std::string name) {
    OperatorParameters parameters;
    parameters.Set(of_layer);
    return add_node({std::move(name), parameters, std::move(inputs), {}, {}, {},
                     std::make_shared<const Graph>(std::move(body))}, nullptr);
  }

  const TensorType& type(ValueId value) const { return values[value].type; }
  const Dimensions& shape(ValueId value) const { return values[value].type.shape; }
  std::vector<TensorType> input_types(const Node& node) const;
  std::vector<TensorType> output_types(const Node& node) const;

 private:  // by the rules of the operator: tools/operators/add_node.cpp
  ValueId add_node(Node node, const Quantization* output);
};

/// ((x - center) * scale + offset) over the last axis, with the centre in two floats so that a mean
/// far larger than the spread loses nothing. One value each, or one per element of the last axis.
ValueId add_affine(Graph& graph, ValueId x, std::vector<double> center, std::vector<double> scale,
                   std::vector<double> offset, std::string name,
                   const parameters::Affine& limits = {});

/// A scaler: the affine layer of these steps, which rounds to float32 on the device and as they say in float64.
/// Throws Refusal where they have another number of operands than x has features.
ValueId add_scaler(Graph& graph, ValueId x, std::vector<ScalerStep> steps, std::string name);

/// Doubts a layer that takes these centres from x and scales what is left, where float32 rounds x by more than 1e-3 of
/// what the layer gives: epoch seconds, and other numbers that differ in their last digits.
void doubt_large_offsets(Graph& graph, ValueId x, const std::vector<double>& center, const std::vector<double>& scale,
                         const std::string& layer);

/// x . weights + bias, with weights [depth, units] in row-major order. The bias may be infinite where that is
/// meant.
ValueId add_fully_connected(Graph& graph, ValueId x, const std::vector<double>& weights,
                            const std::vector<double>& bias, std::string name, bool infinite_bias = false);

/// A reshape that keeps the first dimension: `shape` is without the batch.
ValueId add_reshape(Graph& graph, ValueId x, const Dimensions& shape, std::string name);

}  // namespace nacre::tools
