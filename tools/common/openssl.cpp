#include "tools/common/openssl.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

namespace nacre::tools {
namespace {

thread_local bool lacked_memory = false;

void* noted(void* block, std::size_t bytes) {
  if (block == nullptr && bytes != 0) lacked_memory = true;
  return block;
}

void* allocate(std::size_t bytes, const char*, int) { return noted(std::malloc(bytes), bytes); }
void* reallocate(void* block, std::size_t bytes, const char*, int) { return noted(std::realloc(block, bytes), bytes); }
void release(void* block, const char*, int) { std::free(block); }

}  // namespace

void start_openssl() {
  // Only before OpenSSL allocates for the first time. Its own errors often name what followed, and not the memory.
  static const int is_noted = CRYPTO_set_mem_functions(allocate, reallocate, release);
  static_cast<void>(is_noted);
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

void require_openssl_memory() {
  if (lacked_memory) throw std::bad_alloc();
}

}  // namespace nacre::tools
