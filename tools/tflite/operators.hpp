#pragma once

#include "tools/tflite/importer.hpp"

namespace nacre::tools {

using Integers = std::vector<std::int64_t>;

constexpr unsigned kNoData = 255;

/// One operator of TensorFlow Lite: a row stands at the end of the file that has its function, and nothing else tells
/// operators apart.
struct TfliteOperator {
  tflite::BuiltinOperator code;
  /// Adds the nodes that compute it; null where it is read on shapes alone.
  void (*import)(const TfliteImporter::Call&);
  /// What it computes of integers that are all known, by output; nothing where it cannot. Null: the same.
  std::vector<Integers> (*integers)(const TfliteImporter::Call&);
  /// The operators of the runtime that it becomes. They decide for which elements there are kernels.
  std::vector<Operator> computes;
  std::uint8_t function = 0;  ///< of the first of those
  unsigned data = 0;          ///< the input whose elements are computed with; kNoData: it need have none
  std::vector<DataType> also = {};  ///< further elements, for which its function composes other operators
  const char* custom = nullptr;     ///< what the file calls it, where its code is CUSTOM

  std::string name() const { return custom != nullptr ? custom : tflite::EnumNameBuiltinOperator(code); }
};

// Those of each family, in operators_*.cpp.
std::vector<TfliteOperator> matrix_operators();
std::vector<TfliteOperator> window_operators();
std::vector<TfliteOperator> space_operators();
std::vector<TfliteOperator> elementwise_operators();
std::vector<TfliteOperator> reduce_operators();
std::vector<TfliteOperator> logic_operators();
std::vector<TfliteOperator> function_operators();
std::vector<TfliteOperator> control_operators();
std::vector<TfliteOperator> state_operators();
std::vector<TfliteOperator> recurrent_operators();
std::vector<TfliteOperator> layout_operators();
std::vector<TfliteOperator> rearrange_operators();
std::vector<TfliteOperator> resize_operators();
std::vector<TfliteOperator> index_operators();
std::vector<TfliteOperator> shape_operators();
std::vector<TfliteOperator> scatter_operators();
std::vector<TfliteOperator> detection_operators();
std::vector<TfliteOperator> signal_operators();

/// All that are read.
const std::vector<TfliteOperator>& tflite_operators();

/// The operator that a code stands for, wherever the file says it.
tflite::BuiltinOperator code_of(const tflite::OperatorCode& code);

/// "CONV_2D_3" of operator number 3, with the name of its own that a custom one has; "operator 3" of a code that nobody
/// knows.
std::string tflite_operator_name(const tflite::Model& model, const tflite::Operator& op, std::size_t index);

/// The row of operator number `index` of a graph. Throws Refusal that names it where there is none.
const TfliteOperator& tflite_operator(const tflite::Model& model, const tflite::Operator& op, std::size_t index);

/// Throws Refusal where the runtime has no kernel for the elements that an operator computes with.
void require_kernel(const TfliteImporter::Call& call);
/// Throws Refusal where an operator takes or gives unsigned words that it does not know as such.
void require_known_words(const TfliteImporter::Call& call);
[[noreturn]] void refuse_type(const TfliteImporter::Call& call, const std::string& type);

/// Position of an axis that may count from the end; refuses one that a tensor of `rank` lacks.
std::size_t axis_of(const TfliteImporter::Call& call, std::int64_t axis, std::size_t rank);
/// Multiplier and shift of each output channel of int8 weights, which are input 1: input scale * weight scale / output
/// scale.
ValueId add_rescale(const TfliteImporter::Call& call, std::int64_t channels);
/// A STRIDED_SLICE from places on that the device computes.
void import_computed_strided_slice(const TfliteImporter::Call& call);
/// What a STRIDED_SLICE takes of its input, whose shape and places must be known. Its sizes may be 0.
parameters::Slice strided_slice_of(const TfliteImporter::Call& call);
/// Whether a CONCATENATION replaces an element of a list; then it is imported.
bool import_replaced_part(const TfliteImporter::Call& call);
void import_svdf(const TfliteImporter::Call& call);
/// What a SLICE takes.
parameters::Slice slice_of(const TfliteImporter::Call& call);

std::vector<Integers> joined_integers(const TfliteImporter::Call&);
std::vector<Integers> gathered_integers(const TfliteImporter::Call&);
std::vector<Integers> reduced_integers(const TfliteImporter::Call&);
std::vector<Integers> combined_integers(const TfliteImporter::Call&);
std::vector<Integers> same_integers(const TfliteImporter::Call&);
std::vector<Integers> filled_integers(const TfliteImporter::Call&);
std::vector<Integers> sliced_integers(const TfliteImporter::Call&);
std::vector<Integers> split_integers(const TfliteImporter::Call&);
std::vector<Integers> counted_integers(const TfliteImporter::Call&);
std::vector<Integers> broadcast_integers(const TfliteImporter::Call&);

}  // namespace nacre::tools
