#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/common/buffer.hpp"
#include "tools/common/refusal.hpp"
#include "tools/graph/graph.hpp"
#include "tools/tflite/read.hpp"
#include "tools/tflite/signature.hpp"
#include "tools/tflite/tflite_generated.h"

namespace nacre::tools {

struct TfliteOperator;  // a row of the table of operators: tools/tflite/operators.hpp

/// Padding before and after along one axis.
struct AxisPadding {
  std::uint16_t before, after;
};

/// A dilated convolution as TensorFlow writes it: SPACE_TO_BATCH_ND, a convolution of each of the blocks
/// that this makes, and BATCH_TO_SPACE_ND.
struct Dilation {
  int source;                         ///< tensor that is taken apart
  std::vector<std::int64_t> block;    ///< one or two axes
  std::vector<std::int64_t> padding;  ///< before and after, by axis
  const tflite::Operator* convolution = nullptr;
  bool is_whole = true;  ///< nothing has been done to the blocks
};

/// One TFLite file on its way to a graph: its tensors, and what is known of each.
class TfliteImporter {
 public:
  /// `shapes` fix the dimensions that inputs leave open; those used are gone.
  TfliteImporter(const Buffer& file, const tflite::Model& model, TfliteSignature signature,
                 std::deque<InputShape>& shapes);

  Graph run();

  /// The operator in hand, for the functions of tools/tflite/operators_*.cpp.
  struct Call {
    TfliteImporter& importer;
    const tflite::Operator& op;
    const TfliteOperator& row;
    std::string name;

    Graph& graph() const { return importer.graph_; }
    tflite::BuiltinOperator code() const;
    template <typename Options>
    const Options& options() const;
    /// Tensor number of an input or output; throws where the operator lacks it.
    int input(unsigned i) const;
    int output(unsigned i = 0) const;
    bool has_input(unsigned i) const;
    unsigned inputs() const { return op.inputs()->size(); }  ///< at least 1, some of which may be absent
    unsigned outputs() const { return op.outputs()->size(); }  ///< at least 1
    /// The value that computes an input (a constant becomes one, real constants as float32).
    ValueId value(unsigned i) const { return importer.value(input(i)); }
    TensorType type(unsigned i) const { return importer.type(input(i)); }
    /// As the file states it: open dimensions are 1.
    TensorType output_type(unsigned i = 0) const { return importer.type(output(i)); }
    const Quantization& quantization(unsigned i) const { return importer.quantization_[input(i)]; }
    const Quantization& output_quantization() const { return importer.quantization_[output()]; }
    /// Of a tensor that exists inside the operator alone.
    const Quantization& intermediate_quantization(unsigned i) const;
    bool is_int8() const;  ///< whether it computes with elements of int8
    void define(ValueId value, unsigned i = 0) const { importer.values_[output(i)] = value; }
    /// Output `i` is a shape, or part of one, that is known now.
    void define_integers(std::vector<std::int64_t> numbers, unsigned i = 0) const;
    [[noreturn]] void refuse(const std::string& what) const;
    [[noreturn]] void refuse(const std::string& what, const std::string& advice) const;
  };

  /// Real value of a constant, dequantised where it is stored as int8. Throws where it is none.
  std::vector<double> real_constant(int tensor) const;
  /// Integers of a constant, or of a shape that the file computes.
  std::vector<std::int64_t> integer_constant(int tensor) const;
  /// Whether integer_constant() has an answer.
  bool is_known(int tensor) const;
  bool is_constant(int tensor) const;
  /// The constant that a tensor is another type of (DEQUANTIZE); other tensors themselves.
  int stored_as(int tensor) const { return constant_of_.at(static_cast<std::size_t>(tensor)); }
  const Quantization& quantization(int tensor) const { return quantization_.at(static_cast<std::size_t>(tensor)); }
  /// The value that computes a tensor, or is one: a constant becomes one, real constants as float32.
  ValueId value(int tensor);
  /// Type and shape: those of the value where it has been made, else what the file states.
  TensorType type(int tensor) const;
  const tflite::Tensor& tensor(int index) const;
  std::string tensor_name(int index) const;
  /// Whether the caller chooses a dimension. The file then states 1 for it, which is right for a batch alone.
  bool is_open(int tensor) const;
  /// Another graph of the file, with inputs and outputs of its own.
  Graph subgraph(int index) const;
  /// Of the convolution in hand, where it stands for a dilated one; else null.
  const Dilation* dilation() const { return dilation_ ? &*dilation_ : nullptr; }

 private:
  friend struct Call;
  friend void import_dequantize(const Call&);
  friend void import_cast(const Call&);
  friend void import_space_to_batch(const Call&);
  friend void import_batch_to_space(const Call&);

  void read_tensor(int index);
  TensorType stated_type(int tensor) const;
  Array stored_array(int tensor) const;
  void add_input(const TflitePort& port, std::deque<InputShape>& shapes);
  void require_readable() const;
  Call call_of(std::size_t index);
  void import_operator(const Call& call);
  bool take_integers(const Call& call);
  void finish_output(const Call& call, unsigned i);
  ValueId given(int tensor);
  bool is_read_once(int tensor) const { return reads_.at(tensor) == 1; }
  bool take_into_blocks(const Call& call);

  Buffer file_;
  const tflite::Model& model_;
  int depth_ = 0;  ///< of branches around the graph
  const TfliteSignature signature_;
  const tflite::SubGraph& subgraph_;
  std::deque<InputShape>& shapes_;
  std::unordered_map<int, unsigned> reads_;  ///< of each tensor that is read: by operators, and as an output
  Graph graph_;
  std::vector<Quantization> quantization_;                          // by tensor
  std::vector<std::optional<ValueId>> values_;                      // by tensor
  std::vector<std::optional<std::vector<std::int64_t>>> integers_;  // computed shapes, by tensor
  std::map<int, Dilation> blocks_;  // by tensor: what is between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND
  std::optional<Dilation> dilation_;
  std::vector<int> constant_of_;  // by tensor: the constant it stands for (DEQUANTIZE of float16)
  std::set<int> refused_;         // tensors that nothing computes, because their operator is refused
};

template <typename Options>
const Options& TfliteImporter::Call::options() const {
  if (op.builtin_options_type() != tflite::BuiltinOptionsTraits<Options>::enum_value || op.builtin_options() == nullptr)
    refuse("lacks its options");
  return *static_cast<const Options*>(op.builtin_options());
}

[[noreturn]] void refuse_damaged(const std::string& where, const std::string& what);

/// Bounds of a fused activation: real for float32, stored for int8.
struct FusedBounds {
  float minimum, maximum;
  int output_minimum, output_maximum;
};
FusedBounds fused_bounds(const TfliteImporter::Call& call, tflite::ActivationFunctionType function);

/// Writes them to the table of an operator that clamps: those that its kernel reads, and no others, so
/// that layers alike have tables alike.
template <typename Table>
void set_bounds(const TfliteImporter::Call& call, Table& table, tflite::ActivationFunctionType function) {
  const FusedBounds bounds = fused_bounds(call, function);
  if (call.is_int8())
    table.output_minimum = bounds.output_minimum, table.output_maximum = bounds.output_maximum;
  else
    table.minimum = bounds.minimum, table.maximum = bounds.maximum;
}

/// Padding along one axis, as TensorFlow computes SAME and VALID.
AxisPadding tflite_padding(tflite::Padding padding, std::int64_t input, std::int64_t kernel,
                           std::int64_t stride, std::int64_t dilation);

/// `x` under another shape, where it has another.
ValueId reshaped(Graph& graph, ValueId x, const Dimensions& shape);

}  // namespace nacre::tools
