#include "tests/support/models.hpp"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace nacre::tools::test {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "nacre-test-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> result;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    result.push_back(entry.path().filename().string());
  return result;
}

std::string fixture(const std::string& name) { return NACRE_SOURCE_DIR "/tests/fixtures/models/" + name; }

Buffer aligned_copy(std::span<const std::byte> bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 64, bytes.empty() ? 1 : bytes.size()) != 0) throw std::bad_alloc();
  std::memcpy(memory, bytes.data(), bytes.size());
  const std::shared_ptr<const void> owner(memory, [](const void* p) { std::free(const_cast<void*>(p)); });
  return {owner, std::span<const std::byte>(static_cast<const std::byte*>(memory), bytes.size())};
}

Buffer converted(const std::vector<std::string>& fixtures) {
  const TemporaryFolder folder;
  ConvertOptions options;
  for (const std::string& name : fixtures) options.files.push_back(fixture(name));
  options.output = folder.file("model.nacre");
  convert(options);
  return aligned_copy(Buffer::map_file(options.output).bytes());
}

}  // namespace nacre::tools::test
