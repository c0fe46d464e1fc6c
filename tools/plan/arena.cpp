#include "tools/plan/arena.hpp"

#include <algorithm>
#include <map>

#include "tools/plan/occupied.hpp"

namespace nacre::tools {
namespace {

std::uint32_t steps_of(const std::vector<Region>& regions) {
  std::uint32_t steps = 1;
  for (const Region& region : regions) steps = std::max(steps, region.last_use + 1);
  return steps;
}

/// What is placed as one: a region, or those of a group.
struct Piece {
  std::uint32_t bytes = 0;
  std::vector<std::uint32_t> regions = {};
};

std::vector<Piece> pieces_of(const std::vector<Region>& regions) {
  std::vector<Piece> pieces;
  std::map<std::uint32_t, std::size_t> by_group;
  for (std::uint32_t i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    std::size_t piece = pieces.size();
    if (region.group != Region::kAlone) piece = by_group.try_emplace(region.group, piece).first->second;
    if (piece == pieces.size()) pieces.emplace_back();
    pieces[piece].regions.push_back(i);
    pieces[piece].bytes = std::max(pieces[piece].bytes, region.lies_at + align_arena(region.bytes));
  }
  return pieces;
}

/// The lowest offset at which all of a piece is free. `find` gives that of one region, from an offset on.
template <typename Find>
std::uint32_t lowest_free(const Piece& piece, const std::vector<Region>& regions, Find find) {
  std::uint32_t offset = 0;
  for (std::size_t agreed = 0, i = 0; agreed < piece.regions.size(); i = (i + 1) % piece.regions.size(), ++agreed) {
    const Region& region = regions[piece.regions[i]];
    const std::uint32_t next = find(region, offset + region.lies_at) - region.lies_at;
    if (next != offset) agreed = 0;
    offset = next;
  }
  return offset;
}

void put(const Piece& piece, std::uint32_t offset, std::vector<Region>& regions) {
  for (const std::uint32_t i : piece.regions) regions[i].offset = offset + regions[i].lies_at;
}

}  // namespace

std::vector<std::uint32_t> bytes_in_use(const std::vector<Region>& regions) {
  std::vector<std::uint32_t> live(steps_of(regions));
  std::vector<std::int64_t> changes(live.size() + 1, 0);
  const auto add = [&](std::uint32_t first, std::uint32_t last, std::int64_t bytes) {
    changes[first] += bytes;
    changes[last + 1] -= bytes;
  };
  for (const Piece& piece : pieces_of(regions)) {
    if (piece.regions.size() == 1) {
      const Region& region = regions[piece.regions[0]];
      add(region.first_use, region.last_use, align_arena(region.bytes));
      continue;
    }
    for (std::uint32_t step = 0; step < live.size(); ++step) {
      std::uint32_t begin = 0xffffffff, end = 0;
      for (const std::uint32_t i : piece.regions) {
        const Region& region = regions[i];
        if (step < region.first_use || step > region.last_use) continue;
        begin = std::min(begin, region.lies_at), end = std::max(end, region.lies_at + align_arena(region.bytes));
      }
      if (end != 0) add(step, step, end - begin);
    }
  }
  std::int64_t now = 0;
  for (std::size_t step = 0; step < live.size(); ++step)
    live[step] = static_cast<std::uint32_t>(std::min<std::int64_t>(now += changes[step], 0xffffffff));
  return live;
}

std::uint32_t place_largest_first(std::vector<Region>& regions) {
  std::vector<Piece> pieces = pieces_of(regions);
  std::ranges::stable_sort(pieces, std::ranges::greater{}, [&](const Piece& piece) {
    return piece.regions.size() == 1 ? regions[piece.regions[0]].bytes : piece.bytes;
  });
  std::uint32_t arena = 0;
  Occupied occupied(steps_of(regions));
  for (const Piece& piece : pieces) {
    put(piece, lowest_free(piece, regions, [&](const Region& region, std::uint32_t from) {
          return occupied.find(region.first_use, region.last_use, align_arena(region.bytes), from);
        }), regions);
    for (const std::uint32_t i : piece.regions) {
      const Region& region = regions[i];
      const std::uint32_t end = region.offset + align_arena(region.bytes);
      occupied.add(region.first_use, region.last_use, region.offset, end);
      arena = std::max(arena, end);
    }
  }
  return arena;
}

namespace {

/// Looks for a smaller arena. Some smallest one has each region at the lowest offset that those before it leave free,
/// in the order of their offsets: all such orders are tried, as far as they may still be better.
class Search {
 public:
  Search(std::vector<Region>& regions, std::uint32_t arena)
      : regions_(regions), now_(regions), pieces_(pieces_of(regions)), is_placed_(pieces_.size()), arena_(arena),
        least_(std::ranges::max(bytes_in_use(regions))) {}

  std::uint32_t run() {
    if (arena_ > least_) extend(0, 0, 0);
    return arena_;
  }

 private:
  static constexpr std::uint32_t kTrials = 20'000;

  void extend(std::size_t placed, std::uint32_t lowest, std::uint32_t top) {
    if (placed == pieces_.size()) {
      regions_ = now_, arena_ = top;
      return;
    }
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (is_placed_[i]) continue;
      if (arena_ == least_ || ++trials_ > kTrials) return;
      const std::uint32_t offset = lowest_free(pieces_[i], now_, [&](const Region& region, std::uint32_t from) {
        return taken_with(region).free_from(from, align_arena(region.bytes));
      });
      const std::uint32_t end = std::max(top, offset + pieces_[i].bytes);
      if (offset < lowest || end >= arena_) continue;
      put(pieces_[i], offset, now_);
      is_placed_[i] = true;
      extend(placed + 1, offset, end);
      is_placed_[i] = false;
    }
  }

  /// The bytes that are placed and in use while a region is.
  Ranges taken_with(const Region& region) const {
    Ranges taken;
    for (std::size_t i = 0; i < pieces_.size(); ++i)
      for (const std::uint32_t k : pieces_[i].regions)
        if (is_placed_[i] && now_[k].first_use <= region.last_use && region.first_use <= now_[k].last_use)
          taken.add(now_[k].offset, now_[k].offset + align_arena(now_[k].bytes));
    return taken;
  }

  std::vector<Region>& regions_;
  std::vector<Region> now_;
  const std::vector<Piece> pieces_;
  std::vector<bool> is_placed_;
  std::uint32_t arena_, least_, trials_ = 0;
};

}  // namespace

std::uint32_t place(std::vector<Region>& regions) {
  constexpr std::size_t kFew = 64;
  const std::uint32_t arena = place_largest_first(regions);
  return regions.size() > kFew ? arena : Search(regions, arena).run();
}

}  // namespace nacre::tools
