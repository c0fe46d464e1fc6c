#include "tools/zip/write.hpp"

#include <zip.h>

#include <memory>
#include <stdexcept>

namespace nacre::tools {
namespace {

void require_done(bool done) {
  if (!done) throw std::runtime_error("libzip does not write the archive");
}

}  // namespace

std::vector<std::byte> write_zip(const std::vector<std::pair<std::string, std::vector<std::byte>>>& members) {
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> whole(
      zip_source_buffer_create(nullptr, 0, 0, nullptr), zip_source_free);
  require_done(whole != nullptr);
  zip_t* archive = zip_open_from_source(whole.get(), ZIP_TRUNCATE, nullptr);
  require_done(archive != nullptr);
  zip_source_keep(whole.get());  // closing the archive frees it once
  for (const auto& [name, bytes] : members) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) zip_source_free(source), zip_discard(archive), require_done(false);
    constexpr zip_uint16_t kFirstDay = 0x0021;  // 1980-01-01
    const auto place = static_cast<zip_uint64_t>(index);
    zip_set_file_compression(archive, place, ZIP_CM_STORE, 0);
    zip_file_set_dostime(archive, place, 0, kFirstDay, 0);
  }
  if (zip_close(archive) != 0) zip_discard(archive), require_done(false);
  zip_stat_t about;
  require_done(zip_source_stat(whole.get(), &about) == 0 && zip_source_open(whole.get()) == 0);
  std::vector<std::byte> bytes(about.size);
  const bool is_read = zip_source_read(whole.get(), bytes.data(), bytes.size()) == static_cast<zip_int64_t>(about.size);
  zip_source_close(whole.get());
  require_done(is_read);
  return bytes;
}

}  // namespace nacre::tools
