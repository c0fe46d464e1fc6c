#include <doctest/doctest.h>

#include <cstring>
#include <random>

#include "nacre/self_test.hpp"
#include "tests/device/cable.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Fault = Cable::Fault;

constexpr unsigned kPatience = 10;

/// Outputs of this machine, of the inputs that the network holds.
std::vector<TensorData> outputs_here(const Network& network) {
  CHECK(network.run() == Status::ok);
  std::vector<TensorData> all(network.outputs());
  for (unsigned i = 0; i < network.outputs(); ++i)
    if (network.output_type(i) == DataType::string) {
      for (const String& text : network.output<String>(i)) all[i].text.emplace_back(text.data, text.size);
    } else {
      const Span<const std::byte> bytes = network.output_bytes(i);
      all[i].bytes.assign(bytes.begin(), bytes.end());
    }
  return all;
}

/// A row of the golden vectors on both; whether the outputs are the same.
bool agree_on_golden_row(Device& device, const ModelFile& file) {
  Golden golden;
  REQUIRE(Golden::open(file.view(), file.network(), &golden) == Status::ok);
  golden.feed(0);
  device.write_inputs(file.network());
  const Status status = device.run(true);
  const std::vector<TensorData> there = device.outputs(file.network());
  return status == Status::ok && there == outputs_here(file.network());
}

TEST_SUITE("nacre_serve") {
  TEST_CASE("a board says what it is, and predicts with the bits of this machine") {
    for (const char* name : {"pipeline.joblib", "small_float.tflite", "small_int8.tflite", "label_encoder.joblib"}) {
      CAPTURE(name);
      ServedModel board(converted({name}));
      Cable cable;
      const nacre_status status = board.serve(cable, [&] {
        Device device(cable, "the board", kPatience);
        device.require_model(board.file());
        CHECK(device.facts().largest_payload == NACRE_SERVE_BUFFER_BYTES - 12);
        CHECK(device.facts().release == NACRE_VERSION_NUMBER);
        CHECK(device.facts().ticks_per_second == 1000);
        CHECK(device.facts().has_ticks);
        CHECK(device.facts().layers == board.file().network().layers());
        CHECK(device.facts().inputs == board.file().network().inputs());
        CHECK(device.facts().outputs == board.file().network().outputs());
        CHECK(device.facts().architecture != "");
        CHECK(agree_on_golden_row(device, board.file()));
        CHECK(device.ticks() == 1);
        CHECK(agree_on_golden_row(device, board.file()));
        CHECK(device.repeated() == 0);
        device.bye();
      });
      CHECK(status == NACRE_OK);
    }
  }

  TEST_CASE("each layer is timed, also where an answer holds but some of them") {
    ServedModel board(converted({"gru_unrolled.tflite"}));
    Cable cable;
    board.serve(cable, [&] {
      Device device(cable, "the board", kPatience);
      const Network& network = board.file().network();
      const DeviceProfile profile = device.profile(network);
      unsigned timed = 0;
      for (unsigned i = 0; i < network.layers(); i += 1 + network.body(i)) ++timed;
      CHECK(profile.layers == std::vector<std::uint32_t>(timed, 1));
      CHECK(profile.ticks == 2 * timed + 1);
    });
  }

  TEST_CASE("a session in which any byte is damaged, lost or doubled comes to the same answers") {
    ServedModel board(converted({"pipeline.joblib"}));
    const auto session = [&](Cable& cable) {
      bool agrees = false;
      board.serve(cable, [&] {
        Device device(cable, "the board", kPatience);
        device.require_model(board.file());
        agrees = agree_on_golden_row(device, board.file());
        CHECK(device.profile(board.file().network()).layers.size() > 1);
        device.bye();
      });
      return agrees;
    };
    Cable whole;
    CHECK(session(whole));
    for (const Cable::Direction direction : {Cable::to_board, Cable::to_host})
      for (std::size_t at = 0; at < whole.passed(direction); ++at)
        for (const Fault fault : {Fault::flip_lowest, Fault::flip_highest, Fault::drop, Fault::twice}) {
          CAPTURE(direction);
          CAPTURE(at);
          CAPTURE(static_cast<int>(fault));
          Cable cable;
          cable.damage(direction, at, fault);
          CHECK(session(cable));
        }
  }

  TEST_CASE("noise before a session, of which some looks like packets, is passed over") {
    ServedModel board(converted({"pipeline.joblib"}));
    std::mt19937 random(1);
    for (int round = 0; round < 50; ++round) {
      CAPTURE(round);
      std::vector<std::byte> noise(random() % 3000);
      for (std::byte& byte : noise) {
        constexpr unsigned char kLikely[] = {0x4e, 0xc7, 0x00, 0x01};
        byte = static_cast<std::byte>(random() % 2 == 0 ? kLikely[random() % 4] : random());
      }
      Cable cable;
      board.serve(cable, [&] {
        cable.write(noise);
        Device device(cable, "the board", kPatience);
        CHECK(agree_on_golden_row(device, board.file()));
      });
    }
  }

  TEST_CASE("requests of any kind and numbers, with the right CRC, get an answer and write nowhere else") {
    for (const char* name : {"pipeline.joblib", "label_encoder.joblib"}) {
      ServedModel board(converted({name}));
      Cable cable;
      board.serve(cable, [&] {
        std::mt19937 random(2);
        PacketReader reader;
        constexpr std::uint32_t kLikely[] = {0, 1, 2, 3, 4, 16, 0x7fffffff, 0xffff, 0xffffffff, 0xfffffff0, 0x80000000};
        for (std::uint16_t sequence = 1; sequence < 4000; ++sequence) {
          Packet packet{static_cast<std::uint8_t>(random() % 12), 0, sequence, {}};
          if (packet.kind == static_cast<std::uint8_t>(Request::bye)) continue;
          put_number(&packet.payload, random() % 2, 2);
          put_number(&packet.payload, kLikely[random() % std::size(kLikely)], 2);
          for (int i = 0; i < 3; ++i) put_number(&packet.payload, kLikely[random() % std::size(kLikely)], 4);
          packet.payload.resize(random() % 8 == 0 ? random() % 16 : 16 + random() % 100, std::byte{0xa5});
          cable.write(encode(packet));
          std::optional<Packet> answer;
          while (!answer) {
            const std::vector<std::byte> bytes = cable.read(0);
            REQUIRE(!bytes.empty());
            reader.add(bytes);
            answer = reader.next();
          }
          CHECK(answer->kind == (packet.kind | kAnswer));
          CHECK(answer->sequence == sequence);
          CHECK(std::string(nacre::name(static_cast<Status>(answer->status))) != "unknown");
        }
      });
    }
  }

  TEST_CASE("a board with another model is refused, with both digests") {
    ServedModel board(converted({"pipeline.joblib"}));
    const ModelFile other(converted({"linear.joblib"}));
    Cable cable;
    board.serve(cable, [&] {
      Device device(cable, "the board", kPatience);
      try {
        device.require_model(other);
        FAIL("another model is taken");
      } catch (const Refusal& refusal) {
        CHECK(refusal.obstacle().find(hexadecimal(device.facts().digest)) != std::string::npos);
        CHECK(refusal.obstacle().find("the board has another model") == 0);
      }
    });
  }

  TEST_CASE("a board that vanishes, or never was, is said to be silent, with what to check") {
    ServedModel board(converted({"pipeline.joblib"}));
    Cable cable;
    board.serve(cable, [&] {
      Device device(cable, "the board", kPatience);
      cable.cut();
      CHECK_THROWS_WITH_AS((void)device.run(true), "the board no longer answers (10 s; 19 packets sent again, 0 "
                           "came damaged); check the cable, reset the board, or wait longer with --timeout", Refusal);
    });
    Cable empty;
    empty.cut();
    CHECK_THROWS_WITH_AS(Device(empty, "the board", kPatience), doctest::Contains("no answer in 10 s"), Refusal);
  }

  TEST_CASE("a text longer than the board's memory for texts is refused with both sizes") {
    ServedModel board(converted({"label_encoder.joblib"}), NACRE_SERVE_BUFFER_BYTES, 4);
    Cable cable;
    board.serve(cable, [&] {
      Device device(cable, "the board", kPatience);
      CHECK_THROWS_WITH_AS(agree_on_golden_row(device, board.file()),
                           doctest::Contains("and the firmware has room for 4"), Refusal);
    });
  }

  TEST_CASE("what it cannot serve, it says before it reads") {
    nacre_network none{};
    nacre_line line{};
    CHECK(nacre_serve(nullptr, 0, nullptr, &line) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_serve(nullptr, 0, &none, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_serve(nullptr, 0, &none, &line) == NACRE_NULL_ARGUMENT);
    line.read = Cable::board_read;
    line.write = Cable::board_write;
    CHECK(nacre_serve(nullptr, 0, &none, &line) == NACRE_NULL_ARGUMENT);
    unsigned char buffer[NACRE_SERVE_BUFFER_BYTES - 1];
    line.buffer = buffer;
    line.write = nullptr;
    CHECK(nacre_serve(nullptr, 0, &none, &line) == NACRE_NULL_ARGUMENT);
    line.write = Cable::board_write;
    line.buffer_bytes = sizeof buffer;
    CHECK(nacre_serve(nullptr, 0, &none, &line) == NACRE_NOT_LOADED);
    const ModelFile file(converted({"linear.joblib"}));
    std::memcpy(&none, &file.network(), sizeof file.network());
    CHECK(nacre_serve(file.view().data(), file.view().size(), &none, &line) == NACRE_MEMORY_TOO_SMALL);
  }
}

}  // namespace
}  // namespace nacre::tools::test
