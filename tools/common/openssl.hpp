#pragma once

namespace nacre::tools {

/// Begins a piece of work with OpenSSL, which then opens no file of a machine's settings.
void start_openssl();

/// Throws std::bad_alloc where OpenSSL has ever found no memory in this thread: parts of it that could not begin then
/// never do, and what it says of a key or of a signature is no answer.
void require_openssl_memory();

}  // namespace nacre::tools
