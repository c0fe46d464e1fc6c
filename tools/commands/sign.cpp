#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nacre/signature.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/signatures.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/emit/sign.hpp"

namespace nacre::tools {
namespace {

/// OpenSSL's Ed25519, as a firmware gives its own.
int verify_signature(void*, const std::uint8_t key[32], const std::uint8_t* message, std::size_t bytes,
                     const std::uint8_t signature[64]) {
  Ed25519Key public_key;
  std::copy_n(key, public_key.size(), public_key.begin());
  return verify_ed25519(public_key, {message, bytes}, std::span<const std::uint8_t, 64>(signature, 64)) ? 0 : -1;
}

PublicKey public_key_in(const std::string& path) {
  const Ed25519Key bytes = read_public_key(path);
  const KeyId id = id_of(bytes);
  PublicKey key{};
  std::copy(id.begin(), id.end(), key.id);
  std::copy(bytes.begin(), bytes.end(), key.bytes);
  return key;
}

void check_signed(const ModelFile& model, const std::vector<std::string>& paths, const std::string& signer) {
  std::vector<PublicKey> keys;
  for (const std::string& path : paths) keys.push_back(public_key_in(path));
  const Status status = check_signature(model.view(), Trust{keys, 0, verify_signature, nullptr});
  if (status == Status::ok) return;
  if (status == Status::signature_missing)
    throw Refusal("", "it is not signed", "sign it with nacre sign, or leave --key out");
  if (status == Status::key_unknown)
    throw Refusal("", fmt::format("it is signed with the key {}, which is none of those that were given", signer),
                  "give the public key of who made it, and trust the file no other way");
  throw Refusal("", fmt::format("it is not what was signed ({})", name(status)),
                "do not use this file; get it again from who made it");
}

std::string public_name(const std::string& path) {
  return (path.ends_with(".pem") ? path.substr(0, path.size() - 4) : path) + ".pub.pem";
}

/// Neither is worth a key that is lost.
void require_new(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0)
    throw Refusal("", "the file exists, and a key that is written over is lost", "choose another name").in_file(path);
  check_output(path, {});
}

void write_text(const std::string& path, const std::string& text, mode_t mask) {
  const mode_t before = umask(mask);
  write_atomically(path, std::as_bytes(std::span(text)));
  umask(before);
}

/// That the model can be one for processors of the other byte order, in a file beside it.
void require_either_order(const schema::Model& model, const SignOptions& options) {
  if (options.output.empty())
    throw Refusal("", "it would become a file that this machine does not read", "name another file with -o");
  for (const schema::Kernel* kernel : *model.kernels())
    if (kernel->layout() != schema::Layout::portable)
      throw Refusal("", "it is packed for a processor that is little-endian", "convert the model without --target");
}

/// A key as an element of an array of nacre_key.
std::string c_text(const Ed25519Key& key) {
  return fmt::format("{{{{{:#04x}}}, {{{:#04x}}}}}", fmt::join(id_of(key), ", "), fmt::join(key, ", "));
}

}  // namespace

std::optional<Signed> signed_by(const ModelFile& model, const std::vector<std::string>& keys) {
  const schema::Signature* const signature = signature_of(model.bytes());
  std::optional<Signed> result;
  if (signature != nullptr)
    result = {fmt::format("{:02x}", fmt::join(*signature->key(), "")), model.model().header()->rollback(),
              !keys.empty()};
  if (!keys.empty()) check_signed(model, keys, result ? result->key : "");
  return result;
}

void generate_key_files(const KeygenOptions& options) {
  const std::string public_path = public_name(options.output);
  for (const std::string& path : {options.output, public_path}) require_new(path);
  const KeyTexts key = generate_key();
  write_text(options.output, key.private_pem, 077);
  write_text(public_path, key.public_pem, 022);
  fmt::print("{}: the private key; whoever has it signs in your name\n{}: the public key {}\nfor a firmware: {}\n",
             printable(options.output), printable(public_path), hexadecimal(id_of(key.public_key)),
             c_text(key.public_key));
}

void sign_model(const SignOptions& options) try {
  const std::string& output = options.output.empty() ? options.model : options.output;
  if (!options.output.empty()) check_output(output, {options.model, options.key});
  const Ed25519Key key = read_private_key(options.key);
  const ModelFile model(options.model);
  if (model.bytes().size() != model.model().header()->file_size())
    throw Refusal("", "a part of the file was cut off", "sign the whole file, and cut it afterwards");
  check_sections(model);
  if (options.byte_order == ByteOrder::big) require_either_order(model.model(), options);
  const std::uint32_t rollback = options.rollback.value_or(model.model().header()->rollback());
  const std::vector<std::byte> bytes = signed_model(model.bytes(), key, rollback, options.byte_order);
  const Ed25519Key public_key = public_key_of(key);
  const std::string report =
      fmt::format("{}: signed with {}, rollback {}\nfor a firmware: {}\n", printable(output),
                  hexadecimal(id_of(public_key)), rollback, c_text(public_key));
  write_atomically(output, bytes);
  fmt::print("{}", report);
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

}  // namespace nacre::tools
