#pragma once

#include <zlib.h>

#include <string>
#include <vector>

#include "tests/hostile/reader_support.hpp"

// Zip archives, written record by record, so that each of them can lie.

namespace nacre::tools::test {

struct Member {
  std::string name, content;
  bool deflated = false;
  // What the archive says, where it says something else than the truth.
  std::string central_name = {};
  std::uint64_t stated_size = ~std::uint64_t{0};
  std::uint64_t stated_packed = ~std::uint64_t{0};
  std::uint16_t flags = 0;
  std::int64_t points_at = -1;  ///< another member, whose bytes are this one's too
  bool zip64 = false;           ///< sizes in an extra field
};

/// Compressed by zlib; `window_bits` chooses its header, gzip's or none (-15).
inline std::string deflated(const std::string& content, int window_bits = -15) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, content.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string archive_of(const std::vector<Member>& members) {
  std::string file, central;
  std::vector<std::size_t> places;
  for (const Member& member : members) {
    const std::string packed = member.deflated ? deflated(member.content) : member.content;
    const std::uint64_t size = member.stated_size == ~std::uint64_t{0} ? member.content.size() : member.stated_size;
    const std::uint64_t packed_size = member.stated_packed == ~std::uint64_t{0} ? packed.size() : member.stated_packed;
    const auto check = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(member.content.data()), static_cast<uInt>(member.content.size())));
    const std::string extra = member.zip64 ? little_endian(1, 2) + little_endian(16, 2) + little_endian(size, 8) +
                                                 little_endian(packed_size, 8)
                                           : "";
    const auto sizes = [&] {
      return member.zip64 ? little_endian(~0u, 4) + little_endian(~0u, 4)
                          : little_endian(packed_size, 4) + little_endian(size, 4);
    };
    const std::string common = little_endian(20, 2) + little_endian(member.flags, 2) +
                               little_endian(member.deflated ? 8 : 0, 2) + little_endian(0, 4) +
                               little_endian(check, 4) + sizes();
    places.push_back(file.size());
    if (member.points_at < 0)
      file += "PK\x03\x04" + common + little_endian(member.name.size(), 2) + little_endian(extra.size(), 2) +
              member.name + extra + packed;
    const std::string& name = member.central_name.empty() ? member.name : member.central_name;
    const std::size_t place = member.points_at < 0 ? places.back() : places[static_cast<std::size_t>(member.points_at)];
    central += "PK\x01\x02" + little_endian(20, 2) + common + little_endian(name.size(), 2) +
               little_endian(extra.size(), 2) + little_endian(0, 8) + little_endian(0, 2) + little_endian(place, 4) +
               name + extra;
  }
  return file + central + "PK\x05\x06" + little_endian(0, 4) + little_endian(members.size(), 2) +
         little_endian(members.size(), 2) + little_endian(central.size(), 4) + little_endian(file.size(), 4) +
         little_endian(0, 2);
}

}  // namespace nacre::tools::test
