#pragma once

#include <stddef.h>
#include <stdint.h>

// The face of OpenSSL 3 and libargon2 that the vault needs: one function a primitive, no handles, no state. The only
// importer is the room VaultCrypto. Output buffers are the caller's, so that secrets go straight into secret memory.
//
// OpenSSL allocates whatever it handles (big numbers of a private key, for one) from the allocator given to
// cvc_initialize; Argon2's working memory comes from pages that are left out of dumps, and is wiped.
//
// Functions return 0, or one of these:
enum {
    /// A tag, a padding or a key did not fit: the wrong key, or changed bytes. Never says which.
    CVC_NOT_AUTHENTIC = 1,
    /// The library refused the arguments, or had no memory.
    CVC_FAILED = 2,
    /// The caller's buffer is too small.
    CVC_TOO_SMALL = 3,
};

typedef void *(*cvc_allocate)(size_t);
typedef void *(*cvc_reallocate)(void *, size_t);
typedef void (*cvc_free)(void *);

/// Gives OpenSSL its allocator. Must come before any other use of OpenSSL in the process; CVC_FAILED when it does not.
int cvc_initialize(cvc_allocate allocate, cvc_reallocate reallocate, cvc_free release);

/// Fills with random bytes fit for keys (RAND_priv_bytes).
int cvc_random(void *out, size_t count);

/// Argon2id version 1.3 (RFC 9106). `memory` in KiB.
int cvc_argon2id(
    const void *password, size_t password_count, const void *salt, size_t salt_count, uint32_t memory, uint32_t passes,
    uint32_t lanes, void *out, size_t out_count);

/// AES-256-GCM (NIST SP 800-38D) with a 12-byte nonce. `out` takes `count` bytes and a 16-byte tag.
int cvc_seal(
    const void *key, const void *nonce, const void *associated, size_t associated_count, const void *plain, size_t count,
    void *out);

/// The reverse. `sealed_count` is at least 16; `out` takes `sealed_count - 16` bytes, which are zeroed unless they are
/// authentic.
int cvc_open(
    const void *key, const void *nonce, const void *associated, size_t associated_count, const void *sealed,
    size_t sealed_count, void *out);

/// Makes an RSA key with the public exponent 65537. Writes the private key (PKCS#8, DER) and sets its count, which comes
/// in as room.
int cvc_rsa_generate(uint32_t bits, void *private_key, size_t *private_count);

/// The public key (SubjectPublicKeyInfo, DER) of a private key, and its size in bits.
int cvc_rsa_public(const void *private_key, size_t private_count, void *public_key, size_t *public_count, uint32_t *bits);

/// RSA-OAEP (RFC 8017) with SHA-256, MGF1 with SHA-256, and a label.
int cvc_rsa_wrap(
    const void *public_key, size_t public_count, const void *label, size_t label_count, const void *plain, size_t count,
    void *out, size_t *out_count);
int cvc_rsa_unwrap(
    const void *private_key, size_t private_count, const void *label, size_t label_count, const void *wrapped, size_t count,
    void *out, size_t *out_count);

/// RSA-PSS (RFC 8017) with SHA-256, MGF1 with SHA-256, and a salt of 32 bytes.
int cvc_rsa_sign(
    const void *private_key, size_t private_count, const void *message, size_t count, void *out, size_t *out_count);
int cvc_rsa_verify(
    const void *public_key, size_t public_count, const void *message, size_t count, const void *signature,
    size_t signature_count);
