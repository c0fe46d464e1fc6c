#include "tools/sample/path.hpp"

#include "tools/graph/moves.hpp"

namespace nacre::tools {
namespace {

bool passes_through(const Graph& graph, const Node& node) {
  return node.op() == Operator::reshape || node.op() == Operator::copy || node.op() == Operator::impute ||
         is_selection(graph, node) || node.op() == Operator::affine || node.op() == Operator::cast;
}

}  // namespace

SamplePath::SamplePath(const Graph& graph, const GraphIndex& index, ValueId value, unsigned row) {
  for (auto readers = index.first_readers(value); !readers.empty(); readers = index.first_readers(value)) {
    const Node* reader = readers[row % readers.size()];
    if (reader->op() == Operator::impute) imputer = reader;
    if (is_selection(graph, *reader) && columns.empty() && scaler == nullptr) {
      columns = graph.values[reader->inputs[1]].constant.value().to<std::int64_t>();
      width = static_cast<std::size_t>(graph.type(value).last());
      value = reader->outputs[0];
      continue;
    }
    if (reader->op() == Operator::affine) affines.push_back(reader);
    if (reader->op() == Operator::affine && scaler == nullptr) scaler = reader;
    if (!passes_through(graph, *reader)) {
      last = reader;
      return;
    }
    value = reader->outputs[0];
  }
}

std::size_t SamplePath::element(std::size_t i) const {
  return columns.empty() ? i : i / columns.size() * width + static_cast<std::size_t>(columns[i % columns.size()]);
}

std::size_t SamplePath::elements(std::size_t size) const {
  return columns.empty() ? size : size / width * columns.size();
}

bool SamplePath::ends_in_projection(const Graph& graph) const {
  return ends_in(Operator::fully_connected) && graph.shape(last->inputs[0]).size() == 2 &&
         graph.values[last->outputs[0]].spread.size() == static_cast<std::size_t>(graph.type(last->outputs[0]).last());
}

}  // namespace nacre::tools
