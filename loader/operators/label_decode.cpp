#include "loader/layer_check.hpp"
#include "loader/labels_check.hpp"

namespace nacre::checks {

void label_decode(LayerCheck& layer) {
  const bool text = layer.inputs() == 3;
  if (layer.table<schema::LabelDecode>(text ? 3 : 2) == nullptr) return;
  const DataType type = text ? DataType::string : layer.input_type(1);
  const std::uint32_t count = layer.input(0).size(), classes = check_labels(layer, type);
  layer.require_argument(layer.output_type() == type && layer.output().size() == count, layer.inputs());
  if (auto* parameters = layer.parameters<Labels>())
    *parameters = {count, classes, static_cast<std::uint32_t>(type)};
}

}  // namespace nacre::checks
