#include "tools/session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "tools/common/refusal.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kCacheLine = 64;

const char* advice_for(Status status) {
  switch (status) {
    case Status::version_too_new: return "update nacre";
    case Status::other_byte_order: return "use it on a processor of that byte order, or convert the model again";
    default: return "convert the model again";
  }
}

void require_ok(Status status, const Place& place, std::span<const std::byte> model) {
  if (status != Status::ok)
    throw Refusal(fmt::format("byte {}", place.offset), describe(status, place, model), advice_for(status));
}

template <typename F>
auto with_type(DataType type, F f) {
  switch (type) {
    case DataType::float32: return f(float{});
    case DataType::float64: return f(double{});
    case DataType::int64: return f(std::int64_t{});
    case DataType::int32: return f(std::int32_t{});
    case DataType::int16: return f(std::int16_t{});
    case DataType::int8: return f(std::int8_t{});
    case DataType::uint8: return f(std::uint8_t{});
    case DataType::boolean: return f(bool{});
    case DataType::string: return f(String{});
  }
  throw std::logic_error("unknown element type");
}

}  // namespace

Session::Session(std::span<const std::byte> model, Kernels kernels, Digest digest) {
  Place place;
  const Span<const std::byte> bytes(model.data(), model.size());
  require_ok(memory_needs(bytes, &needs_, &place), place, model);
  std::vector<Span<std::byte>> memory;
  for (std::uint32_t i = 0; i < needs_.blocks; ++i) {
    const std::size_t size = needs_.block_bytes[i], alignment = std::max<std::size_t>(kCacheLine, needs_.alignment);
    // Activations, which stand behind the network in block 0, begin a cache line: a vector across two costs two loads.
    const std::size_t first = i == 0 ? kCacheLine - needs_.network_bytes % kCacheLine : 0;
    void* const block = ::operator new(first + size, std::align_val_t{alignment});
    blocks_.emplace_back(static_cast<std::byte*>(block), FreeBlock{alignment});
    memory.push_back({blocks_.back().get() + (first % needs_.alignment == 0 ? first : 0), size});
  }
  require_ok(load(bytes, kernels, Blocks(memory), &network_, digest, &place), place, model);
}

std::vector<TensorData> Session::run(const std::vector<TensorData>& inputs) {
  for (unsigned i = 0; i < network_.inputs(); ++i)
    with_type(network_.input_type(i), [&](auto element) {
      const auto target = network_.input<decltype(element)>(i);
      if constexpr (std::is_same_v<decltype(element), String>) {
        for (std::size_t j = 0; j < target.size(); ++j)
          target[j] = {inputs[i].text.at(j).data(), static_cast<std::uint32_t>(inputs[i].text[j].size())};
      } else {
        std::memcpy(target.data(), inputs[i].bytes.data(), target.size() * sizeof(element));
      }
    });
  if (const Status status = network_.run(); status != Status::ok)
    throw RowRefused("the data", name(status), "give values that the model has seen in training");
  std::vector<TensorData> outputs(network_.outputs());
  for (unsigned i = 0; i < network_.outputs(); ++i)
    with_type(network_.output_type(i), [&](auto element) {
      const auto source = network_.output<decltype(element)>(i);
      if constexpr (std::is_same_v<decltype(element), String>) {
        for (const String& text : source) outputs[i].text.emplace_back(text.data, text.size);
      } else {
        const auto* bytes = reinterpret_cast<const std::byte*>(source.data());
        outputs[i].bytes.assign(bytes, bytes + source.size() * sizeof(element));
      }
    });
  return outputs;
}

}  // namespace nacre::tools
