#include "tools/trees/packed_group.hpp"

#include <bit>
#include <unordered_map>
#include <utility>

namespace nacre::tools {
namespace {

/// What an entry stands for: an inner node, or all leaves with a row.
struct Element {
  std::size_t node;
  bool is_leaf;
  std::uint32_t row = 0;  ///< of a leaf
};

struct Pair {
  Element left, right;
};

/// Entries one behind the other, of which those of a pair are neighbours. A leaf may end one pair and begin the next.
class Sequence {
 public:
  /// The place of an element that need not have a neighbour.
  std::uint32_t single(const Element& element) {
    if (element.is_leaf)
      if (const auto found = places_.find(element.row); found != places_.end()) return found->second;
    ends_with_pair_ = false;
    return append(element);
  }

  /// The places of the left elements.
  std::vector<std::uint32_t> chain(const std::vector<Pair>& pairs) {
    std::unordered_map<std::uint32_t, std::vector<std::size_t>> beginning;  // by the row of the left leaf
    for (std::size_t p = 0; p < pairs.size(); ++p)
      if (pairs[p].left.is_leaf) beginning[pairs[p].left.row].push_back(p);
    std::vector<std::uint32_t> result(pairs.size(), kNone);
    for (const bool with_leaves : {false, true})  // those that none can come before, first
      for (std::size_t first = 0; first < pairs.size(); ++first) {
        if (result[first] != kNone || pairs[first].left.is_leaf != with_leaves) continue;
        if (const std::uint32_t known = place_of(pairs[first]); known != kNone) {
          result[first] = known;
          continue;
        }
        std::uint32_t place = append(pairs[first].left);
        for (std::size_t p = first; p != kEnd; p = next(pairs[p].right, beginning, result)) {
          result[p] = place, place = append(pairs[p].right);
          if (pairs[p].left.is_leaf && pairs[p].right.is_leaf) of_leaves_[rows_of(pairs[p])] = result[p];
        }
      }
    ends_with_pair_ = ends_with_pair_ || !pairs.empty();
    return result;
  }

  /// What leads to an entry may lead to the one behind it: the last one must not be led to.
  void close() {
    if (!ends_with_pair_ || elements.back().is_leaf) append({PackedEntry::kNothing, false});
  }

  std::vector<Element> elements;

 private:
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);
  static constexpr std::size_t kEnd = static_cast<std::size_t>(-1);

  static std::uint64_t rows_of(const Pair& leaves) { return std::uint64_t{leaves.left.row} << 32 | leaves.right.row; }
  /// Where two leaves like these are neighbours.
  std::uint32_t place_of(const Pair& pair) const {
    if (!pair.left.is_leaf || !pair.right.is_leaf) return kNone;
    const auto found = of_leaves_.find(rows_of(pair));
    return found != of_leaves_.end() ? found->second : kNone;
  }

  std::uint32_t append(const Element& element) {
    const auto place = static_cast<std::uint32_t>(elements.size());
    elements.push_back(element);
    if (element.is_leaf) places_.try_emplace(element.row, place);
    return place;
  }

  /// A pair without a place that begins with this element.
  static std::size_t next(const Element& element,
                          std::unordered_map<std::uint32_t, std::vector<std::size_t>>& beginning,
                          const std::vector<std::uint32_t>& places) {
    if (!element.is_leaf) return kEnd;
    const auto found = beginning.find(element.row);
    while (found != beginning.end() && !found->second.empty()) {
      const std::size_t pair = found->second.back();
      found->second.pop_back();
      if (places[pair] == kNone) return pair;
    }
    return kEnd;
  }

  std::unordered_map<std::uint32_t, std::uint32_t> places_;     // of leaves, by their row
  std::unordered_map<std::uint64_t, std::uint32_t> of_leaves_;  // of pairs, by theirs
  bool ends_with_pair_ = false;
};

class Packer {
 public:
  Packer(const EnsembleNodes& nodes, PackedLevels levels, const std::vector<std::uint32_t>& row_of)
      : nodes_(nodes), levels_(levels), row_of_(row_of) {}

  PackedGroup run(std::span<const std::int64_t> roots) {
    std::vector<Element> exits;
    group_.tops.resize(roots.size() * ((std::size_t{1} << levels_.top) - 1));
    for (std::size_t tree = 0; tree < roots.size(); ++tree) place_top(roots, tree, exits);
    first_ = static_cast<std::uint32_t>(exits.size());
    Sequence& led_to = levels_.steps == 0 ? last_ : inner_;
    for (const Element& exit : exits) group_.exits.push_back(first_ + led_to.single(exit));
    if (levels_.steps != 0) place_below(exits);
    for (const Element& element : inner_.elements) group_.inner.push_back(entry_of(element));
    for (const Element& element : last_.elements) add_last(element);
    return std::move(group_);
  }

 private:
  Element element_of(std::size_t node) const {
    return nodes_.is_leaf(node) ? Element{node, true, row_of_[nodes_.row(node)]} : Element{node, false};
  }
  static PackedEntry entry_of(const Element& element) {
    return {element.is_leaf ? PackedEntry::kNothing : element.node};
  }

  /// The complete levels, in which a leaf is always left, down to the exit.
  void place_top(std::span<const std::int64_t> roots, std::size_t tree, std::vector<Element>& exits) {
    const std::size_t entries = std::size_t{1} << levels_.top;
    std::vector<std::size_t> at(2 * entries, PackedEntry::kNothing);
    at[1] = static_cast<std::size_t>(roots[tree]);
    for (std::size_t i = 1; i < entries; ++i) {
      if (at[i] == PackedEntry::kNothing) continue;
      const bool is_leaf = nodes_.is_leaf(at[i]);
      const std::size_t of_level = std::bit_floor(i);
      group_.tops[roots.size() * (of_level - 1) + (tree - 1) * of_level + i] = entry_of(element_of(at[i]));
      at[2 * i] = is_leaf ? at[i] : nodes_.left(at[i]);
      if (!is_leaf) at[2 * i + 1] = nodes_.right(at[i]);
    }
    for (std::size_t i = entries; i < 2 * entries; ++i)  // an exit that no walk takes is like the one before
      exits.push_back(at[i] == PackedEntry::kNothing ? exits.back() : element_of(at[i]));
  }

  Pair children_of(const Element& element) const {
    return {element_of(nodes_.left(element.node)), element_of(nodes_.right(element.node))};
  }

  /// Whatever the exits lead to: level by level, entries with children, and those without.
  void place_below(const std::vector<Element>& exits) {
    std::vector<Pair> pairs, last;
    std::vector<std::size_t> parents, last_parents;
    std::vector<Element> level;
    for (const Element& exit : exits)
      if (!exit.is_leaf) level.push_back(exit);
    for (std::size_t step = 0; step < levels_.steps; ++step) {
      const bool is_last = step + 1 == levels_.steps;
      std::vector<Element> next;
      for (const Element& element : level) {
        const Pair pair = children_of(element);
        (is_last ? last : pairs).push_back(pair), (is_last ? last_parents : parents).push_back(element.node);
        for (const Element& child : {pair.left, pair.right})
          if (!child.is_leaf) next.push_back(child);
      }
      level = std::move(next);
    }
    const std::vector<std::uint32_t> places = inner_.chain(pairs);
    if (levels_.steps > 1) inner_.close();
    set_links(parents, places, last_parents, last);
  }

  void set_links(const std::vector<std::size_t>& parents, const std::vector<std::uint32_t>& places,
                 const std::vector<std::size_t>& last_parents, const std::vector<Pair>& last) {
    const auto count = static_cast<std::uint32_t>(inner_.elements.size()), end_of_inner = first_ + count;
    std::unordered_map<std::size_t, std::uint32_t> child, end;
    for (std::size_t p = 0; p < parents.size(); ++p) child[parents[p]] = places[p];
    const std::vector<std::uint32_t> last_places = last_.chain(last);
    for (std::size_t p = 0; p < last_parents.size(); ++p) end[last_parents[p]] = last_places[p];
    group_.children.assign(count, first_), group_.lasts.assign(count, end_of_inner);
    for (std::uint32_t i = 0; i < count; ++i) {
      const Element& element = inner_.elements[i];
      if (element.is_leaf) {  // leads to itself, and at last to its row
        group_.children[i] = first_ + i, group_.lasts[i] = end_of_inner + last_.single(element);
      } else {
        const auto inner = child.find(element.node), leaf = end.find(element.node);
        if (inner != child.end()) group_.children[i] = first_ + inner->second;
        if (leaf != end.end()) group_.lasts[i] = end_of_inner + leaf->second;
      }
    }
    last_.close();
  }

  void add_last(const Element& element) {
    group_.last.push_back(entry_of(element));
    const auto row_of = [&](std::size_t leaf) { return row_of_[nodes_.row(leaf)]; };
    const bool asks = !element.is_leaf && element.node != PackedEntry::kNothing;
    group_.rows.push_back(element.is_leaf ? element.row : asks ? row_of(nodes_.left(element.node)) : 0);
    group_.rows.push_back(element.is_leaf ? element.row : asks ? row_of(nodes_.right(element.node)) : 0);
  }

  const EnsembleNodes& nodes_;
  PackedLevels levels_;
  const std::vector<std::uint32_t>& row_of_;
  std::uint32_t first_ = 0;  // the number of the first entry below the complete levels
  Sequence inner_, last_;
  PackedGroup group_;
};

}  // namespace

PackedGroup packed_group(const EnsembleNodes& nodes, std::span<const std::int64_t> roots, PackedLevels levels,
                         const std::vector<std::uint32_t>& row_of) {
  return Packer(nodes, levels, row_of).run(roots);
}

}  // namespace nacre::tools
