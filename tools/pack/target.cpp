#include "tools/pack/target.hpp"

#include <algorithm>
#include <iterator>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

// Where the processor is a large one, the loader chooses among its kernels, which all read weights in the order of the
// reference: such a target is as good as "portable", and says that the file is for nothing else.
constexpr Target kTargets[] = {
    {"portable", KernelOrder::reference, false, false},
    {"cortex-m0", KernelOrder::reference, true, true},
    {"cortex-m3", KernelOrder::reference, true, true},
    {"cortex-m4", KernelOrder::dsp, true, true},
    {"cortex-m7", KernelOrder::dsp, true, true, "cortex-m4"},
    {"cortex-m33", KernelOrder::dsp, true, true, "cortex-m4"},
    {"cortex-m55", KernelOrder::mve, true, true},
    {"cortex-m85", KernelOrder::mve, true, true, "cortex-m55"},
    {"rv32imc", KernelOrder::reference, true, true, "cortex-m0"},
    {"aarch64", KernelOrder::reference, false, true},
    {"aarch64-dotprod", KernelOrder::reference, false, true},
    {"x86-64-v3", KernelOrder::reference, false, true},
    {"x86-64-v4", KernelOrder::reference, false, true},
};

}  // namespace

const Target& find_target(const std::string& name) {
  const auto found =
      std::find_if(std::begin(kTargets), std::end(kTargets), [&](const Target& target) { return name == target.name; });
  if (found != std::end(kTargets)) return *found;
  std::string known;
  for (const Target& target : kTargets) known += (known.empty() ? "" : ", ") + std::string(target.name);
  throw Refusal("", "the target " + name + " is not known", "choose among: " + known);
}

std::string measured_for(std::string name, const std::function<bool(const std::string& name)>& is_measured) {
  while (!is_measured(name)) {
    const auto found = std::find_if(std::begin(kTargets), std::end(kTargets),
                                    [&](const Target& target) { return name == target.name; });
    if (found == std::end(kTargets) || found->like == nullptr) return "";
    name = found->like;
  }
  return name;
}

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const Target& target : kTargets) names.push_back(target.name);
  return names;
}

}  // namespace nacre::tools
