#include "loader/layer_check.hpp"
#include "loader/labels_check.hpp"

namespace nacre::checks {

void label_encode(LayerCheck& layer) {
  const bool text = layer.type() == DataType::string;
  if (layer.table<schema::LabelEncode>(text ? 3 : 2) == nullptr) return;
  const std::uint32_t count = layer.input(0).size(), classes = check_labels(layer, layer.type());
  layer.require_argument(layer.output_type() == DataType::int64 && layer.output().size() == count, layer.inputs());
  if (auto* parameters = layer.parameters<Labels>())
    *parameters = {count, classes, static_cast<std::uint32_t>(layer.type())};
}

}  // namespace nacre::checks
