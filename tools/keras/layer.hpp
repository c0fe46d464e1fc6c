#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/graph/graph.hpp"
#include "tools/keras/version.hpp"

namespace nacre::tools {

/// A layer of a Keras model on its way into a graph.
struct KerasLayer {
  Graph& graph;
  std::string class_name;
  std::string name;
  const nlohmann::json& config;
  std::vector<Array> weights;
  KerasVersion version;
  std::vector<Array> backward_weights = {};  ///< of a Bidirectional layer; `weights` are those of its forward layer
  bool remembers = true;                     ///< whether stateful=True has an effect where the layer stands
  int outputs_read = 1;                      ///< so many of its outputs, or fewer, are read
  std::optional<ValueId> skipped = {};       ///< [batch, time]: 1 where a mask skips the step, otherwise 0
  std::vector<std::optional<ValueId>> all_skipped = {};  ///< the same of each input
  std::optional<ValueId> blocked_pairs = {};  ///< [batch, queries, keys]: 1 where a mask of pairs blocks one

  [[noreturn]] void refuse(const std::string& what,
                           const std::string& advice = "save the model again with Keras") const;

  /// Refuses what releases compute differently, where the file does not tell which of them saved it.
  [[noreturn]] void refuse_unknown_release(const std::string& what) const;

  /// Entries of the configuration; `otherwise` where they are absent or null.
  std::string text(const char* key, const std::string& otherwise) const;
  bool flag(const char* key, bool otherwise) const;
  double number(const char* key, double otherwise) const;
  /// One or `count` integers, as Keras writes sizes.
  std::vector<std::int64_t> integers(const char* key, std::size_t count, std::int64_t otherwise) const;
  /// The axis of x that the layer works along, which may count from the end or be a list of one.
  std::size_t axis(ValueId x, std::int64_t otherwise) const;
  bool channels_first() const;

  /// Weight `i` with a shape of `rank` dimensions; throws where the file has none.
  const Array& weight(std::size_t i, std::size_t rank) const;
  ValueId constant(const Array& array) const { return graph.add_constant(array); }
  /// Bias, or zeros where the layer has none.
  ValueId bias(std::size_t i, std::int64_t size) const;

  void require_rank(ValueId x, std::size_t rank) const;
  std::size_t last_axis(ValueId x) const { return graph.shape(x).size() - 1; }
  ValueId move_axis(ValueId x, std::size_t from, std::size_t to) const;
  /// What `import` makes of x when `axis` is its last, with that axis back in its place where it still is
  /// one.
  template <typename Import>
  ValueId with_axis_last(ValueId x, std::size_t axis, Import import) const {
    const std::size_t last = last_axis(x);
    const ValueId y = import(move_axis(x, axis, last));
    return last_axis(y) == last ? move_axis(y, last, axis) : y;
  }
  /// What `import`, which keeps shapes, makes of x with these axes as one, its last.
  template <typename Import>
  ValueId with_axes_merged(ValueId x, const std::vector<std::size_t>& axes, Import import) const {
    const MergedAxes merged = merge_axes(x, axes);
    return split_axes(import(merged.x), merged);
  }
  /// The same for images and sequences, which the runtime has with their channels last.
  template <typename Import>
  ValueId with_channels_last(ValueId x, Import import) const {
    return with_axis_last(x, channels_first() ? 1 : last_axis(x), import);
  }

  /// Axes that are the last of x as one, and how x was before.
  struct MergedAxes {
    ValueId x;
    std::vector<std::size_t> order;
    Dimensions shape;  ///< of x, in that order
  };
  MergedAxes merge_axes(ValueId x, const std::vector<std::size_t>& axes) const;
  ValueId split_axes(ValueId y, const MergedAxes& merged) const;
  /// Several axes that the configuration states, or one, in ascending order; refuses the batch.
  std::vector<std::size_t> axes(ValueId x, std::int64_t otherwise) const;

  /// x [batch, …, depth] . kernel [depth, width]
  ValueId dense(ValueId x, const Array& kernel) const;

  /// Applies the activation that the configuration names under `key`.
  ValueId activated(ValueId x, const char* key = "activation") const;
  ValueId apply(ValueId x, const std::string& activation, double alpha) const;
  [[noreturn]] void refuse_activation(const std::string& activation) const;
};

using ImportKerasLayer = ValueId (*)(const KerasLayer& layer, const std::vector<ValueId>& inputs);
using ImportAllOfKerasLayer = std::vector<ValueId> (*)(const KerasLayer& layer, const std::vector<ValueId>& inputs);

/// The parameters of an activation function by its Keras name; nothing for linear. Softmax is apart.
std::optional<parameters::Activation> keras_activation(const std::string& name, int keras_version, double alpha);
/// Whether a word names an activation function that is read, softmax and linear included; the names of all of them.
bool is_keras_activation(const std::string& word);
std::vector<std::string> keras_activation_names();

/// Throws Refusal where an option of the layer is one that Nacre lacks, whatever its inputs.
void check_options(const KerasLayer& layer);
void check_bidirectional(const KerasLayer& layer);
/// Refuses a bias of Keras 3 along an axis of y where another axis has its length, along which TensorFlow adds it.
void require_bias_along(const KerasLayer& layer, const Dimensions& y, std::size_t axis);
void check_time_major(const KerasLayer& layer);
/// Of a recurrent layer or a cell.
void check_cells(const KerasLayer& layer);
void check_conv_lstm(const KerasLayer& layer);

/// Layers that others are made of.
ValueId import_merge(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_conv_1d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_conv_2d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_conv_3d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_concatenate(const KerasLayer&, const std::vector<ValueId>&);
/// What a recurrent layer gives, then, where it returns them and as far as they are read, its states after the last
/// step.
std::vector<ValueId> import_cells(const KerasLayer&, const std::vector<ValueId>&);

}  // namespace nacre::tools
