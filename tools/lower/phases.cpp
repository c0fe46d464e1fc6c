#include "tools/lower/phases.hpp"

#include <algorithm>
#include <numeric>

namespace nacre::tools {
namespace {

/// The phase that begins at place `begin`, counted from the first output or the padding before it.
Phase phase_at(std::int64_t begin, std::int64_t stride, std::int64_t dilation, std::int64_t kernel,
               std::int64_t length, std::int64_t outputs) {
  const std::int64_t common = std::gcd(stride, dilation);
  Phase phase{.outputs = outputs, .taps = 0, .first = 0, .step = stride / common, .dilation = dilation / common,
              .before = 0, .after = 0};
  const auto meets = [&] { return (begin - phase.first * dilation) % stride == 0; };
  while (phase.first < std::min(kernel, phase.step) && !meets()) ++phase.first;
  if (phase.first >= kernel || !meets()) return phase;
  phase.taps = (kernel - 1 - phase.first) / phase.step + 1;
  phase.before = phase.reach() - (begin - phase.first * dilation) / stride;
  phase.after = outputs + phase.reach() - length - phase.before;
  if (-phase.before >= length || -phase.after >= length) phase.taps = 0;  // its windows lie beside x
  return phase;
}

}  // namespace

bool Phase::reads_like(const Phase& other) const {
  Phase same = *this;
  same.first = other.first;
  return same == other;
}

std::vector<Phase> phases_of(const parameters::ConvTransposed& table, std::size_t axis, std::int64_t length,
                             std::int64_t kernel) {
  const std::int64_t size = table.size[axis], count = std::min<std::int64_t>(table.stride[axis], size);
  std::vector<Phase> phases;
  for (std::int64_t i = 0; i < count; ++i)
    phases.push_back(phase_at(i + table.pad_before[axis], table.stride[axis], table.dilation[axis], kernel, length,
                              (size + count - 1) / count));
  return phases;
}

}  // namespace nacre::tools
