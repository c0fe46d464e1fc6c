#include "tools/rows/alternatives.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace nacre::tools {
namespace {

using Places = std::vector<std::size_t>;

constexpr std::size_t kMost = 256;      // lists of places
constexpr std::size_t kMostKinds = 16;  // of which every number is tried
constexpr std::size_t kChunk = 256;     // rows that a thread of the library takes at a time

/// Whether the library's own distances have no rounding: products and sums of multiples of `step` that stay below 2^53.
bool is_exact(const Choice& choice, const std::vector<double>& distances, double least) {
  if (choice.step <= 0) return false;
  const double reach = 2 * choice.norm + std::sqrt(std::max(least, 0.0));
  return reach * reach < 0x1p53 * choice.step && std::ranges::all_of(distances, [&](double distance) {
           return !std::isfinite(distance) ||
                  (std::fmod(distance, choice.step) == 0 && distance < 0x1p53 * choice.step);
         });
}

/// Rows that are as far as the last one that was found, or nearly so, and how many of them there is room for.
struct Border {
  Places nearer;  ///< which are found in any case
  Places tied;
  std::size_t room;

  Border(const Search& search, double apart) {
    const double last = search.distances[search.found.back()];
    for (const std::size_t place : search.found)
      if (search.distances[place] < last - apart) nearer.push_back(place);
    for (std::size_t place = 0; place < search.distances.size(); ++place)
      if (search.distances[place] == last || std::abs(search.distances[place] - last) <= apart) tied.push_back(place);
    room = search.found.size() - nearer.size();
  }
};

/// Those that were found, with neighbours that lie equally far in the other order.
Places turned_round(const Search& search, double apart) {
  Places turned = search.found;
  for (auto first = turned.begin(); first != turned.end();) {
    const auto end = std::find_if(first, turned.end(), [&](std::size_t place) {
      return search.distances[place] > search.distances[*first] + apart;
    });
    std::reverse(first, end);
    first = end;
  }
  return turned;
}

/// Every number of tied rows of each kind for which there is room.
void choose(const std::vector<Places>& kinds, std::size_t kind, std::size_t room, Places& chosen,
            std::vector<Places>& lists) {
  if (lists.size() > kMost) return;
  if (room == 0) return lists.push_back(chosen);
  if (kind == kinds.size()) return;
  const std::size_t before = chosen.size(), most = std::min(room, kinds[kind].size());
  for (std::size_t count = 0; count <= most; ++count) {
    chosen.resize(before);
    chosen.insert(chosen.end(), kinds[kind].begin(), kinds[kind].begin() + static_cast<std::ptrdiff_t>(count));
    choose(kinds, kind + 1, room - count, chosen, lists);
  }
  chosen.resize(before);
}

/// Of each two kinds the list in which one comes first and the other last.
std::vector<Places> extremes(const std::vector<Places>& kinds, std::size_t room) {
  std::vector<Places> lists;
  for (std::size_t first = 0; first < kinds.size(); ++first)
    for (std::size_t last = 0; last < kinds.size() && lists.size() < kMost; ++last) {
      if (first == last) continue;
      Places all = kinds[first];
      for (std::size_t kind = 0; kind < kinds.size(); ++kind)
        if (kind != first && kind != last) all.insert(all.end(), kinds[kind].begin(), kinds[kind].end());
      all.insert(all.end(), kinds[last].begin(), kinds[last].end());
      all.resize(room);
      lists.push_back(std::move(all));
    }
  return lists;
}

std::vector<Places> any_of_tied(const Search& search, double apart) {
  const Border border(search, apart);
  std::vector<Places> lists{turned_round(search, apart)};
  std::map<std::size_t, Places> by_kind;
  for (const std::size_t place : border.tied) by_kind[search.kinds[place]].push_back(place);
  if (border.tied.size() == border.room || by_kind.size() < 2) return lists;
  std::vector<Places> kinds, chosen;
  for (auto& [kind, places] : by_kind) kinds.push_back(std::move(places));
  Places none;
  if (kinds.size() <= kMostKinds) choose(kinds, 0, border.room, none, chosen);
  if (chosen.empty() || chosen.size() > kMost) chosen = extremes(kinds, border.room);
  for (const Places& tied : chosen) {
    lists.push_back(border.nearer);
    lists.back().insert(lists.back().end(), tied.begin(), tied.end());
  }
  return lists;
}

/// The rows that each of so many threads searches: chunks of 256, as many as the others or one more.
std::vector<std::vector<Neighbor>> parts_of(const std::vector<double>& distances, std::size_t threads) {
  const std::size_t chunks = (distances.size() + kChunk - 1) / kChunk;
  std::vector<std::vector<Neighbor>> parts(threads);
  std::size_t place = 0;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    const std::size_t own = chunks / threads + (thread < chunks % threads ? 1 : 0);
    const std::size_t end = std::min(place + own * kChunk, distances.size());
    for (; place < end; ++place) parts[thread].push_back({distances[place], place});
  }
  return parts;
}

/// What heaps of any number of threads find; without a second heap, too, as where many rows are asked about at once.
std::vector<Places> found_by_threads(const Search& search) {
  const std::size_t chunks = (search.distances.size() + kChunk - 1) / kChunk;
  std::vector<Places> lists;
  for (std::size_t threads = search.beside_many ? 0 : 1; threads <= std::min(chunks, kMost); ++threads) {
    Places places;
    const auto parts = parts_of(search.distances, std::max<std::size_t>(threads, 1));
    for (const Neighbor& each : find_smallest(parts, search.found.size(), threads > 0, search.sort))
      places.push_back(each.place);
    lists.push_back(std::move(places));
  }
  return lists;
}

}  // namespace

double rounding_near(const Choice& choice, const std::vector<double>& distances, double distance) {
  const double least = *std::ranges::min_element(distances);
  if (choice.rounding == 0 || is_exact(choice, distances, least)) return 0;
  const double length = choice.norm + std::sqrt(std::max(least, 0.0));  // of the row, at most
  return 2 * choice.rounding * (std::abs(distance) + choice.norm * (choice.norm + 2 * length));
}

std::vector<Places> other_places(const Search& search) {
  const auto distance_of = [&](std::size_t place) { return search.distances[place]; };
  const double last = distance_of(search.found.back()), apart = rounding_near(search.choice, search.distances, last);
  bool is_tied = false;
  for (std::size_t i = 1; i < search.found.size(); ++i)
    is_tied |= distance_of(search.found[i]) - distance_of(search.found[i - 1]) <= apart;
  if (!is_tied && Border(search, apart).tied.size() < 2) return {};
  std::vector<Places> lists;
  if (apart > 0 || search.choice.ties == Choice::Ties::open) lists = any_of_tied(search, apart);
  else if (search.choice.ties == Choice::Ties::by_threads) lists = found_by_threads(search);
  std::erase(lists, search.found);
  return lists;
}

std::vector<std::vector<double>> other_distances(const Search& search) {
  std::vector<std::vector<double>> lists;
  const double first = search.distances[search.found.front()];
  if (rounding_near(search.choice, search.distances, first) == 0) return lists;
  std::set<std::size_t> kinds;
  for (const std::size_t place : search.found) kinds.insert(search.kinds[place]);
  if (kinds.size() < 2) return lists;
  for (const std::size_t kind : kinds) {
    lists.emplace_back();
    for (const std::size_t place : search.found) {
      const double distance = search.distances[place];
      const double off = rounding_near(search.choice, search.distances, distance) / 2;
      lists.back().push_back(search.kinds[place] == kind ? std::max(distance - off, 0.0) : distance + off);
    }
  }
  return lists;
}

}  // namespace nacre::tools
