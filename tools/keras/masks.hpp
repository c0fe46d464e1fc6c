#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/keras/calls.hpp"
#include "tools/keras/classes.hpp"

namespace nacre::tools {

/// Since 3.8, MultiHeadAttention takes the masks from the tensors that it reads. Layers get the mask that the model
/// states in their calls all the same; but it, and merges that look at tensors, do without when they run after it.
struct KerasMaskAtRun {
  std::optional<int> taken_by = {};  ///< the call that has taken it, by its number among such calls
  bool is_lost = false;              ///< taken, or of a tensor that layers made of such
  bool is_read = false;              ///< by a layer that hands it on or looks at it
  bool is_given = false;             ///< by a model around this one
  std::set<int> behind = {};         ///< the calls of that kind which the tensor depends on
};

/// A tensor between layers, and whether it has a mask: Masking makes one, and an Embedding with mask_zero.
struct KerasTensor {
  ValueId value;
  bool is_masked = false;
  std::optional<ValueId> skipped = {};  ///< the mask as KerasLayer has it; none: not known, or there is no mask
  std::optional<ValueId> blocked_pairs = {};  ///< of the first input of a call: what KerasLayer has there
  KerasMaskAtRun at_run = {};
};

/// Whether calls of a layer take the masks from the tensors that they read, and the query's from nowhere else.
bool takes_masks(const std::string& class_name, const KerasVersion& version);

/// Whether what a layer gives depends on the masks that its inputs have when it runs, besides those of its call.
bool looks_at_masks(const KerasClass& known, const KerasLayer& layer);

/// 1 where a tensor is 0, else 0, as float32.
ValueId add_mask_of_zeros(Graph& graph, ValueId x, const std::string& name);

/// Follows the masks that layers of a model take from tensors when they run.
class KerasMaskRuns {
 public:
  /// Notes what a call does to the masks of the tensors that it reads. Throws Refusal where that depends on the order
  /// in which Keras makes calls that do not depend on each other.
  void meet(const KerasCall& call, std::map<TensorKey, KerasTensor>& known, const std::vector<KerasTensor>& inputs,
            const KerasVersion& version);
  /// The calls that take masks and that a call of these inputs, met last, depends on, with itself.
  std::set<int> behind(const std::vector<KerasTensor>& inputs) const;

 private:
  int takers_ = 0;
  bool has_taken_ = false;  ///< the call met last
};

/// Throws Refusal where a layer would heed the mask of an input in a way that Nacre does not know.
void check_mask(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs);

/// Gives the outputs of a layer their masks: layer.skipped is what an Embedding or Masking skips, otherwise the mask of
/// its first input.
void mask_outputs(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs,
                  std::vector<KerasTensor>& outputs);

}  // namespace nacre::tools
