#include "tools/graph/bodies.hpp"

namespace nacre::tools {

void change_bodies(Graph& graph, const std::function<void(Graph& body)>& change) {
  for (Node& node : graph.nodes) {
    if (node.body == nullptr) continue;
    Graph changed = *node.body;
    change(changed);
    node.body = std::make_shared<const Graph>(std::move(changed));
  }
}

}  // namespace nacre::tools
