#include "tools/convert/golden.hpp"

#include "tools/convert/self_check.hpp"
#include "tools/rows/row_check.hpp"
#include "tools/rows/watched_run.hpp"
#include "tools/session/input_files.hpp"
#include "tools/tensors/tensor_data.hpp"

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

std::vector<std::vector<Tensor64>> read_golden_rows(const Graph& graph, const ModelFile& model,
                                                    const std::vector<std::string>& files, const CsvOptions& csv,
                                                    bool allow_rounding, std::vector<std::string>* warnings) {
  const Network& network = model.network();
  InputFiles data(files, model, network, csv);
  RowCheck check(model, data.rows());
  std::vector<std::vector<Tensor64>> rows(data.rows());
  const auto refuse = [&](std::uint64_t row, const RowProblem& problem) {
    const Refusal refusal = data.refusal_of(row, problem);
    if (!allow_rounding && problem.of_whole_row) throw refusal;  // no wider type helps
    if (!allow_rounding) {
      std::vector<ValueId> outputs;
      for (const Port& port : graph.outputs) outputs.push_back(port.value);
      throw LostDigits(refusal, std::move(outputs));
    }
    warnings->push_back(refusal.file() + ": " + refusal.where() + ": " + problem.what);
  };
  for (std::uint64_t row = 0; row < data.rows(); ++row) {
    data.feed(row);
    for (unsigned i = 0; i < network.inputs(); ++i)
      rows[row].push_back(from_device(input_data(network, i), graph.type(graph.inputs[i].value)));
    const auto [status, overflowed] = run_watched(network);
    if (status != Status::ok)
      data.refuse_row(row, name(status), "give values that the model has seen in training");
    if (const auto problem = check.check(data.given(), data.rounded(), network, overflowed)) refuse(row, *problem);
  }
  if (const auto stray = check.stray()) refuse(stray->row, stray->problem);
  return rows;
}

}  // namespace nacre::tools
