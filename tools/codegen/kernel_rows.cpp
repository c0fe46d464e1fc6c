#include "tools/codegen/kernel_rows.hpp"

#include <cstring>

#include "nacre/kernels.hpp"
#include "tools/common/refusal.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

/// Whether a model is for a processor with the instructions of this layout.
bool is_for(Layout layout, const ModelFile& model) {
  const auto* target = model.description() == nullptr ? nullptr : model.description()->target();
  const KernelOrder order = target == nullptr ? KernelOrder::reference : find_target(target->str()).order;
  if (order == (layout == Layout::dsp ? KernelOrder::dsp : KernelOrder::mve)) return true;
  for (const schema::Kernel* kernel : *model.model().kernels())
    if (static_cast<Layout>(kernel->layout()) == layout) return true;
  return false;
}

struct Candidate {
  const Kernel* kernel;
  KernelRow row;
};

/// All that a device may have: of a processor's own first, as load() looks for them.
const std::vector<Candidate>& candidates() {
#define NACRE_ROW(space, name, function, op, activations, weights, layout, number)                    \
  {&kernels::name,                                                                                    \
   {"NACRE_KERNELS_OF_" #space, #space, #function,                                                    \
    #op ", " #activations ", " #weights ", " #layout ", " #number, #op "_" #activations "_" #layout}},
#define NACRE_DSP(function, ...) NACRE_ROW(dsp, dsp::function, function, __VA_ARGS__)
#define NACRE_MVE(function, ...) NACRE_ROW(mve, mve::function, function, __VA_ARGS__)
#define NACRE_REFERENCE(function, ...) NACRE_ROW(reference, function, function, __VA_ARGS__)
#define NACRE_FUNCTION(function, op, from, to, number, operands)                          \
  {&kernels::function,                                                                    \
   {"NACRE_FUNCTIONS", "reference", #function,                                            \
    #op ", " #from ", " #to ", " #number ", " #operands, "function_of_" #operands}},
  static const std::vector<Candidate> all = {NACRE_KERNELS_OF_dsp(NACRE_DSP) NACRE_KERNELS_OF_mve(NACRE_MVE)
                                                 NACRE_KERNELS_OF_reference(NACRE_REFERENCE)
                                                     NACRE_FUNCTIONS(NACRE_FUNCTION)};
#undef NACRE_FUNCTION
#undef NACRE_REFERENCE
#undef NACRE_MVE
#undef NACRE_DSP
#undef NACRE_ROW
  return all;
}

}  // namespace

std::vector<KernelRow> all_kernel_rows() {
  std::vector<KernelRow> rows;
  for (const auto& [kernel, row] : candidates()) rows.push_back(row);
  return rows;
}

std::vector<KernelRow> kernel_rows(const ModelFile& model) {
  const bool is_for_dsp = is_for(Layout::dsp, model), is_for_mve = is_for(Layout::mve, model);
  std::vector<KernelRow> rows;
  for (const schema::Kernel* wanted : *model.model().kernels()) {
    const KernelRow* found = nullptr;
    for (const auto& [kernel, row] : candidates()) {
      if ((row.space == "dsp" && !is_for_dsp) || (row.space == "mve" && !is_for_mve)) continue;
      if (found == nullptr && std::memcmp(&kernel->name, wanted, sizeof *wanted) == 0) found = &row;
    }
    if (found == nullptr)
      throw Refusal("", "the model needs a kernel that this release does not have", "convert the model again");
    rows.push_back(*found);
  }
  return rows;
}

}  // namespace nacre::tools
