#pragma once

#include <random>
#include <vector>

#include "nacre/slots.h"

namespace nacre::test {

/// Flash as a power cut leaves it: an operation that it meets happens in part, and so do those before it that were not
/// synced. Programming only changes erased bits.
class SimulatedFlash {
 public:
  struct Geometry {
    std::uint32_t block, unit;
    std::uint8_t erased = 0xff;
    bool is_lazy = false;  ///< operations may be lost, in any order, until they are synced
  };

  SimulatedFlash(std::uint32_t bytes, Geometry geometry);

  /// Refers to this object.
  nacre_flash functions();

  /// Power fails in the operation of this number, counted from 0 over all that change or sync the flash. Chance decides
  /// what is left of it.
  void cut_at(unsigned operation, unsigned seed);
  /// Reads fail after this many more.
  void fail_after(unsigned reads) { reads_left_ = reads; }
  /// Power is back.
  void restore();
  bool is_cut() const { return is_cut_; }

  unsigned operations() const { return operations_; }
  /// Units that were programmed twice, places outside the flash or off its grid.
  unsigned misuses() const { return misuses_; }
  const std::vector<std::uint8_t>& bytes() const { return seen_; }

 private:
  struct Change {
    std::uint32_t address;
    std::vector<std::uint8_t> data;  ///< empty: erased
    std::uint32_t bytes;
  };

  int change(Change change);
  int sync();
  bool meets_cut() { return operations_++ == cut_ || is_cut_; }
  void apply(const Change& change, std::vector<std::uint8_t>& to) const;
  /// Of each unit or block of a change by chance everything, nothing, or something else.
  void apply_in_part(const Change& change);

  Geometry geometry_;
  std::vector<std::uint8_t> kept_, seen_;  ///< what no cut changes, and what is read
  std::vector<std::uint8_t> programmed_;   ///< by units
  std::vector<Change> waiting_;
  unsigned operations_ = 0, misuses_ = 0, cut_ = ~0u, reads_left_ = ~0u;
  bool is_cut_ = false;
  std::minstd_rand chance_;
};

}  // namespace nacre::test
