#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <map>
#include <string>

#include "nacre/description.hpp"
#include "nacre/limits.hpp"
#include "nacre/mapped_file.hpp"
#include "nacre/self_test.hpp"
#include "tests/signed/keys.hpp"
#include "tests/slots/device.hpp"
#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/models.hpp"
#include "tests/support/seal.hpp"

// Every status that a call can end with, provoked.

namespace nacre::test {
namespace {

/// What loading a sealed model ends with after `change(attack)`.
template <typename Change>
Status loading(Change change, Digest digest = Digest::decline) {
  std::vector<std::byte> file = every_operator().front().layer.file();
  seal({file.data(), file.size()});
  Attack attack(std::move(file));
  change(attack);
  return attack.load(nullptr, digest);
}

/// Runs a small model with word 0 of input 0 changed.
Status running(const char* name, std::int32_t word, unsigned argument = 0) {
  ModelBuilder layer = small_layer(name);
  std::memcpy(layer.argument(argument).bytes.data(), &word, sizeof word);
  return layer.try_run<std::byte>().status;
}

/// Looks for the words of a text where there is room for one of two.
Status reading(const std::string& text) {
  ModelBuilder layer = small_layer("count_terms");
  const String row{text.data(), static_cast<std::uint32_t>(text.size())};
  std::memcpy(layer.argument(0).bytes.data(), &row, sizeof row);
  return layer.try_run<std::byte>().status;
}

/// Runs the golden vectors of a fixture of which one expected byte was changed.
Status with_another_answer() {
  const tools::Buffer whole = tools::test::converted({"label_encoder.joblib"});
  Attack attack({whole.bytes().begin(), whole.bytes().end()});
  const schema::Section& section = attack.section(schema::SectionKind::golden);
  const auto* golden = flatbuffers::GetRoot<schema::GoldenVectors>(attack.file().data() + section.offset());
  const_cast<std::uint8_t*>(golden->cases()->Get(0)->outputs()->Get(0)->data()->data())[0] ^= 1;
  seal(attack.file());
  Network network;
  if (const Status status = load(attack.view(), reference_kernels(), attack.memory(), &network); status != Status::ok)
    return status;
  return self_test(attack.view(), network);
}

/// What a call ends with on a device that runs its second model on trial.
template <typename Call>
Status with_slots(Call call) {
  Device device({256, 8});
  device.start();
  for (const SlotModel model : {SlotModel{1, 1}, {2, 2}}) {
    REQUIRE(device.confirm() == (model.number == 1 ? NACRE_NO_MODEL : NACRE_OK));
    REQUIRE(device.install(model) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
  }
  return static_cast<Status>(call(device));
}

/// What a device that trusts these keys says of a signed model.
Status with_signature(const std::vector<tools::test::TestKey>& keys, bool is_changed = false) {
  const tools::Buffer plain = tools::test::converted({"linear.joblib"});
  std::vector<std::byte> file = tools::signed_model(plain.bytes(), tools::test::kFirstKey.secret, 1);
  if (is_changed) schema::GetMutableModel(file.data())->mutable_header()->mutate_rollback(2);
  const tools::Buffer copy = tools::test::aligned_copy(file);
  const nacre_trust trust = tools::test::trust_in(keys);
  return static_cast<Status>(nacre_check_signature(copy.data(), copy.size(), &trust, nullptr));
}

const std::map<Status, std::function<Status()>> kProvocations = {
    {Status::ok, [] { return loading([](Attack&) {}, Digest::check); }},
    {Status::not_loaded, [] { return Network().run(); }},
    {Status::memory_too_small, [] { return loading([](Attack& a) { a.memory(a.total_bytes() - 1); }); }},
    {Status::memory_misaligned, [] { return loading([](Attack& a) { a.memory(a.total_bytes(), 1); }); }},
    {Status::model_misaligned,
     [] {
       MemoryNeeds needs;
       Attack attack(every_operator().front().layer.file());
       GuardedPages pages(4096);
       return memory_needs(pages.place(attack.view(), 1), &needs);
     }},
    {Status::kernel_missing, [] { return Attack(every_operator().front().layer.file(), {}).load(); }},
    {Status::null_argument, [] { return memory_needs({}, nullptr); }},
    {Status::file_unreadable,
     [] {
       MappedFile file;
       return MappedFile::open("/", &file);
     }},
    {Status::truncated, [] { return loading([](Attack& a) { a.replace(std::vector<std::byte>(255)); }); }},
    {Status::trailing_bytes,
     [] {
       return loading([](Attack& a) {
         std::vector<std::byte> longer(a.file().begin(), a.file().end());
         longer.resize(longer.size() + 1);
         a.replace(longer);
       });
     }},
    {Status::bad_magic, [] { return loading([](Attack& a) { a.file()[4] ^= std::byte{1}; }); }},
    {Status::version_too_new,
     [] { return loading([](Attack& a) { a.header().mutate_format_version(kFormatVersion + 1); }); }},
    {Status::version_too_old,
     [] { return loading([](Attack& a) { a.header().mutate_format_version(kFormatVersion - 1); }); }},
    {Status::signature_missing,
     [] {
       Attack attack(every_operator().front().layer.file());
       const nacre_trust trust = tools::test::trust_in({tools::test::kFirstKey});
       return static_cast<Status>(nacre_check_signature(attack.view().data(), attack.view().size(), &trust, nullptr));
     }},
    {Status::key_unknown, [] { return with_signature({tools::test::kSecondKey}); }},
    {Status::bad_signature, [] { return with_signature({tools::test::kFirstKey}, true); }},
    {Status::too_expensive,
     [] {
       Attack attack(every_operator().front().layer.file());
       const Span<std::byte> blocks[] = {attack.memory()};
       Network network;
       return load_within(attack.view(), reference_kernels(), Blocks(blocks), 0, &network, Digest::decline);
     }},
    {Status::other_byte_order, [] { return loading([](Attack& a) { a.file()[7] = std::byte{'B'}; }); }},
    {Status::feature_unknown, [] { return loading([](Attack& a) { a.header().mutate_features(1); }); }},
    {Status::digest_mismatch,
     [] { return loading([](Attack& a) { a.file()[a.file().size() - 1] ^= std::byte{1}; }, Digest::check); }},
    {Status::malformed, [] { return loading([](Attack& a) { a.file()[0] = a.file()[1] = std::byte{0xff}; }); }},
    {Status::bad_section, [] { return loading([](Attack& a) { a.section(0).mutate_offset(0); }); }},
    {Status::bad_tensor,
     [] { return loading([](Attack& a) { a.tensor(0).mutate_rank(9); }); }},
    {Status::bad_index, [] { return loading([](Attack& a) { a.arguments()[0] = 0xffff; }); }},
    {Status::bad_arguments,
     [] {
       ModelBuilder layer = small_layer("normalize_f32");
       layer.argument(1).shape = {3, 1};
       return layer.load_status();
     }},
    {Status::bad_parameter,
     [] {
       ModelBuilder layer = small_layer("take_i32");
       layer.parameters<parameters::Move>().start = 6;
       return layer.load_status();
     }},
    {Status::bad_memory_size,
     [] { return loading([](Attack& a) { a.memory_record(1).mutate_bytes(a.memory_record(1).bytes() + 8); }); }},
    {Status::bad_weights,
     [] {
       ModelBuilder layer = small_layer("gather_i32 constant");
       layer.argument(1).bytes[0] = std::byte{3};
       return layer.load_status();
     }},
    {Status::bad_plan,
     [] {
       ModelBuilder layer = small_layer("arg_max_f32");
       layer.argument(1).same_place_as = 0;
       return layer.load_status();
     }},
    {Status::bad_port,
     [] {
       return loading([](Attack& a) {
         auto* const port = const_cast<schema::Port*>(a.model().inputs()->Get(0));
         port->mutate_tensor(1);  // the weights
       });
     }},
    {Status::golden_missing,
     [] {
       Attack attack(every_operator().front().layer.file());
       Network network;
       const Status status = load(attack.view(), reference_kernels(), attack.memory(), &network, Digest::decline);
       return status == Status::ok ? self_test(attack.view(), network) : status;
     }},
    {Status::description_missing,
     [] {
       Attack attack(every_operator().front().layer.file());
       Description description;
       return Description::open(attack.view(), &description);
     }},
    {Status::index_out_of_range, [] { return running("gather_i32", 3, 1); }},
    {Status::unknown_label, [] { return running("label_encode_i64", 99); }},
    {Status::not_finite,
     [] {
       Attack attack(small_layer("normalize_f32").file());
       const_cast<schema::Port*>(attack.model().inputs()->Get(0))->mutate_flags(PortRecord::kRefusesMissing);
       Network network;
       const Status status = load(attack.view(), reference_kernels(), attack.memory(), &network, Digest::decline);
       if (status != Status::ok) return status;
       network.input<float>(0)[0] = std::numeric_limits<float>::quiet_NaN();
       return network.check_inputs();
     }},
    {Status::bad_text, [] { return reading("\xff"); }},
    {Status::too_many_terms, [] { return reading("a the"); }},
    {Status::golden_mismatch, with_another_answer},
    {Status::bad_geometry,
     [] { return with_slots([](Device& device) { return ++device.layout.record, device.start(); }); }},
    {Status::slot_too_small,
     [] { return with_slots([](Device& device) { return nacre_slots_write(&device.slots, "x", 1); }); }},
    {Status::unconfirmed, [] { return with_slots([](Device& device) { return device.install({2, 1}); }); }},
    {Status::rolled_back,
     [] { return with_slots([](Device& device) { return device.confirm(), device.install({2, 0}); }); }},
    {Status::flash_failed,
     [] {
       return with_slots([](Device& device) {
         device.flash.cut_at(device.flash.operations(), 0);
         return device.confirm();
       });
     }},
    {Status::no_model, [] { return static_cast<Status>(Device({256, 8}).start()); }},
};

TEST_SUITE("hostile model files") {
  TEST_CASE("every status is one that some call ends with") {
    unsigned statuses = 0;
    for (unsigned value = 0; value < 256; ++value) {
      const auto status = static_cast<Status>(value);
      if (name(status) == std::string("unknown")) continue;
      CAPTURE(name(status));
      const auto provocation = kProvocations.find(status);
      REQUIRE(provocation != kProvocations.end());
      CHECK(name(provocation->second()) == std::string(name(status)));
      ++statuses;
    }
    CHECK(statuses == kProvocations.size());
  }
}

}  // namespace
}  // namespace nacre::test
