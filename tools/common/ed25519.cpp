#include "tools/common/ed25519.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

#include "tools/common/buffer.hpp"
#include "tools/common/openssl.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/sha256.hpp"

namespace nacre::tools {
namespace {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const { kFree(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

/// What OpenSSL refuses without a fault of the caller's.
void require(bool holds, const char* what) {
  if (holds) return;
  require_openssl_memory();
  throw std::runtime_error(fmt::format("OpenSSL cannot {}", what));
}

Key private_object(const Ed25519Key& bytes) {
  start_openssl();
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  require(key != nullptr, "use a key of Ed25519");
  return key;
}

Ed25519Key public_bytes(const EVP_PKEY& key) {
  Ed25519Key bytes;
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_public_key(&key, bytes.data(), &size) == 1 && size == bytes.size(), "read a public key");
  return bytes;
}

std::string text_of(BIO& bio) {
  char* start = nullptr;
  const long bytes = BIO_get_mem_data(&bio, &start);
  return {start, static_cast<std::size_t>(bytes)};
}

KeyTexts texts_of(EVP_PKEY& key) {
  const Bio private_text(BIO_new(BIO_s_mem())), public_text(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PKCS8PrivateKey(private_text.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
              PEM_write_bio_PUBKEY(public_text.get(), &key) == 1,
          "write a key");
  return {public_bytes(key), text_of(*private_text), text_of(*public_text)};
}

int no_password(char*, int, int, void*) { return -1; }

/// A key of a file; null where that has none of this kind.
Key read_key(const Buffer& file, bool is_private) {
  start_openssl();
  const Bio bio(BIO_new_mem_buf(file.data(), static_cast<int>(std::min(file.size(), std::size_t{1} << 20))));
  require(bio != nullptr, "read a key");
  Key key(is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)
                     : PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
  if (key == nullptr) require_openssl_memory();
  return key;
}

void require_ed25519(const Key& key, const std::string& path, const char* kind) {
  if (key != nullptr && EVP_PKEY_id(key.get()) == EVP_PKEY_ED25519) return;
  throw Refusal("", fmt::format("it is no {} key of Ed25519 in PEM, without a password", kind),
                "make one with nacre keygen, or openssl genpkey -algorithm ed25519; take a password off with openssl "
                "pkey -in FILE -out KEY")
      .in_file(path);
}

}  // namespace

KeyId id_of(const Ed25519Key& public_key) {
  const Sha256Digest digest = sha256(std::as_bytes(std::span(public_key)));
  KeyId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

std::string hexadecimal(const KeyId& id) { return fmt::format("{:02x}", fmt::join(id, "")); }

KeyTexts generate_key() {
  start_openssl();
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  require(key != nullptr, "make a key");
  return texts_of(*key);
}

KeyTexts texts_of(const Ed25519Key& private_key) { return texts_of(*private_object(private_key)); }

Ed25519Key read_private_key(const std::string& path) {
  const Key key = read_key(Buffer::map_file(path), true);
  require_ed25519(key, path, "private");
  Ed25519Key bytes;
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_private_key(key.get(), bytes.data(), &size) == 1 && size == bytes.size(), "read a key");
  return bytes;
}

Ed25519Key read_public_key(const std::string& path) {
  const Buffer file = Buffer::map_file(path);
  Key key = read_key(file, false);
  if (key == nullptr) key = read_key(file, true);
  require_ed25519(key, path, "public");
  return public_bytes(*key);
}

Ed25519Key public_key_of(const Ed25519Key& private_key) { return public_bytes(*private_object(private_key)); }

Ed25519Signature sign_ed25519(const Ed25519Key& private_key, std::span<const std::uint8_t> message) {
  const Key key = private_object(private_key);
  const Context context(EVP_MD_CTX_new());
  Ed25519Signature signature;
  std::size_t size = signature.size();
  require(context != nullptr && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
              EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1 &&
              size == signature.size(),
          "sign");
  return signature;
}

bool verify_ed25519(const Ed25519Key& public_key, std::span<const std::uint8_t> message,
                    std::span<const std::uint8_t, 64> signature) {
  start_openssl();
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const Context context(EVP_MD_CTX_new());
  require(key != nullptr && context != nullptr &&
              EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1,
          "verify");
  const int holds =
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size());
  if (holds != 1) require_openssl_memory();
  return holds == 1;
}

}  // namespace nacre::tools
