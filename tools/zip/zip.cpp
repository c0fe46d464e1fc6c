#include "tools/zip/zip.hpp"

#include <fmt/format.h>
#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "tools/common/line_ends.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint64_t kSmallMember = std::uint64_t{64} << 20;
constexpr std::uint64_t kMaxMember = std::uint64_t{4} << 30;
constexpr std::uint64_t kMaxRatio = 200;
constexpr zip_int64_t kMaxMembers = 100000;

[[noreturn]] void refuse(const std::string& what) {
  throw Refusal("", "the archive is refused: " + what, "save the model again");
}

using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;

/// What fails for want of memory is no fault of the file.
void require_memory(zip_error_t* error) {
  const int code = zip_error_code_zip(error);
  if (code == ZIP_ER_MEMORY || (code == ZIP_ER_ZLIB && zip_error_code_system(error) == Z_MEM_ERROR))
    throw std::bad_alloc();
}

zip_t* try_to_open(const Buffer& file, zip_error_t* error) {
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, error);
  // Found consistent, but for a name that stands twice: people have saved such models, and the last one counts.
  if (archive == nullptr && source != nullptr && zip_error_code_zip(error) == ZIP_ER_EXISTS)
    archive = zip_open_from_source(source, ZIP_RDONLY, error);
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  return archive;
}

Archive open_archive(const Buffer& file) {
  zip_error_t error;
  zip_error_init(&error);
  zip_t* archive = try_to_open(file, &error);
  if (archive == nullptr) archive = try_to_open(file, &error);  // libzip may find no archive where memory is short
  if (archive == nullptr) {
    require_memory(&error);
    if (has_text_line_ends(file)) throw changed_line_ends();
    throw Refusal("", fmt::format("the archive is damaged or cut short ({})", zip_error_strerror(&error)),
                  "download or copy it again in full, or save the model again");
  }
  return {archive, zip_discard};
}

std::string normalised(std::string name) {
  std::replace(name.begin(), name.end(), '\\', '/');
  return name;
}

}  // namespace

ZipArchive::ZipArchive(const Buffer& file) : file_(file) {
  const Archive archive = open_archive(file_);
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count < 0 || count > kMaxMembers) refuse("it has too many members");
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
    names_.push_back(name == nullptr ? "" : normalised(name));
  }
}

bool ZipArchive::contains(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

Buffer ZipArchive::read(const std::string& name) const {
  const auto found = std::find(names_.rbegin(), names_.rend(), name);
  if (found == names_.rend()) refuse("it lacks " + name);
  const auto index = static_cast<zip_uint64_t>(names_.rend() - found - 1);
  const Archive archive = open_archive(file_);
  zip_stat_t about;
  if (zip_stat_index(archive.get(), index, 0, &about) != 0 || !(about.valid & ZIP_STAT_SIZE) ||
      !(about.valid & ZIP_STAT_COMP_SIZE))
    refuse(name + " is damaged");
  if (about.encryption_method != ZIP_EM_NONE) refuse(name + " is encrypted");
  if (about.size > kMaxMember || (about.size > kSmallMember && about.size / kMaxRatio > about.comp_size))
    refuse(name + " grows beyond reason");
  std::vector<std::byte> bytes(about.size);
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> member(zip_fopen_index(archive.get(), index, 0), zip_fclose);
  if (member == nullptr) {
    require_memory(zip_get_error(archive.get()));
    refuse(name + " cannot be read");
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const zip_int64_t got = zip_fread(member.get(), bytes.data() + done, bytes.size() - done);
    if (got <= 0) {
      require_memory(zip_file_get_error(member.get()));
      refuse(name + " is damaged");
    }
    done += static_cast<std::size_t>(got);
  }
  // The end is reached by reading on: only there the library compares the checksum.
  char beyond = 0;
  if (zip_fread(member.get(), &beyond, 1) != 0) refuse(name + " is damaged, or longer than the archive says");
  return Buffer::from(std::move(bytes));
}

}  // namespace nacre::tools
