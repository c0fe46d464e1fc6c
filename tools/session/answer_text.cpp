#include "tools/session/answer_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "tools/data/csv.hpp"

namespace nacre::tools {
namespace {

template <typename T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// The names of an output's columns, each behind a comma.
std::string header_of(const npy::Answer& answer, const ModelFile& model, unsigned output) {
  const std::string name = model.output_name(output);
  const auto* labels = model.description() != nullptr ? model.description()->outputs()->Get(output)->labels() : nullptr;
  const std::size_t columns = answer.shape.size();
  const bool is_labelled = labels != nullptr && labels->size() == columns;
  std::string header;
  for (unsigned c = 0; c < columns; ++c) {
    const std::string part = is_labelled ? labels->Get(c)->str() : std::to_string(c);
    header += "," + csv_field(columns == 1 ? name : name + "_" + part);
  }
  return header;
}

/// The signs of NaNs differ between targets.
template <typename T>
std::string real_text(T value) {
  return std::isnan(value) ? "nan" : fmt::format("{}", value);
}

}  // namespace

std::string element_text(DataType type, const std::byte* at) {
  switch (type) {
    case DataType::float32: return real_text(load<float>(at));
    case DataType::float64: return real_text(load<double>(at));
    case DataType::int64: return fmt::format("{}", load<std::int64_t>(at));
    case DataType::int32: return fmt::format("{}", load<std::int32_t>(at));
    case DataType::int16: return fmt::format("{}", load<std::int16_t>(at));
    case DataType::int8: return fmt::format("{}", load<std::int8_t>(at));
    case DataType::uint8: return fmt::format("{}", load<std::uint8_t>(at));
    case DataType::boolean: return load<std::uint8_t>(at) != 0 ? "true" : "false";
    case DataType::string: break;
  }
  const auto text = load<String>(at);
  return csv_field({text.data, text.size});
}

std::string rows_text(std::span<const npy::Answer> answers) {
  std::string text;
  for (std::uint64_t row = 0; row < answers.front().rows; ++row) {
    const char* separator = "";
    for (const npy::Answer& answer : answers) {
      const std::size_t columns = answer.shape.size(), size = element_bytes(answer.type);
      const std::byte* at = answer.elements.data() + row * columns * size;
      for (std::size_t c = 0; c < columns; ++c, at += size, separator = ",")
        text += separator + element_text(answer.type, at);
    }
    text += '\n';
  }
  return text;
}

std::string csv_text(std::span<const npy::Answer> answers, const ModelFile& model, std::span<const unsigned> outputs) {
  std::string header;
  for (std::size_t i = 0; i < answers.size(); ++i) header += header_of(answers[i], model, outputs[i]);
  return (header.empty() ? header : header.substr(1)) + "\n" + rows_text(answers);
}

}  // namespace nacre::tools
