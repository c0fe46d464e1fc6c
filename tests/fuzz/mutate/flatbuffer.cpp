#include <cstring>
#include <set>
#include <vector>

#include "tests/fuzz/mutate/mutate.hpp"

namespace nacre::test {
namespace {

/// Where something of a known size lies that can be changed.
struct Place {
  enum Kind { number, offset, slot } kind;
  std::size_t at, bytes;
};

/// Finds what a FlatBuffer holds without its schema: an offset leads to a table where a vtable fits there, to a vector
/// where its length does; all else are numbers.
class Walk {
 public:
  explicit Walk(const std::string& bytes) : bytes_(bytes) {
    if (has(0, kWord)) visit(0);
    while (!tables_.empty() && places_.size() < kEnough) {
      const std::size_t table = tables_.back();
      tables_.pop_back();
      visit_table(table);
    }
  }
  const std::vector<Place>& places() const { return places_; }

 private:
  static constexpr std::size_t kWord = 4, kEnough = 1 << 14, kMostFields = 256;

  bool has(std::size_t at, std::size_t count) const { return at <= bytes_.size() && count <= bytes_.size() - at; }
  template <typename T>
  T read(std::size_t at) const {
    T value;
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return value;
  }

  std::size_t vtable_of(std::size_t table) const {
    return table - static_cast<std::size_t>(std::int64_t{read<std::int32_t>(table)});
  }
  bool is_table(std::size_t at) const {
    if (!has(at, kWord) || !has(vtable_of(at), kWord)) return false;
    const std::size_t vtable = vtable_of(at), size = read<std::uint16_t>(vtable), own = read<std::uint16_t>(vtable + 2);
    if (size < 4 || size % 2 != 0 || size > 4 + 2 * kMostFields || own < kWord || !has(vtable, size) || !has(at, own))
      return false;
    for (std::size_t i = 4; i < size; i += 2)
      if (read<std::uint16_t>(vtable + i) >= own) return false;
    return true;
  }

  void visit_table(std::size_t table) {
    const std::size_t vtable = vtable_of(table), size = read<std::uint16_t>(vtable);
    std::set<std::size_t> starts = {read<std::uint16_t>(vtable + 2)};
    for (std::size_t i = 4; i < size; i += 2) {
      places_.push_back({Place::slot, vtable + i, 2});
      if (const std::size_t start = read<std::uint16_t>(vtable + i); start != 0) starts.insert(start);
    }
    for (auto start = starts.begin(), next = std::next(start); next != starts.end(); start = next++)
      visit_field(table + *start, *next - *start);
  }
  /// With what pads it.
  void visit_field(std::size_t at, std::size_t bytes) {
    for (; bytes >= 2 * kWord; at += kWord, bytes -= kWord) visit(at);
    if (bytes >= kWord) visit(at);
    else places_.push_back({Place::number, at, bytes == 3 ? 2 : bytes});
  }

  /// A word, and what it leads to.
  void visit(std::size_t at) {
    const std::size_t to = at + read<std::uint32_t>(at);
    const bool leads = to > at && has(to, kWord) && to % kWord == 0;
    const bool is_new = leads && seen_.insert(to).second;
    if (leads && is_table(to)) {
      places_.push_back({Place::offset, at, kWord});
      if (is_new) tables_.push_back(to);
    } else if (leads && has(to + kWord, read<std::uint32_t>(to))) {
      places_.push_back({Place::offset, at, kWord});
      if (is_new) visit_vector(to);
    } else {
      places_.push_back({Place::number, at, kWord});
    }
  }
  void visit_vector(std::size_t vector) {
    const std::size_t count = read<std::uint32_t>(vector);
    places_.push_back({Place::number, vector, kWord});
    const bool is_of_words = has(vector + kWord, count * kWord);
    for (std::size_t i = 0; i < count && places_.size() < kEnough; ++i)
      if (const std::size_t at = vector + kWord + i * kWord; is_of_words) visit(at);
      else places_.push_back({Place::number, vector + kWord + i, 1});
  }

  const std::string& bytes_;
  std::vector<Place> places_;
  std::vector<std::size_t> tables_;
  std::set<std::size_t> seen_;
};

void change(std::string& bytes, const std::vector<Place>& places, Dice& dice) {
  const Place& place = places[dice.below(places.size())];
  const Place& other = places[dice.below(places.size())];
  std::int64_t value = 0;
  if (place.kind == Place::offset && other.kind == Place::offset) {  // what the other leads to
    std::uint32_t offset = 0;
    std::memcpy(&offset, bytes.data() + other.at, sizeof offset);
    value = static_cast<std::int64_t>(other.at + offset) - static_cast<std::int64_t>(place.at);
    if (value <= 0) return;
  } else if (place.kind == other.kind && place.bytes == other.bytes && dice.one_in(2)) {
    std::memcpy(&value, bytes.data() + other.at, other.bytes);
  } else if (dice.one_in(2)) {  // one more or less
    std::memcpy(&value, bytes.data() + place.at, place.bytes);
    value += dice.one_in(2) ? 1 : -1;
  } else if (place.kind == Place::number) {
    value = odd_number(dice);
  }  // else 0: an absent field
  std::memcpy(bytes.data() + place.at, &value, place.bytes);
}

}  // namespace

std::string mutate_flatbuffer(const std::string& bytes, Dice& dice) {
  const Walk walk(bytes);
  if (walk.places().empty()) return mutate_bytes(bytes);
  std::string changed = bytes;
  for (std::size_t i = 1 + dice.below(3); i > 0; --i) change(changed, walk.places(), dice);
  return changed;
}

}  // namespace nacre::test
