#include "runtime/strict_float.hpp"  // first

#include "nacre/self_test.hpp"

#include <cstring>

#include "loader/section.hpp"

namespace nacre {
namespace {

using Tensors = flatbuffers::Vector<flatbuffers::Offset<schema::GoldenTensor>>;

/// A tensor must hold exactly the elements of its port, which has one at least: load() refuses others.
bool fits(const schema::GoldenTensor* tensor, DataType type, std::uint32_t elements) {
  if (type == DataType::string)
    return elements == (tensor->text() == nullptr ? 0 : tensor->text()->size());
  const std::size_t bytes = tensor->data() == nullptr ? 0 : tensor->data()->size();
  return bytes == std::size_t{elements} * element_bytes(type);
}

bool inputs_fit(const Tensors* tensors, const Network& network) {
  if (tensors->size() != network.inputs()) return false;
  for (unsigned i = 0; i < network.inputs(); ++i)
    if (!fits(tensors->Get(i), network.input_type(i), network.input_shape(i).size())) return false;
  return true;
}

bool outputs_fit(const Tensors* tensors, const Network& network) {
  if (tensors->size() != network.outputs()) return false;
  for (unsigned i = 0; i < network.outputs(); ++i)
    if (!fits(tensors->Get(i), network.output_type(i), network.output_shape(i).size())) return false;
  return true;
}

/// Equal bits, or two NaNs: their payload is no part of an answer.
template <typename Bits>
bool same_reals(const std::uint8_t* expected, const std::byte* actual, std::size_t bytes, Bits infinity) {
  for (std::size_t at = 0; at < bytes; at += sizeof(Bits)) {
    Bits a, b;
    memcpy(&a, expected + at, sizeof a);
    memcpy(&b, actual + at, sizeof b);
    constexpr Bits kMagnitude = static_cast<Bits>(~Bits{0}) >> 1;
    const bool both_nan = (a & kMagnitude) > infinity && (b & kMagnitude) > infinity;
    if (a != b && !both_nan) return false;
  }
  return true;
}

bool same_text(const schema::GoldenTensor* expected, Span<const String> actual) {
  for (std::uint32_t i = 0; i < actual.size(); ++i) {
    const flatbuffers::String* text = expected->text()->Get(i);
    if (text->size() != actual[i].size || memcmp(text->c_str(), actual[i].data, text->size()) != 0)
      return false;
  }
  return true;
}

bool same(const schema::GoldenTensor* expected, const Network& network, unsigned output) {
  const Span<const std::byte> actual = network.output_bytes(output);
  switch (network.output_type(output)) {
    case DataType::string: return same_text(expected, network.output<String>(output));
    case DataType::float32:
      return same_reals<std::uint32_t>(expected->data()->data(), actual.data(), actual.size(), 0x7f800000);
    case DataType::float64:
      return same_reals<std::uint64_t>(expected->data()->data(), actual.data(), actual.size(),
                                       0x7ff0000000000000);
    default: return memcmp(expected->data()->data(), actual.data(), actual.size()) == 0;
  }
}

}  // namespace

Status Golden::open(Span<const std::byte> model, const Network& network, Golden* golden) {
  constexpr flatbuffers::uoffset_t kMaxTables = 1 << 12;
  if (golden == nullptr) return Status::null_argument;
  if (network.layers() == 0) return Status::not_loaded;
  Span<const std::uint8_t> section;
  const Status status = find_section(model, SectionName::golden, Status::golden_missing, &section);
  if (status != Status::ok) return status;
  const auto* root = verified_root<schema::GoldenVectors>(section, kMaxTables);
  if (root == nullptr) return Status::malformed;
  for (const schema::GoldenCase* golden_case : *root->cases())
    if (!inputs_fit(golden_case->inputs(), network) || !outputs_fit(golden_case->outputs(), network))
      return Status::malformed;
  if (root->cases()->size() == 0) return Status::golden_missing;
  golden->root_ = root;
  golden->network_ = &network;
  return Status::ok;
}

std::uint32_t Golden::cases() const { return root_->cases()->size(); }

void Golden::feed(std::uint32_t index) const {
  network_->reset_state();
  const Tensors* tensors = root_->cases()->Get(index)->inputs();
  for (unsigned i = 0; i < network_->inputs(); ++i) {
    const schema::GoldenTensor* tensor = tensors->Get(i);
    if (network_->input_type(i) == DataType::string) {
      const Span<String> target = network_->input<String>(i);
      for (std::uint32_t j = 0; j < target.size(); ++j)
        target[j] = {tensor->text()->Get(j)->c_str(), tensor->text()->Get(j)->size()};
    } else {
      const Span<std::byte> target = network_->input_bytes(i);
      memcpy(target.data(), tensor->data()->data(), target.size());
    }
  }
}

bool Golden::matches(std::uint32_t index) const {
  const Tensors* tensors = root_->cases()->Get(index)->outputs();
  for (unsigned i = 0; i < network_->outputs(); ++i)
    if (!same(tensors->Get(i), *network_, i)) return false;
  return true;
}

Status self_test(Span<const std::byte> model, const Network& network, std::uint32_t* failed_case) {
  Golden golden;
  Status status = Golden::open(model, network, &golden);
  if (status != Status::ok) return status;
  for (std::uint32_t i = 0; i < golden.cases() && status == Status::ok; ++i) {
    if (failed_case != nullptr) *failed_case = i;
    golden.feed(i);
    status = network.run();
    if (status == Status::ok && !golden.matches(i)) status = Status::golden_mismatch;
  }
  network.reset_state();
  return status;
}

}  // namespace nacre
