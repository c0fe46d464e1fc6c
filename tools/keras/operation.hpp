#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/keras/fragment.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// The call of an operation between tensors in a functional model (x + y, keras.ops.mean(x, axis=1),
/// tf.reduce_mean(x)): its arguments by their place, wherever the file has them: among those of the call, by position
/// or name, or in the configuration.
class KerasOperation {
 public:
  /// `parameters`: the names of its parameters in their order, with blanks between them. `call` is what bound_call
  /// gives, `inputs` are the tensors that it names.
  KerasOperation(const KerasLayer& layer, const nlohmann::json& call, std::vector<ValueId> inputs,
                 const char* parameters);

  const KerasLayer& layer() const { return layer_; }
  Graph& graph() const { return layer_.graph; }
  const std::string& name() const { return layer_.name; }
  /// Throws Refusal of this operation.
  template <typename... Arguments>
  [[noreturn]] void refuse(Arguments&&... arguments) const { layer_.refuse(std::forward<Arguments>(arguments)...); }

  /// Argument `i`; null where it is not given, or the operation has no such parameter.
  const nlohmann::json& argument(std::size_t i) const;
  bool has(std::size_t i) const { return !argument(i).is_null(); }
  bool flag(std::size_t i, bool otherwise) const;
  double number(std::size_t i, double otherwise) const;
  std::int64_t integer(std::size_t i, std::int64_t otherwise) const;
  std::string text(std::size_t i, const std::string& otherwise) const;
  /// One integer or a list of them.
  std::vector<std::int64_t> integers(std::size_t i) const;

  bool is_tensor(std::size_t i) const;
  /// Whether it is a number, and no tensor or array.
  bool is_number(std::size_t i) const { return argument(i).is_number() || argument(i).is_boolean(); }
  /// A tensor, or a number or array as a constant.
  ValueId tensor(std::size_t i) const;
  /// The same as float32.
  ValueId real(std::size_t i) const { return as_real(tensor(i)); }
  ValueId as_real(ValueId x) const;
  ValueId as_integer(ValueId x) const;
  /// All tensors of a list.
  std::vector<ValueId> tensors(std::size_t i) const;

  /// An axis of a tensor, stated as argument `i`, that may count from the end; refuses the batch. `beyond`: the axis is
  /// one of `rank` that the tensor gets.
  std::size_t axis(std::int64_t stated, std::size_t rank) const;
  /// Axes that argument `i` states; refuses the batch, and thus none, which would be all.
  std::vector<std::size_t> axes(std::size_t i, std::size_t rank) const;

  /// Refuses a value that has not the batch first, as one row of it.
  ValueId of_rows(ValueId y) const;

 private:
  const KerasLayer& layer_;
  std::vector<ValueId> inputs_;
  std::vector<nlohmann::json> arguments_;
};

using ImportKerasOperation = std::vector<ValueId> (*)(const KerasOperation& operation, int what);

/// A row of the table of operations.
struct KerasOperationRow {
  const char* name;  ///< the class of Keras 3, or the function of TensorFlow that Keras 2 names
  const char* parameters;
  ImportKerasOperation import;
  int what = 0;  ///< for `import`
};

// Those of each family, in operations_*.cpp.
std::vector<KerasOperationRow> keras_elementwise_operations();
std::vector<KerasOperationRow> keras_formula_operations();
std::vector<KerasOperationRow> keras_reducing_operations();
std::vector<KerasOperationRow> keras_moving_operations();
std::vector<KerasOperationRow> keras_other_operations();
std::vector<KerasOperationRow> keras_picking_operations();
std::vector<KerasOperationRow> keras_image_operations();
std::vector<KerasOperationRow> keras_kernel_operations();
std::vector<KerasOperationRow> keras_einsum_operations();

/// Null for one that Nacre does not read.
const KerasOperationRow* find_keras_operation(const std::string& name);
/// Names of all of them: classes of Keras 3, and functions of TensorFlow.
std::vector<std::string> keras_operation_names();

/// What an operation is called in the table: of Keras 2 its function.
std::string operation_name(const KerasLayer& layer);

/// Refuses an operation that Nacre does not read.
void check_operation(const KerasLayer& layer);

/// What the operation gives.
std::vector<ValueId> import_operation(const KerasLayer& layer, const nlohmann::json& call,
                                      const std::vector<ValueId>& inputs);

}  // namespace nacre::tools
