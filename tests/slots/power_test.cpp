#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tests/slots/device.hpp"

namespace nacre::test {
namespace {

constexpr SimulatedFlash::Geometry kGeometries[] = {{64, 1},     {32, 32},   {128, 4},    {256, 8, 0},
                                                    {512, 256}, {1024, 16}, {4096, 128}, {264, 24}};

/// What may start after a cut at this point of a story: numbers of models, 0 for none.
struct Expectation {
  std::set<unsigned> models{0};
  std::uint32_t minimum = 0;  ///< of confirmed counters
};

/// The life of a device, up to where an operation meets the cut. Says what may start then.
class Story {
 public:
  explicit Story(Device& device) : device_(device) {}

  Expectation tell() {
    is_told_ = start(0) && install({1, 1}) && start(1) && confirm() && install({2, 2}) && start(2) && confirm() &&
               install({3, 2}) && start(3) && start(2) && install({4, 2}) && install({5, 3}) && start(5) && confirm();
    for (unsigned number = 6; number < 10 && is_told_; ++number)
      is_told_ = install({number, 3}) && start(number) && confirm();
    return may_;
  }
  bool is_told() const { return is_told_; }

 private:
  bool went(nacre_status status, unsigned model) {
    if (device_.flash.is_cut()) return false;
    CHECK(status == (model == 0 ? NACRE_NO_MODEL : NACRE_OK));
    return true;
  }
  bool start(unsigned model) {
    if (!went(device_.start(), model)) return false;
    if (model != 0) CHECK(device_.running() == SlotModel{model, device_.slot.rollback});
    may_.models = {kept_, model};
    running_ = model;
    return true;
  }
  bool install(SlotModel model) {
    may_.models.insert(model.number);
    return went(device_.install(model), model.number);
  }
  bool confirm() {
    if (!went(device_.confirm(), running_)) return false;
    kept_ = running_;
    may_.models = {kept_};
    may_.minimum = device_.slot.rollback;
    return true;
  }

  Device& device_;
  unsigned running_ = 0, kept_ = 0;
  Expectation may_;
  bool is_told_ = false;
};

/// One whole model runs, which is one of those expected.
void check_start(Device& device, const Expectation& may) {
  const nacre_status status = device.start();
  if (status == NACRE_NO_MODEL) {
    CHECK(may.models.count(0) == 1);
    return;
  }
  REQUIRE(status == NACRE_OK);
  const auto model = device.running();
  REQUIRE(model.has_value());
  CHECK(may.models.count(model->number) == 1);
  CHECK(model->rollback >= may.minimum);
}

void check_update(Device& device) {
  const bool has_old = device.slots.state.slot[device.slots.state.kept].bytes != 0;
  if (device.on_trial && has_old) CHECK(device.confirm() == NACRE_OK);
  REQUIRE(device.install({20, 9}) == NACRE_OK);
  REQUIRE(device.start() == NACRE_OK);
  CHECK(device.running() == SlotModel{20, 9});
  CHECK(device.confirm() == NACRE_OK);
  REQUIRE(device.start() == NACRE_OK);
  CHECK(device.running() == SlotModel{20, 9});
}

/// Cuts the power in one operation of the story, and then in each of the start after it; false where the story ends
/// before.
bool cut(SimulatedFlash::Geometry geometry, unsigned pages, unsigned operation, unsigned seed) {
  for (unsigned again = 0;; ++again) {
    Device device(geometry, pages);
    device.flash.cut_at(operation, seed);
    Story story(device);
    const Expectation may = story.tell();
    if (story.is_told()) return false;
    CAPTURE(operation);
    CAPTURE(seed);
    CAPTURE(again);
    device.flash.restore();
    const unsigned before = device.flash.operations();
    device.flash.cut_at(before + again, seed + 7);
    const nacre_status status = device.start();
    const bool was_cut = device.flash.is_cut();
    if (was_cut) CHECK(status == NACRE_FLASH_FAILED);
    device.flash.restore();
    check_start(device, may);
    if (was_cut) continue;
    check_update(device);
    CHECK(device.flash.misuses() == 0);
    return true;
  }
}

}  // namespace

TEST_SUITE("slots for models") {
  TEST_CASE("a power cut in any operation leaves the old model or the new one, and room for another") {
    for (const bool is_lazy : {false, true})
      for (const unsigned pages : {2u, 3u})
        for (const auto& geometry : kGeometries) {
          CAPTURE(geometry.block);
          CAPTURE(geometry.unit);
          CAPTURE(is_lazy);
          CAPTURE(pages);
          const SimulatedFlash::Geometry tried{geometry.block, geometry.unit, geometry.erased, is_lazy};
          unsigned operations = 0;
          while (cut(tried, pages, operations, 1)) ++operations;
          for (unsigned operation = 0; operation < operations; ++operation)
            for (unsigned seed = 2; seed < 4; ++seed) cut(tried, pages, operation, seed);
          CHECK(operations > 80);
        }
  }
}

}  // namespace nacre::test
