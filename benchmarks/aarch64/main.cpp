// main MODEL.nacre KERNELS: loads the model with the kernels of this name, and predicts once between two marks, where
// benchmarks/count_plugin.c counts. Ends with status 0, or what load() or run() returned; 255 where the machine has no
// such kernels.

#include <cstdlib>
#include <nacre/kernels.hpp>
#include <nacre/load.hpp>
#include <nacre/mapped_file.hpp>

extern "C" __attribute__((noinline, used)) void count_begin() { __asm__ volatile(""); }
extern "C" __attribute__((noinline, used)) void count_end() { __asm__ volatile(""); }

int main(int argc, char** argv) {
  if (argc != 3) return 255;
  const nacre::Kernels kernels = nacre::find_kernels(argv[2]);
  if (kernels.empty()) return 255;
  static nacre::MappedFile file;
  static nacre::Network network;
  nacre::Status status = nacre::MappedFile::open(argv[1], &file);
  if (status != nacre::Status::ok) return static_cast<int>(status);
  constexpr std::size_t kBytes = 16 << 20;
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(64, kBytes));
  status = nacre::load(file.bytes(), kernels, {memory, kBytes}, &network);
  if (status != nacre::Status::ok) return static_cast<int>(status);
  const nacre::Span<std::byte> input = network.input_bytes(0);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i);
  count_begin();
  status = network.run();
  count_end();
  return static_cast<int>(status);
}
