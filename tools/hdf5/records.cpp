// Runs in the parent: what the child wrote.

#include "tools/hdf5/records.hpp"

#include <algorithm>
#include <cstring>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

void refuse_hdf5(const std::string& what) {
  throw Refusal("", "the HDF5 file is refused: " + what, "save the model again, with everything in one file");
}

namespace {

/// Reads what the child wrote; it may have been taken over by the file, so nothing is trusted.
class RecordReader {
 public:
  explicit RecordReader(const Buffer& bytes) : bytes_(bytes) {}

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<std::uint32_t>();
    const Buffer part = take(size);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }
  /// Nothing for data of an unsupported type.
  std::optional<Array> data() {
    const auto type = number<std::uint8_t>();
    const auto rank = number<std::uint8_t>();
    std::vector<std::int64_t> shape;
    std::uint64_t count = 1;
    for (unsigned i = 0; i < rank; ++i) {
      shape.push_back(number<std::int64_t>());
      if (shape.back() < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(shape.back()), &count))
        refuse_hdf5("its content is inconsistent");
    }
    if (type == kUnsupportedType) return std::nullopt;
    if (type > static_cast<std::uint8_t>(ElementType::string)) refuse_hdf5("its content is inconsistent");
    const auto element = static_cast<ElementType>(type);
    if (element == ElementType::string) {
      if (count > kMaxHdf5Texts) refuse_hdf5("it holds too many texts in one place");
      std::vector<std::string> strings;
      for (std::uint64_t i = 0; i < count; ++i) strings.push_back(text());
      return Array(shape, std::move(strings));
    }
    if (count > bytes_.size()) refuse_hdf5("its content is inconsistent");
    return Array(element, shape, take(count * element_size(element)));
  }

 private:
  Buffer take(std::size_t size) {
    if (size > bytes_.size() - position_) refuse_hdf5("it is damaged (its content ends early)");
    const Buffer part = bytes_.slice(position_, size);
    position_ += size;
    return part;
  }

  Buffer bytes_;
  std::size_t position_ = 0;
};

}  // namespace

Hdf5File parse_hdf5_records(const Buffer& records) {
  RecordReader in(records);
  Hdf5File result;
  for (;;) {
    switch (in.number<Hdf5Record>()) {
      case Hdf5Record::end: return result;
      case Hdf5Record::error: refuse_hdf5(in.text());
      case Hdf5Record::group: result.groups.insert(in.text()); break;
      case Hdf5Record::dataset: {
        const std::string path = in.text();
        if (auto data = in.data()) result.datasets.emplace(path, std::move(*data));
        break;
      }
      case Hdf5Record::attribute: {
        const std::string path = in.text(), name = in.text();
        if (auto data = in.data()) result.attributes[path].emplace(name, std::move(*data));
        break;
      }
      default: refuse_hdf5("its content is inconsistent");
    }
  }
}

std::size_t hdf5_limit(std::size_t file_bytes) {
  constexpr std::size_t kAlways = std::size_t{256} << 20, kRatio = 8;
  return std::max(kAlways, kRatio * file_bytes);
}

}  // namespace nacre::tools
