#include "tools/xgboost/ubjson.hpp"

#include <bit>
#include <cstdint>
#include <optional>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

using nlohmann::json;

constexpr unsigned kMaxDepth = 64;

class UbjsonParser {
 public:
  UbjsonParser(std::span<const std::byte> bytes, const std::string& where) : bytes_(bytes), where_(where) {}

  json document() {
    json result = value(marker(), 0);
    while (at_ < bytes_.size() && peek() == 'N') ++at_;
    if (at_ != bytes_.size()) malformed("goes on behind its end");
    return result;
  }

 private:
  [[noreturn]] void malformed(const char* what) const {
    throw Refusal(where_ + ", byte " + std::to_string(at_), std::string("is no valid UBJSON: it ") + what,
                  "save the model again");
  }

  std::size_t left() const { return bytes_.size() - at_; }
  char peek() const { return at_ < bytes_.size() ? static_cast<char>(bytes_[at_]) : '\0'; }

  /// The next marker; no-ops between values say nothing.
  char marker() {
    while (peek() == 'N') ++at_;
    if (at_ >= bytes_.size()) malformed("ends too early");
    return static_cast<char>(bytes_[at_++]);
  }

  template <typename Bits>
  Bits bits() {
    if (left() < sizeof(Bits)) malformed("ends too early");
    Bits result = 0;
    for (std::size_t i = 0; i < sizeof(Bits); ++i)
      result = static_cast<Bits>(static_cast<std::uint64_t>(result) << 8 | static_cast<std::uint8_t>(bytes_[at_++]));
    return result;
  }

  std::optional<std::int64_t> integer(char type) {
    switch (type) {
      case 'i': return static_cast<std::int8_t>(bits<std::uint8_t>());
      case 'U': return bits<std::uint8_t>();
      case 'I': return static_cast<std::int16_t>(bits<std::uint16_t>());
      case 'l': return static_cast<std::int32_t>(bits<std::uint32_t>());
      case 'L': return static_cast<std::int64_t>(bits<std::uint64_t>());
      default: return std::nullopt;
    }
  }

  /// A count of things that take at least `bytes_each` bytes of what is left.
  std::size_t count(std::size_t bytes_each) {
    const auto number = integer(marker());
    if (!number) malformed("has something else where a length must be");
    if (*number < 0 || static_cast<std::uint64_t>(*number) > left() / bytes_each)
      malformed("states a length that it does not have");
    return static_cast<std::size_t>(*number);
  }

  std::string text() {
    const std::size_t size = count(1);
    std::string result(reinterpret_cast<const char*>(bytes_.data() + at_), size);
    at_ += size;
    return result;
  }

  json value(char type, unsigned depth) {
    if (depth > kMaxDepth) malformed("is nested deeper than 64 levels");
    if (const auto number = integer(type)) return *number;
    switch (type) {
      case 'Z': return nullptr;
      case 'T': return true;
      case 'F': return false;
      case 'd': return static_cast<double>(std::bit_cast<float>(bits<std::uint32_t>()));
      case 'D': return std::bit_cast<double>(bits<std::uint64_t>());
      case 'C': return std::string(1, static_cast<char>(bits<std::uint8_t>()));
      case 'S': return text();
      case '[': return array(depth);
      case '{': return object(depth);
      default: --at_; malformed("has a marker of no type");
    }
  }

  /// Bytes that a value of a type has at least; 0: what stands in no typed array.
  static std::size_t least_bytes(char type) {
    switch (type) {
      case 'i': case 'U': case 'C': return 1;
      case 'I': return 2;
      case 'l': case 'd': return 4;
      case 'L': case 'D': return 8;
      default: return 0;
    }
  }

  json array(unsigned depth) {
    json result = json::array();
    if (peek() == '$') {
      ++at_;
      const char type = marker();
      const std::size_t each = least_bytes(type);
      if (each == 0 || marker() != '#') malformed("has an array of a type that is not read");
      for (std::size_t i = count(each); i > 0; --i) result.push_back(value(type, depth + 1));
      return result;
    }
    if (peek() == '#') {
      ++at_;
      for (std::size_t i = count(1); i > 0; --i) result.push_back(value(marker(), depth + 1));
      return result;
    }
    for (char type = marker(); type != ']'; type = marker()) result.push_back(value(type, depth + 1));
    return result;
  }

  json object(unsigned depth) {
    json result = json::object();
    if (peek() == '$') malformed("has an object of one type");
    if (peek() == '#') {
      ++at_;
      for (std::size_t i = count(2); i > 0; --i) entry(result, depth);
      return result;
    }
    for (;;) {
      while (peek() == 'N') ++at_;
      if (peek() == '}') break;
      entry(result, depth);
    }
    ++at_;
    return result;
  }

  void entry(json& object, unsigned depth) {
    std::string key = text();
    object[std::move(key)] = value(marker(), depth + 1);
  }

  std::span<const std::byte> bytes_;
  const std::string& where_;
  std::size_t at_ = 0;
};

}  // namespace

json parse_ubjson(std::span<const std::byte> bytes, const std::string& where) {
  return UbjsonParser(bytes, where).document();
}

}  // namespace nacre::tools
