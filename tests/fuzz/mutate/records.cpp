#include <cstring>
#include <optional>
#include <vector>

#include "tests/fuzz/mutate/mutate.hpp"
#include "tools/common/array.hpp"
#include "tools/hdf5/records.hpp"

namespace nacre::test {
namespace {

using namespace nacre::tools;

struct Record {
  Hdf5Record kind = Hdf5Record::end;
  std::vector<std::string> names;  ///< a path; of an attribute its name too
  std::uint8_t type = kUnsupportedType;
  std::vector<std::int64_t> shape;
  std::vector<std::string> texts;
  std::string elements;
};

/// Reads records as long as they are whole.
class Parser {
 public:
  explicit Parser(const std::string& bytes) : bytes_(bytes) {}

  std::vector<Record> records() {
    std::vector<Record> records;
    while (auto record = next()) records.push_back(std::move(*record));
    return records;
  }

 private:
  std::optional<Record> next() {
    Record record;
    record.kind = static_cast<Hdf5Record>(number<std::uint8_t>());
    if (record.kind == Hdf5Record::end || record.kind > Hdf5Record::error) return std::nullopt;
    record.names.push_back(text());
    if (record.kind == Hdf5Record::attribute) record.names.push_back(text());
    if (record.kind == Hdf5Record::attribute || record.kind == Hdf5Record::dataset) data(record);
    return is_cut_ ? std::nullopt : std::optional(std::move(record));
  }
  void data(Record& record) {
    record.type = number<std::uint8_t>();
    record.shape.resize(number<std::uint8_t>());
    std::uint64_t count = 1;
    for (std::int64_t& dimension : record.shape) {
      dimension = number<std::int64_t>();
      if (__builtin_mul_overflow(count, static_cast<std::uint64_t>(dimension), &count)) is_cut_ = true;
    }
    if (record.type > static_cast<std::uint8_t>(ElementType::string)) return;
    const auto element = static_cast<ElementType>(record.type);
    if (element == ElementType::string)
      for (; count > 0 && !is_cut_; --count) record.texts.push_back(text());
    else record.elements = take(count > bytes_.size() ? count : count * element_size(element));
  }
  template <typename T>
  T number() {
    T value{};
    const std::string part = take(sizeof value);
    if (!is_cut_) std::memcpy(&value, part.data(), sizeof value);
    return value;
  }
  std::string text() { return take(number<std::uint32_t>()); }
  std::string take(std::uint64_t size) {
    is_cut_ = is_cut_ || size > bytes_.size() - at_;
    if (is_cut_) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
  bool is_cut_ = false;
};

template <typename T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, const std::string& text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

std::string serialise(const std::vector<Record>& records) {
  std::string out;
  for (const Record& record : records) {
    put(out, record.kind);
    for (const std::string& name : record.names) put_text(out, name);
    if (record.kind != Hdf5Record::attribute && record.kind != Hdf5Record::dataset) continue;
    put(out, record.type);
    put(out, static_cast<std::uint8_t>(record.shape.size()));
    for (const std::int64_t dimension : record.shape) put(out, dimension);
    for (const std::string& text : record.texts) put_text(out, text);
    out += record.elements;
  }
  put(out, Hdf5Record::end);
  return out;
}

void change(Record& record, Dice& dice) {
  if (!record.texts.empty() && !dice.one_in(8)) {
    std::string& text = record.texts[dice.below(record.texts.size())];
    text = mutate_json(text, dice);
  } else if (!record.shape.empty() && dice.one_in(2)) {
    if (dice.one_in(2)) std::swap(record.shape.front(), record.shape.back());
    else record.shape[dice.below(record.shape.size())] = odd_number(dice);
  } else if (!record.elements.empty() && dice.one_in(2)) {
    record.elements[dice.below(record.elements.size())] ^= static_cast<char>(0x80 >> dice.below(8));
  } else {
    std::string& name = record.names[dice.below(record.names.size())];
    name = mutate_bytes(name);
  }
}

/// The architecture is one attribute among many weights: it is changed as often as all of them.
Record& any(std::vector<Record>& records, Dice& dice) {
  if (dice.one_in(2))
    for (Record& record : records)
      if (record.names.size() == 2 && record.names[1] == "model_config") return record;
  return records[dice.below(records.size())];
}

}  // namespace

std::string mutate_records(const std::string& bytes, Dice& dice) {
  std::vector<Record> records = Parser(bytes).records();
  if (records.empty()) return mutate_bytes(bytes);
  const auto at = static_cast<std::ptrdiff_t>(dice.below(records.size()));
  switch (dice.below(8)) {
    case 0: records.erase(records.begin() + at); break;
    case 1: records.push_back(Record(records[static_cast<std::size_t>(at)])); break;
    default: change(any(records, dice), dice);
  }
  return serialise(records);
}

}  // namespace nacre::test
