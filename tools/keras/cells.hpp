#pragma once

#include <optional>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// A cell on its way into the body of a scan, which is the graph of its layer. The layer's weights are the cell's.
class Cell {
 public:
  /// Throws Refusal where the weights have other sizes than so many gates need. With spatial axes its products are
  /// convolutions.
  Cell(const KerasLayer& layer, std::int64_t gates, std::size_t spatial_axes = 0);

  Graph& graph() const { return layer_.graph; }
  const KerasLayer& layer() const { return layer_; }
  std::int64_t units() const { return units_; }

  /// x . weights + bias for gate `gate`, or the convolution with them, with rows of weights `i`; without a bias where
  /// none is given.
  ValueId product(ValueId x, std::size_t i, std::int64_t gate, const std::optional<Array>& bias) const;
  /// The bias of a gate, of those of the input or, with reset_after, of the recurrent product; none: it has none.
  std::optional<Array> bias(std::int64_t gate, bool is_recurrent = false) const;

  ValueId combined(BinaryFunction function, ValueId a, ValueId b) const;
  ValueId sum(ValueId a, ValueId b) const { return combined(BinaryFunction::add, a, b); }

  /// What the configuration names under activation or recurrent_activation, or Keras's own where it names nothing.
  ValueId activated(ValueId x) const;
  ValueId gate(ValueId x) const;

 private:
  ValueId convolution(ValueId x, std::size_t i, const Array& kernel, const std::optional<Array>& bias) const;

  const KerasLayer& layer_;
  std::int64_t gates_;
  std::size_t axes_;
  std::int64_t units_;  ///< or filters
};

/// A class of cells.
struct CellClass {
  const char *cell, *layer;  ///< what Keras calls it, and a layer of one such cell
  std::int64_t gates;
  std::size_t states;  ///< the first is what the cell gives
  std::vector<ValueId> (*step)(const Cell& cell, ValueId x, const std::vector<ValueId>& states);
};

/// The class of the cell of such a layer, or of a cell with this name; null where Nacre does not read it.
const CellClass* find_layers_cell(const std::string& layer);
const CellClass* find_cell(const std::string& cell);

}  // namespace nacre::tools
