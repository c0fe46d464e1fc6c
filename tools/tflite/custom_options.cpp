#include "tools/tflite/custom_options.hpp"

#include <flatbuffers/flexbuffers.h>
#include <fmt/format.h>

#include <cmath>
#include <optional>

namespace nacre::tools {
namespace {

/// The numbers of a map that has been verified. They are read here since the conversions of the library, which take
/// texts too, need its compiled part.
class OptionNumbers : public flexbuffers::Map {
 public:
  explicit OptionNumbers(std::span<const std::uint8_t> bytes)
      : flexbuffers::Map(flexbuffers::GetRoot(bytes.data(), bytes.size()).AsMap()) {}

  struct Number {
    double value;
    bool is_whole;
  };
  std::optional<Number> find(const std::string& key) const {
    const flexbuffers::TypedVector keys = Keys();
    for (std::size_t i = 0; i < size(); ++i)
      if (key == keys[i].AsKey()) return at(i);
    return std::nullopt;
  }

 private:
  std::optional<Number> at(std::size_t i) const {
    const std::uint8_t packed = data_[size() * byte_width_ + i];
    const std::uint8_t* place = data_ + i * byte_width_;
    std::uint8_t width = byte_width_;
    const auto type = static_cast<flexbuffers::Type>(packed >> 2);
    const bool is_apart = type == flexbuffers::FBT_INDIRECT_INT || type == flexbuffers::FBT_INDIRECT_UINT ||
                          type == flexbuffers::FBT_INDIRECT_FLOAT;
    if (is_apart) place = flexbuffers::Indirect(place, width), width = static_cast<std::uint8_t>(1 << (packed & 3));
    switch (type) {
      case flexbuffers::FBT_INT:
      case flexbuffers::FBT_INDIRECT_INT:
        return Number{static_cast<double>(flexbuffers::ReadInt64(place, width)), true};
      case flexbuffers::FBT_UINT:
      case flexbuffers::FBT_BOOL:
      case flexbuffers::FBT_INDIRECT_UINT:
        return Number{static_cast<double>(flexbuffers::ReadUInt64(place, width)), true};
      case flexbuffers::FBT_FLOAT:
      case flexbuffers::FBT_INDIRECT_FLOAT: return Number{flexbuffers::ReadDouble(place, width), false};
      default: return std::nullopt;
    }
  }
};

}  // namespace

CustomOptions::CustomOptions(const TfliteImporter::Call& call) : call_(call) {
  const auto* options = call.op.custom_options();
  if (options == nullptr || options->size() == 0) call.refuse("lacks its options");
  bytes_ = {options->data(), options->size()};
  if (!flexbuffers::VerifyBuffer(bytes_.data(), bytes_.size()) ||
      !flexbuffers::GetRoot(bytes_.data(), bytes_.size()).IsMap())
    refuse_damaged("operator " + call.name, "has options that are no map");
}

bool CustomOptions::has(const std::string& key) const { return OptionNumbers(bytes_).find(key).has_value(); }

double CustomOptions::real(const std::string& key) const {
  const auto number = OptionNumbers(bytes_).find(key);
  if (!number) call_.refuse(fmt::format("lacks its option {}", key));
  return number->value;
}

std::int64_t CustomOptions::integer(const std::string& key) const {
  constexpr double kMost = 1e15;  // float64 holds these
  const auto number = OptionNumbers(bytes_).find(key);
  if (!number || !number->is_whole || !(std::abs(number->value) < kMost))
    call_.refuse(fmt::format("lacks its option {}", key));
  return static_cast<std::int64_t>(number->value);
}

std::int64_t CustomOptions::integer(const std::string& key, std::int64_t least, std::int64_t most) const {
  const std::int64_t value = integer(key);
  if (value < least || value > most)
    call_.refuse(fmt::format("has {} = {}, which is not from {} to {}", key, value, least, most));
  return value;
}

}  // namespace nacre::tools
