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

/// A part of a tensor along its first axis that is as long as the model computes: what comes before a place, or after
/// it.
struct OpenPart {
  int source;                    ///< tensor
  std::optional<ValueId> place;  ///< before which it ends; none of a part that goes on to the end
};

/// A variable of the file.
struct TfliteVariable {
  std::optional<Array> first;    ///< what it is before the first run; zeros where nothing is stated
  std::optional<ValueId> now;    ///< at this place of the graph
  std::optional<ValueId> state;  ///< what the run before has left: an input of the graph
  bool is_assigned = false;      ///< in the graph; else it is a constant
};

/// One TFLite file on its way to a graph: its tensors, and what is known of each.
class TfliteImporter {
 public:
  /// The shapes of `choices` fix the dimensions that inputs leave open; those used are gone.
  TfliteImporter(const Buffer& file, const tflite::Model& model, TfliteSignature signature, TfliteChoices& choices);

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
    /// At least 1 each where the operator has data; some inputs may be absent.
    unsigned inputs() const { return op.inputs() == nullptr ? 0 : op.inputs()->size(); }
    unsigned outputs() const { return op.outputs() == nullptr ? 0 : op.outputs()->size(); }
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
    bool is_quantised() const;  ///< or of int16, which are quantised too
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
  /// Whether weights of int8 that multiply floats become float32, as the caller says.
  bool has_exact_weights() const { return choices_.exact_weights; }
  /// The value that computes a tensor, or is one: a constant becomes one, real constants as float32.
  ValueId value(int tensor);
  /// Type and shape: those of the value where it has been made, else what the file states.
  TensorType type(int tensor) const;
  const tflite::Tensor& tensor(int index) const;
  std::string tensor_name(int index) const;
  /// Whether the caller chooses a dimension. The file then states 1 for it, which is right for a batch alone.
  bool is_open(int tensor) const;
  /// Whether a tensor is an output of the model that no operator reads.
  bool is_given_alone(int tensor) const;
  /// Another graph of the file, with inputs and outputs of its own.
  Graph subgraph(int index) const;
  const tflite::Model& model() const { return model_; }
  const tflite::SubGraph& model_graph(int index) const {
    return whole_graph(model_, static_cast<std::uint32_t>(index));
  }
  /// Of the convolution in hand, where it stands for a dilated one; else null.
  const Dilation* dilation() const { return dilation_ ? &*dilation_ : nullptr; }

 private:
  friend struct Call;
  friend void import_dequantize(const Call&);
  friend void import_cast(const Call&);
  friend void import_space_to_batch(const Call&);
  friend void import_batch_to_space(const Call&);
  friend void import_var_handle(const Call&);
  friend void import_call_once(const Call&);
  friend void import_read_variable(const Call&);
  friend void import_assign_variable(const Call&);
  friend void import_svdf(const Call&);
  friend void import_signal_subtraction(const Call&);
  friend class SignalStream;
  friend void import_slice(const Call&);
  friend bool import_replaced_part(const Call&);

  void read_tensor(int index);
  bool is_constant_of_zeros(int tensor) const;
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
  bool multiplies_int8(int tensor) const;
  TfliteVariable& variable_of(const Call& call);
  ValueId begin_variable(const Call& call, TfliteVariable& variable, const TensorType& type);
  void find_assigned_variables();
  /// The graph of one run, whose states are its last inputs, as one that keeps them.
  Graph with_states(Graph model) const;

  Buffer file_;
  const tflite::Model& model_;
  int depth_ = 0;  ///< of branches around the graph
  const TfliteSignature signature_;
  const tflite::SubGraph& subgraph_;
  TfliteChoices& choices_;
  std::unordered_map<int, unsigned> reads_;  ///< of each tensor that is read: by operators, and as an output
  Graph graph_;
  std::vector<Quantization> quantization_;                          // by tensor
  std::vector<std::optional<ValueId>> values_;                      // by tensor
  std::vector<std::optional<std::vector<std::int64_t>>> integers_;  // computed shapes, by tensor
  std::map<int, Dilation> blocks_;  // by tensor: what is between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND
  std::optional<Dilation> dilation_;
  std::vector<int> constant_of_;  // by tensor: the constant it stands for (DEQUANTIZE of float16)
  std::map<int, OpenPart> open_parts_;                // by tensor
  std::map<int, std::string> handles_;                // by tensor: the variable that it names
  std::map<std::string, TfliteVariable> variables_;  // by name
  std::set<int> assigned_;                           // handles that the graph assigns to
  std::optional<ValueId> has_run_;                   // a state: 1 after the first run
  std::set<int> refused_;         // tensors that nothing computes, because their operator is refused
};

template <typename Options>
const Options& TfliteImporter::Call::options() const {
  if (op.builtin_options_type() != tflite::BuiltinOptionsTraits<Options>::enum_value || op.builtin_options() == nullptr)
    refuse("lacks its options");
  return *static_cast<const Options*>(op.builtin_options());
}

[[noreturn]] void refuse_damaged(const std::string& where, const std::string& what);

/// Bounds of a fused activation as real numbers, and as those that the output stores.
struct FusedBounds {
  float minimum, maximum;
};
FusedBounds fused_bounds(const TfliteImporter::Call& call, tflite::ActivationFunctionType function);
struct StoredRange {
  int minimum, maximum;
};
StoredRange stored_range(const TfliteImporter::Call& call, tflite::ActivationFunctionType function);

/// Writes them to the table of an operator that clamps: those that its kernel reads, and no others, so
/// that layers alike have tables alike.
template <typename Table>
void set_bounds(const TfliteImporter::Call& call, Table& table, tflite::ActivationFunctionType function) {
  if (call.is_quantised()) {
    const StoredRange range = stored_range(call, function);
    if (call.is_int8()) table.output_minimum = range.minimum, table.output_maximum = range.maximum;
    else table.minimum = static_cast<float>(range.minimum), table.maximum = static_cast<float>(range.maximum);
  } else {
    const FusedBounds bounds = fused_bounds(call, function);
    table.minimum = bounds.minimum, table.maximum = bounds.maximum;
  }
}

/// Padding along one axis, as TensorFlow computes SAME and VALID.
AxisPadding tflite_padding(tflite::Padding padding, std::int64_t input, std::int64_t kernel,
                           std::int64_t stride, std::int64_t dilation);

/// `x` under another shape, where it has another.
ValueId reshaped(Graph& graph, ValueId x, const Dimensions& shape);

}  // namespace nacre::tools
