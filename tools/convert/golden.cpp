#include "tools/convert/golden.hpp"

#include "tools/convert/self_check.hpp"
#include "tools/session/input_files.hpp"

namespace nacre::tools {
namespace {

/// What the caller wrote to an input of the network.
TensorData input_data(const Network& network, unsigned index) {
  const Span<std::byte> bytes = network.input_bytes(index);
  TensorData data;
  if (network.input_type(index) != DataType::string) {
    data.bytes.assign(bytes.begin(), bytes.end());
    return data;
  }
  for (const String& text : network.input<String>(index)) data.text.emplace_back(text.data, text.size);
  return data;
}

}  // namespace

std::vector<std::vector<Tensor64>> read_golden_rows(const Graph& graph, const ModelFile& model, const Network& network,
                                                    const std::vector<std::string>& files) {
  InputFiles data(files, model, network);
  std::vector<std::vector<Tensor64>> rows(data.rows());
  for (std::uint64_t row = 0; row < data.rows(); ++row) {
    data.feed(row);
    for (unsigned i = 0; i < network.inputs(); ++i)
      rows[row].push_back(from_device(input_data(network, i), graph.type(graph.inputs[i].value)));
  }
  return rows;
}

}  // namespace nacre::tools
