#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// What a layer does with the mask of its inputs, which says that steps of a sequence are to be skipped.
enum class MaskUse : std::uint8_t {
  passes,  ///< computes each step for itself and hands the mask on
  joins,   ///< the same for several inputs
  drops,   ///< neither heeds the mask nor hands it on
  heeds,   ///< its result depends on the mask, in a way that Nacre does not know
  weighs,  ///< the same, in the way of attention: the step of a value that is skipped has no weight
  skips,   ///< its result is without the steps that the mask skips; sequences that it returns keep the mask
};

/// The same in Keras 1 and 2, and since Keras 3.
struct MaskUses {
  MaskUse before_3, since_3;
};

/// How many weights a layer has in a file: those that training changes, and those that lie behind them.
struct WeightCount {
  std::size_t trainable = 0, fixed = 0;
};

/// All that is known of a class of Keras: the one list of them is in classes.cpp.
struct KerasClass {
  const char* name;
  ImportKerasLayer import;
  WeightCount (*weights)(const nlohmann::json& config);
  MaskUses mask;
  void (*check)(const KerasLayer& layer) = nullptr;  ///< refuses options that Nacre lacks; null: all are known
  bool is_activation = false;                        ///< may stand for an activation function
  bool takes_indices = false;                        ///< looks its input up
  bool is_augmentation = false;                      ///< acts in training alone, which its calls have by default
  bool is_recurrent = false;                         ///< may stand in a Bidirectional
  std::optional<ValueId> (*skipped)(const KerasLayer& layer, ValueId x) = nullptr;  ///< the mask that the layer makes
  /// In the place of `import`, all outputs of a layer that may take and return states; null: it has one.
  ImportAllOfKerasLayer import_all = nullptr;
  std::size_t call_tensors = 1;                    ///< of the positional arguments of its calls: so many are inputs
  std::span<const char* const> call_options = {};  ///< arguments of its calls that it reads, as in its configuration
};

/// Null for a class that Nacre does not read.
const KerasClass* find_keras_class(const std::string& name);

/// The names of all classes that it finds.
std::vector<std::string> keras_class_names();

/// Whether an entry of a model's layers is an operation between tensors: x + y, tf.exp(x).
bool is_keras_operation(const nlohmann::json& object);

/// The class of a layer, which stands in the configuration as `object`. Throws Refusal where there is none, and
/// where the layer is code of its own under a name of Keras, an operation that is not read, or quantised.
const KerasClass& keras_class_of(const KerasLayer& layer, const nlohmann::json& object);

}  // namespace nacre::tools
