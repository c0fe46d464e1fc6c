#include "tools/rows/run_rows.hpp"

#include <fmt/format.h>

#include "tools/common/message.hpp"
#include "tools/common/progress.hpp"
#include "tools/rows/row_check.hpp"
#include "tools/rows/watched_run.hpp"

namespace nacre::tools {

void print_remarks(const InputFiles& inputs) {
  for (const std::string& warning : inputs.warnings()) print_warning(warning);
  for (const std::string& note : inputs.notes()) print_note(note);
}

std::vector<std::vector<std::byte>> run_rows(const ModelFile& model, InputFiles& inputs,
                                             const std::vector<unsigned>& outputs, bool allow_rounding,
                                             RowObserver* observer) {
  const Network& network = model.network();
  RowCheck check(model, inputs.rows());
  std::uint64_t changed = 0;
  std::string first;
  const auto refuse = [&](std::uint64_t row, const RowProblem& problem, std::uint64_t rows = 1) {
    const Refusal refusal = inputs.refusal_of(row, problem);
    if (!allow_rounding) throw refusal;
    changed += rows;
    if (first.empty()) first = refusal.file() + ": " + refusal.where() + ": " + problem.what;
  };
  Progress progress;
  progress.stage("running rows");
  std::vector<std::vector<std::byte>> kept(outputs.size());
  for (std::uint64_t row = 0; row < inputs.rows(); ++row) {
    progress.step(row, inputs.rows());
    inputs.feed(row);
    if (observer != nullptr) observer->fed(network);
    const auto [status, overflowed] = run_watched(network);
    if (status != Status::ok)
      inputs.refuse_row(row, name(status), "give values that the model has seen in training");
    if (const auto problem = check.check(inputs.given(), inputs.rounded(), network, overflowed)) refuse(row, *problem);
    if (observer != nullptr) observer->ran(network, row);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const Span<const std::byte> elements = network.output_bytes(outputs[i]);
      kept[i].insert(kept[i].end(), elements.begin(), elements.end());
    }
  }
  if (const auto stray = check.stray()) refuse(stray->row, stray->problem, stray->rows);
  if (changed > 0)
    print_warning(fmt::format("{} ({} of {} rows may differ from the library)", first, changed, inputs.rows()));
  return kept;
}

}  // namespace nacre::tools
