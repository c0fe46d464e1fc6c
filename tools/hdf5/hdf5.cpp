#include "tools/hdf5/hdf5.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>

#include "tools/common/refusal.hpp"
#include "tools/hdf5/confine.hpp"
#include "tools/hdf5/records.hpp"

namespace nacre::tools {
namespace {

// Exit statuses of the child: it has read nothing; it ran out of memory.
constexpr int kUnconfined = 77, kNoMemory = 78;

struct OwnedFd {
  int fd;
  ~OwnedFd() { close(fd); }
};

/// What the child does. Never returns.
[[noreturn]] void extract_confined(const Buffer& file, int records) {
  constexpr std::size_t kSlack = std::size_t{64} << 20;  // names, and the lengths of texts
  std::set_terminate([] { _exit(kNoMemory); });  // what throws where nothing may is a library that finds no memory
  if (!confine(file.size(), hdf5_limit(file.size()) + kSlack)) _exit(kUnconfined);
  try {
    _exit(extract_hdf5(file, records) ? 0 : 1);
  } catch (const std::bad_alloc&) {
    _exit(kNoMemory);
  }
}

/// Runs the extraction in a child; returns its records, or fewer where it died.
Buffer run_child(const Buffer& file) {
  const OwnedFd records{memfd_create("hdf5", MFD_CLOEXEC)};
  if (records.fd < 0) refuse_hdf5("no memory for its content");
  const pid_t child = fork();
  if (child < 0) refuse_hdf5("no process can be started to read it");
  if (child == 0) extract_confined(file, records.fd);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) refuse_hdf5("it is damaged (the library crashed on it, or would not end)");
  if (WEXITSTATUS(status) == kUnconfined)
    throw Refusal("", "this system cannot confine the process that reads HDF5 files (seccomp)",
                  "read the file on another machine");
  if (WEXITSTATUS(status) == kNoMemory) refuse_hdf5("it asks for more memory than it may have");
  const off_t size = lseek(records.fd, 0, SEEK_END);
  if (size <= 0) refuse_hdf5("it is damaged (nothing could be read)");
  const auto bytes = static_cast<std::size_t>(size);
  void* mapping = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, records.fd, 0);
  if (mapping == MAP_FAILED) refuse_hdf5("no memory for its content");
  std::shared_ptr<const void> owner(mapping, [bytes](const void* p) { munmap(const_cast<void*>(p), bytes); });
  return {owner, std::span<const std::byte>(static_cast<const std::byte*>(mapping), bytes)};
}

/// Where the superblock says that the file ends; 0 where it is not understood.
std::uint64_t stated_end(const Buffer& file) {
  constexpr std::size_t kSuperblock = 64, kVersion = 8;
  if (file.size() < kSuperblock) return 0;
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(file.bytes()[at]); };
  const unsigned version = byte(kVersion);
  const bool old = version < 2;
  const std::size_t offset_size = old ? 13 : 9, end = old ? 40 + 4 * version : 28;
  if (version > 3 || byte(offset_size) != sizeof(std::uint64_t) || byte(0) != 0x89) return 0;
  std::uint64_t address = 0;
  std::memcpy(&address, file.data() + end, sizeof address);
  return address;
}

}  // namespace

Hdf5File read_hdf5(const Buffer& file) {
  if (const std::uint64_t end = stated_end(file); end > file.size())
    throw Refusal(
        "", "the HDF5 file is cut short: it has " + std::to_string(file.size()) + " bytes of " + std::to_string(end),
        "download or copy it again in full, or save the model again");
  return parse_hdf5_records(run_child(file));
}

bool Hdf5File::has_group(const std::string& path) const {
  const auto holds = [&](const auto& names, const auto& name_of) {
    const auto below = names.lower_bound(path + "/");
    return below != names.end() && name_of(*below).starts_with(path + "/");
  };
  return groups.contains(path) || holds(groups, [](const std::string& name) -> const std::string& { return name; }) ||
         holds(datasets, [](const auto& entry) -> const std::string& { return entry.first; });
}

const Array* Hdf5File::dataset(const std::string& path) const {
  const auto found = datasets.find(path);
  return found == datasets.end() ? nullptr : &found->second;
}

const Array* Hdf5File::attribute(const std::string& path, const std::string& name) const {
  const auto object = attributes.find(path);
  if (object == attributes.end()) return nullptr;
  const auto found = object->second.find(name);
  return found == object->second.end() ? nullptr : &found->second;
}

std::optional<std::string> Hdf5File::text(const std::string& path, const std::string& name) const {
  const Array* value = attribute(path, name);
  if (value == nullptr || value->type() != ElementType::string || value->strings().size() != 1) return std::nullopt;
  return value->strings()[0];
}

std::vector<std::string> Hdf5File::texts(const std::string& path, const std::string& name) const {
  if (const Array* value = attribute(path, name)) return value->strings();
  std::vector<std::string> joined;
  for (std::size_t chunk = 0;; ++chunk) {
    const Array* value = attribute(path, name + std::to_string(chunk));
    if (value == nullptr) return joined;
    joined.insert(joined.end(), value->strings().begin(), value->strings().end());
  }
}

std::vector<std::string> Hdf5File::children(const std::string& path) const {
  const std::string prefix = path.empty() ? "" : path + "/";
  std::set<std::string> names;
  const auto add = [&](const std::string& full, bool is_group) {
    if (full.size() <= prefix.size() || !full.starts_with(prefix)) return;
    const std::size_t end = full.find('/', prefix.size());
    if (is_group || end != std::string::npos) names.insert(full.substr(prefix.size(), end - prefix.size()));
  };
  for (const std::string& group : groups) add(group, true);
  for (const auto& [name, data] : datasets) add(name, false);
  return {names.begin(), names.end()};
}

}  // namespace nacre::tools
