#include "tests/support/model_builder.hpp"

#include <algorithm>

#include "tests/support/loaded_model.hpp"
#include "tests/support/model_parts.hpp"

namespace nacre::test {
namespace {

constexpr std::uint32_t kWeightsAlignment = 64, kArenaAlignment = 16;

/// The parts of the file: its memories have the numbers of their kinds.
ModelParts parts_of(const ModelBuilder& builder) {
  ModelParts parts;
  std::uint32_t ends[3] = {};  // by MemoryKind
  std::vector<std::uint8_t> weights;
  std::vector<std::uint32_t> arguments;
  for (const Argument& argument : builder.arguments) {
    std::uint32_t& end = ends[static_cast<unsigned>(argument.memory)];
    std::uint32_t size = element_bytes(argument.type);
    for (const std::uint32_t dimension : argument.shape) size *= dimension;
    const bool shares = argument.same_place_as >= 0, is_constant = argument.memory == MemoryKind::weights;
    const std::uint32_t offset = shares ? parts.tensors[static_cast<unsigned>(argument.same_place_as)].offset()
                                        : round_up(end, is_constant ? kWeightsAlignment : kArenaAlignment);
    end = std::max(end, round_up(offset + size, kArenaAlignment));
    arguments.push_back(
        parts.add_tensor(argument.type, static_cast<std::uint8_t>(argument.memory), offset, argument.shape));
    const bool is_input = arguments.size() <= builder.inputs;
    if (is_constant) {
      weights.resize(std::max<std::size_t>(weights.size(), offset + argument.bytes.size()));
      if (!argument.bytes.empty())
        std::memcpy(weights.data() + offset, argument.bytes.data(), argument.bytes.size());
    }
    if (is_input && !is_constant) parts.add_input(arguments.back());
    if (!is_input && arguments.size() <= std::size_t{builder.inputs} + builder.outputs)
      parts.add_output(arguments.back());
  }
  weights.resize(round_up(std::max(ends[0], static_cast<std::uint32_t>(weights.size())), kWeightsAlignment));
  ends[0] = static_cast<std::uint32_t>(weights.size());
  for (unsigned kind = 0; kind < 3; ++kind)
    parts.memories.emplace_back(static_cast<schema::MemoryKind>(kind), std::uint8_t{0}, ends[kind]);
  parts.sections.push_back({static_cast<std::uint16_t>(schema::SectionKind::weights), std::move(weights)});
  const auto outputs = arguments.begin() + builder.inputs, temporaries = outputs + builder.outputs;
  parts.add_layer(builder.op, builder.bytes, {arguments.begin(), outputs}, {outputs, temporaries},
                  {temporaries, arguments.end()});
  parts.kernels.clear();
  parts.add_kernel(builder.kernel_name());
  for (const KernelName& function : builder.functions) parts.add_kernel(function);
  if (builder.complete) builder.complete(parts);
  return parts;
}

}  // namespace

KernelName ModelBuilder::kernel_name() const {
  std::vector<DataType> types;
  for (unsigned i = 0; i < inputs; ++i) types.push_back(arguments[i].type);
  KernelName name = kernel_name_of(op, bytes, types);
  if (rename) rename(name);
  return name;
}

std::vector<std::byte> ModelBuilder::file() const { return parts_of(*this).file(); }

Status ModelBuilder::load_status(Place* place) const { return LoadedModel(file(), kernels, place).status; }

Status ModelBuilder::run_bytes(unsigned times, std::vector<std::byte>* output) const {
  const LoadedModel loaded(file(), kernels);
  if (loaded.status != Status::ok) return loaded.status;
  for (unsigned n = 0; n < times; ++n) {
    for (unsigned i = 0, port = 0; i < inputs; ++i) {
      if (arguments[i].memory == MemoryKind::weights) continue;
      const Span<std::byte> bytes = loaded.network.input_bytes(port++);
      std::memcpy(bytes.data(), arguments[i].bytes.data(), std::min(bytes.size(), arguments[i].bytes.size()));
    }
    const Status status = loaded.network.run();
    if (status != Status::ok) return status;
  }
  const Span<const std::byte> bytes = loaded.network.output_bytes(0);
  output->assign(bytes.begin(), bytes.end());
  return Status::ok;
}

}  // namespace nacre::test
