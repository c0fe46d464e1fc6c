#include "tools/hdf5/hdf5.hpp"

#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tools/common/refusal.hpp"
#include "tools/hdf5/records.hpp"

namespace nacre::tools {
namespace {

constexpr rlim_t kChildMemory = rlim_t{12} << 30;
constexpr rlim_t kChildSeconds = 60;

// The sanitizer's shadow alone is larger than any sensible limit.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#else
constexpr bool kAddressSanitizer = false;
#endif

[[noreturn]] void refuse(const std::string& what) {
  throw Refusal("", "the HDF5 file is refused: " + what, "save the model again, with everything in one file");
}

struct OwnedFd {
  int fd;
  ~OwnedFd() { close(fd); }
};

/// Takes from the child what reading bytes in memory does not need.
void confine() {
  const auto limit = [](int resource, rlim_t value) {
    const rlimit both{value, value};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
  };
  if (!kAddressSanitizer) limit(RLIMIT_AS, kChildMemory);
  limit(RLIMIT_CPU, kChildSeconds);
  limit(RLIMIT_CORE, 0);
  alarm(2 * kChildSeconds);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) ::signal(signal, SIG_DFL);
  if (scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW)) {
    for (const char* call : {"execve", "execveat", "open", "openat", "openat2", "creat", "socket", "connect", "unlink", "rename", "ptrace", "fork", "vfork"})
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), seccomp_syscall_resolve_name(call), 0);
    seccomp_load(filter);
    seccomp_release(filter);
  }
}

/// Runs the extraction in a child; returns its records, or fewer where it died.
Buffer run_child(const Buffer& file) {
  const OwnedFd records{memfd_create("hdf5", MFD_CLOEXEC)};
  if (records.fd < 0) refuse("no memory for its content");
  const pid_t child = fork();
  if (child < 0) refuse("no process can be started to read it");
  if (child == 0) {
    confine();
    _exit(extract_hdf5(file, records.fd) ? 0 : 1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) refuse("it is damaged (the library crashed on it)");
  const off_t size = lseek(records.fd, 0, SEEK_END);
  if (size <= 0) refuse("it is damaged (nothing could be read)");
  const auto bytes = static_cast<std::size_t>(size);
  void* mapping = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, records.fd, 0);
  if (mapping == MAP_FAILED) refuse("no memory for its content");
  std::shared_ptr<const void> owner(mapping, [bytes](const void* p) { munmap(const_cast<void*>(p), bytes); });
  return {owner, std::span<const std::byte>(static_cast<const std::byte*>(mapping), bytes)};
}

/// Reads what the child wrote; it may have been taken over by the file, so nothing is trusted.
class RecordReader {
 public:
  explicit RecordReader(const Buffer& bytes) : bytes_(bytes) {}

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<std::uint32_t>();
    const Buffer part = take(size);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }
  /// Nothing for data of an unsupported type.
  std::optional<Array> data() {
    const auto type = number<std::uint8_t>();
    const auto rank = number<std::uint8_t>();
    std::vector<std::int64_t> shape;
    std::uint64_t count = 1;
    for (unsigned i = 0; i < rank; ++i) {
      shape.push_back(number<std::int64_t>());
      if (shape.back() < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(shape.back()), &count)) refuse("its content is inconsistent");
    }
    if (type == kUnsupportedType) return std::nullopt;
    if (type > static_cast<std::uint8_t>(ElementType::string)) refuse("its content is inconsistent");
    const auto element = static_cast<ElementType>(type);
    if (element == ElementType::string) {
      std::vector<std::string> strings;
      for (std::uint64_t i = 0; i < count; ++i) strings.push_back(text());
      return Array(shape, std::move(strings));
    }
    if (count > bytes_.size()) refuse("its content is inconsistent");
    return Array(element, shape, take(count * element_size(element)));
  }

 private:
  Buffer take(std::size_t size) {
    if (size > bytes_.size() - position_) refuse("it is damaged (its content ends early)");
    const Buffer part = bytes_.slice(position_, size);
    position_ += size;
    return part;
  }

  Buffer bytes_;
  std::size_t position_ = 0;
};

}  // namespace

Hdf5File read_hdf5(const Buffer& file) {
  RecordReader in(run_child(file));
  Hdf5File result;
  for (;;) {
    switch (in.number<Hdf5Record>()) {
      case Hdf5Record::end: return result;
      case Hdf5Record::error: refuse(in.text());
      case Hdf5Record::group: result.groups.push_back(in.text()); break;
      case Hdf5Record::dataset: {
        const std::string path = in.text();
        if (auto data = in.data()) result.datasets.emplace(path, std::move(*data));
        break;
      }
      case Hdf5Record::attribute: {
        const std::string path = in.text(), name = in.text();
        if (auto data = in.data()) result.attributes[path].emplace(name, std::move(*data));
        break;
      }
      default: refuse("its content is inconsistent");
    }
  }
}

bool Hdf5File::has_group(const std::string& path) const {
  for (const std::string& group : groups)
    if (group == path || group.starts_with(path + "/")) return true;
  for (const auto& [name, data] : datasets)
    if (name.starts_with(path + "/")) return true;
  return false;
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
  std::vector<std::string> names;
  const auto add = [&](const std::string& full) {
    if (full.size() <= prefix.size() || !full.starts_with(prefix)) return;
    const std::string name = full.substr(prefix.size(), full.find('/', prefix.size()) - prefix.size());
    for (const std::string& known : names)
      if (known == name) return;
    names.push_back(name);
  };
  for (const std::string& group : groups) add(group);
  for (const auto& [name, data] : datasets)
    if (name.find('/', prefix.size()) != std::string::npos) add(name);
  return names;
}

}  // namespace nacre::tools
