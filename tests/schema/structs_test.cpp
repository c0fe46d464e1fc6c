#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "tests/support/schema.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/smallest_model.hpp"
#include "tests/support/spec.hpp"

// The same for what the device reads beside the operators: header, sections, tensors, kernels, layers, ports.

namespace nacre::test {
namespace {

/// The last operator that has a kernel of float32 or int8, as the first one has.
schema::Operator last_operator() {
  auto last = Operator{};
  for (const Kernel& kernel : reference_kernels())
    if (kernel.name.activations == DataType::float32 || kernel.name.activations == DataType::int8)
      last = std::max(last, kernel.name.op);
  return static_cast<schema::Operator>(last);
}

/// float32 or int8, of which the first operator has kernels: whichever the last one has.
schema::DataType type_of_last_operator() {
  for (const Kernel& kernel : reference_kernels())
    if (static_cast<int>(kernel.name.op) == static_cast<int>(last_operator()) &&
        kernel.name.activations == DataType::float32)
      return schema::DataType::float32;
  return schema::DataType::int8;
}

/// A model of one softmax with room for larger types, shapes up to rank 8, weights, state and golden vectors.
std::vector<std::byte> roomy_file() {
  const schema::DataType type = type_of_last_operator();
  ModelParts parts = smallest_model();
  parts.shapes.assign(9, 1);
  parts.memories = {{schema::MemoryKind::activations, 0, 256},
                    {schema::MemoryKind::state, 0, 64},
                    {schema::MemoryKind::weights, 0, 128}};
  for (const auto kind : {schema::SectionKind::weights, schema::SectionKind::golden})
    parts.sections.push_back({static_cast<std::uint16_t>(kind), std::vector<std::uint8_t>(128)});
  for (schema::Tensor& tensor : parts.tensors) tensor.mutate_type(type);
  parts.tensors[1].mutate_offset(64);
  parts.layers.clear(), parts.kernels.clear(), parts.arguments.clear(), parts.operators.clear(),
      parts.parameters.clear();
  parameters::Softmax softmax;
  softmax.input_multiplier = 1 << 30, softmax.input_shift = 23, softmax.difference_minimum = -248;
  parts.add_layer(softmax, {0}, {1});
  std::vector<std::byte> file = parts.file();
  seal(file);
  return file;
}

/// What loading a file ends with, in a block of 16 KiB.
Status load_status(const std::vector<std::byte>& bytes, Digest digest = Digest::decline) {
  constexpr std::size_t kPage = 4096, kRoom = 4 * kPage;
  const std::unique_ptr<std::byte, void (*)(void*)> memory(
      static_cast<std::byte*>(std::aligned_alloc(kPage, 2 * kRoom)), [](void* p) { std::free(p); });
  REQUIRE(bytes.size() <= kRoom);
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  Network network;
  return load({memory.get(), bytes.size()}, reference_kernels(), Span<std::byte>(memory.get() + kRoom, kRoom),
              &network, digest);
}

struct Place {
  std::string object;
  std::uint8_t* bytes;
  Names names;
};

/// Every struct of the file, but digests, and the section of weights, without which no memory has them.
std::vector<Place> places(std::vector<std::byte>* file) {
  schema::Model* model = schema::GetMutableModel(file->data());
  const auto at = [](const void* object) {
    return const_cast<std::uint8_t*>(static_cast<const std::uint8_t*>(object));
  };
  std::vector<Place> result{{"Header", at(model->header()), {}}};
  result.push_back({"Section", at(model->sections()->Get(1)), {}});
  for (const schema::Memory* memory : *model->memories())
    if (memory->kind() != schema::MemoryKind::weights) result.push_back({"Memory", at(memory), {}});
  const auto size = [](const auto* vector) { return static_cast<double>(vector->size()); };
  for (const schema::Tensor* tensor : *model->tensors())
    result.push_back({"Tensor",
                      at(tensor),
                      {{"room", 256 - 4},
                       {"offset_alignment", 16},
                       {"shapes", size(model->shapes())},
                       {"memories", size(model->memories())},
                       {"rank", tensor->rank()}}});
  const auto number = [](schema::Operator op) { return static_cast<double>(op); };
  result.push_back({"Kernel",
                    at(model->kernels()->Get(0)),
                    {{"operators", number(last_operator())}}});
  result.push_back({"Layer", at(model->layers()->Get(0)), {{"kernels", size(model->kernels())}}});
  for (const auto* ports : {model->inputs(), model->outputs()})
    result.push_back({"Port", at(ports->Get(0)), {{"tensors", size(model->tensors())}}});
  return result;
}

/// Of two errors, the first is for what lies below the range.
std::string error_for(double value, double least, const std::string& otherwise) {
  const std::size_t comma = otherwise.find(", ");
  if (comma == std::string::npos) return otherwise;
  return value < least ? otherwise.substr(0, comma) : otherwise.substr(comma + 2);
}

bool is_number(const reflection::Type& type) { return scalar_of(type) <= reflection::Double; }

void try_field(std::size_t place, const reflection::Field& field, const std::string& legal,
               const std::string& otherwise, unsigned* refused) {
  const std::vector<std::byte> sound = roomy_file();
  const reflection::BaseType type = scalar_of(*field.type());
  const auto with = [&](double value) {
    std::vector<std::byte> file = sound;
    std::uint8_t* bytes = places(&file)[place].bytes + field.offset();
    if (is_real(*field.type())) flatbuffers::SetAnyValueF(type, bytes, value);
    else flatbuffers::SetAnyValueI(type, bytes, static_cast<std::int64_t>(value));
    return std::string(name(load_status(file)));
  };
  std::vector<std::byte> file = sound;
  const Place here = places(&file)[place];
  Names names = here.names;
  if (const reflection::Enum* all = enum_of(*field.type()))
    for (const reflection::EnumVal* value : *all->values())
      names[value->name()->str()] = static_cast<double>(value->value());
  const double current = flatbuffers::GetAnyValueF(type, here.bytes + field.offset());
  const LegalRange range(legal, names, current, is_real(*field.type()));
  const double most = std::pow(2.0, 8.0 * static_cast<double>(flatbuffers::GetTypeSize(type)));
  for (const double value : range.inside) {
    CAPTURE(value);
    if (!otherwise.empty()) CHECK(with(value) != error_for(value, current, otherwise));
    else if (is_real(*field.type()) || value < most) CHECK(with(value) == "ok");
  }
  for (const double value : range.outside) {
    if (value < 0 || value >= most) continue;
    CAPTURE(value);
    CHECK(with(value) == error_for(value, current, otherwise));
    ++*refused;
  }
}

TEST_SUITE("the specification") {
  TEST_CASE(
      "the loader takes header, sections, memories, tensors, kernels, layers and ports as stated and refuses them "
      "beyond") {
    std::vector<std::byte> sound = roomy_file();
    REQUIRE(load_status(sound, Digest::check) == Status::ok);
    const std::vector<Place> all = places(&sound);
    unsigned refused = 0;
    for (std::size_t place = 0; place < all.size(); ++place) {
      const reflection::Object& object = object_named(all[place].object);
      const SpecTable& table = spec_section(all[place].object).tables.at(0);
      for (const auto& row : table.rows) {
        const reflection::Field& field = field_named(object, table.cell(row, "field"));
        if (!is_number(*field.type())) continue;
        const std::string what = all[place].object + "." + field.name()->str() + ": " + table.cell(row, "legal");
        CAPTURE(what);
        try_field(place, field, table.cell(row, "legal"), table.cell(row, "otherwise"), &refused);
      }
    }
    CHECK(refused > 40);
  }

  TEST_CASE("the memories of a block are below 2^32 together") {
    std::vector<std::byte> file = roomy_file();
    schema::Memory& memory = *schema::GetMutableModel(file.data())->mutable_memories()->GetMutableObject(0);
    memory.mutate_bytes(0xfffffff0);
    CHECK(load_status(file) == Status::bad_memory_size);
    memory.mutate_bytes(0xfffffff0 - 64 - 16);
    CHECK(load_status(file) == Status::memory_too_small);
  }

  TEST_CASE("any changed bit of a digest is refused, unless the caller declines to look") {
    const std::vector<std::byte> sound = roomy_file();
    for (std::size_t byte = 0; byte < 32; ++byte)
      for (const bool whole : {false, true}) {
        std::vector<std::byte> file = sound;
        schema::Model& model = *schema::GetMutableModel(file.data());
        schema::Digest& digest = whole ? model.mutable_header()->mutable_digest()
                                       : model.mutable_sections()->GetMutableObject(0)->mutable_digest();
        reinterpret_cast<std::uint8_t*>(&digest)[byte] ^= 1;
        CHECK(load_status(file, Digest::check) == Status::digest_mismatch);
        CHECK(load_status(file) == Status::ok);
      }
  }

  TEST_CASE("every vector of the model that is required is missed, with the stated error") {
    const reflection::Object& object = object_named("Model");
    const SpecTable& table = spec_section("Model").tables.at(0);
    for (const auto& row : table.rows) {
      const reflection::Field& field = field_named(object, table.cell(row, "field"));
      CAPTURE(table.cell(row, "field"));
      std::vector<std::byte> file = roomy_file();
      auto* model = reinterpret_cast<std::uint8_t*>(schema::GetMutableModel(file.data()));
      std::uint8_t* vtable = model - flatbuffers::ReadScalar<flatbuffers::soffset_t>(model);
      if (field.offset() + 2u <= flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable))
        flatbuffers::WriteScalar<flatbuffers::voffset_t>(vtable + field.offset(), 0);
      CHECK(load_status(file) == (field.required() ? Status::malformed : Status::ok));
    }
  }
}

}  // namespace
}  // namespace nacre::test
