#define _GNU_SOURCE
#include "CVaultCrypto.h"

#include <argon2.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/mman.h>

enum { TAG_BYTES = 16, STACK_BYTES = 64 * 1024 };

/// Overwrites the stack below the caller, where the libraries' functions had their frames: they clear their own buffers, but
/// the compiler keeps copies of words of keys and passwords beside them.
__attribute__((noinline)) static int clean(int status) {
    unsigned char below[STACK_BYTES];
    explicit_bzero(below, sizeof below);
    return status;
}

// Allocators

static cvc_allocate give;
static cvc_reallocate regive;
static cvc_free take;

static void *openssl_allocate(size_t count, const char *file, int line) {
    (void)file, (void)line;
    return count == 0 ? NULL : give(count);
}

static void *openssl_reallocate(void *block, size_t count, const char *file, int line) {
    (void)file, (void)line;
    if (count == 0) {
        take(block);
        return NULL;
    }
    return regive(block, count);
}

static void openssl_free(void *block, const char *file, int line) {
    (void)file, (void)line;
    take(block);
}

int cvc_initialize(cvc_allocate allocate, cvc_reallocate reallocate, cvc_free release) {
    give = allocate;
    regive = reallocate;
    take = release;
    if (CRYPTO_set_mem_functions(openssl_allocate, openssl_reallocate, openssl_free) != 1) return CVC_FAILED;
    // The machine's configuration file could name modules to load into this process, and takes time to read.
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1 ? 0 : CVC_FAILED;
}

static int argon2_allocate(uint8_t **memory, size_t count) {
    void *start = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return ARGON2_MEMORY_ALLOCATION_ERROR;
    // 64 MiB are more than an unprivileged process may lock. They are kept out of dumps and of forked children, and wiped.
    if (madvise(start, count, MADV_DONTDUMP) != 0 || madvise(start, count, MADV_DONTFORK) != 0) {
        munmap(start, count);
        return ARGON2_MEMORY_ALLOCATION_ERROR;
    }
    *memory = start;
    return ARGON2_OK;
}

static void argon2_release(uint8_t *memory, size_t count) {
    explicit_bzero(memory, count);
    munmap(memory, count);
}

// Primitives

int cvc_random(void *out, size_t count) {
    return count <= INT_MAX && RAND_priv_bytes(out, (int)count) == 1 ? 0 : CVC_FAILED;
}

int cvc_argon2id(
    const void *password, size_t password_count, const void *salt, size_t salt_count, uint32_t memory, uint32_t passes,
    uint32_t lanes, void *out, size_t out_count) {
    if (password_count > UINT32_MAX || salt_count > UINT32_MAX || out_count > UINT32_MAX) return CVC_FAILED;
    argon2_context context = {
        .out = out,
        .outlen = (uint32_t)out_count,
        // The library writes to neither unless told to clear them.
        .pwd = (uint8_t *)password,
        .pwdlen = (uint32_t)password_count,
        .salt = (uint8_t *)salt,
        .saltlen = (uint32_t)salt_count,
        .t_cost = passes,
        .m_cost = memory,
        .lanes = lanes,
        // The program has one thread, also while it derives (docs/adr/0004).
        .threads = 1,
        .version = ARGON2_VERSION_13,
        .allocate_cbk = argon2_allocate,
        .free_cbk = argon2_release,
        .flags = ARGON2_DEFAULT_FLAGS,
    };
    return clean(argon2id_ctx(&context) == ARGON2_OK ? 0 : CVC_FAILED);
}

static int crypt(
    int encrypting, const void *key, const void *nonce, const void *associated, size_t associated_count, const void *in,
    size_t count, void *out, void *tag) {
    if (count > INT_MAX || associated_count > INT_MAX) return CVC_FAILED;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL) return CVC_FAILED;
    int status = CVC_FAILED, done = 0;
    unsigned char nothing[1];
    void *target = out == NULL ? nothing : out;
    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce, encrypting) != 1) goto end;
    if (!encrypting && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) != 1) goto end;
    if (associated_count > 0 && EVP_CipherUpdate(context, NULL, &done, associated, (int)associated_count) != 1) goto end;
    if (count > 0 && EVP_CipherUpdate(context, target, &done, in, (int)count) != 1) goto end;
    if (EVP_CipherFinal_ex(context, nothing, &done) != 1) {
        status = CVC_NOT_AUTHENTIC;
        goto end;
    }
    if (encrypting && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, tag) != 1) goto end;
    status = 0;
end:
    EVP_CIPHER_CTX_free(context);
    if (status != 0 && out != NULL) explicit_bzero(out, count);
    return clean(status);
}

int cvc_seal(
    const void *key, const void *nonce, const void *associated, size_t associated_count, const void *plain, size_t count,
    void *out) {
    return crypt(1, key, nonce, associated, associated_count, plain, count, out, (unsigned char *)out + count);
}

int cvc_open(
    const void *key, const void *nonce, const void *associated, size_t associated_count, const void *sealed,
    size_t sealed_count, void *out) {
    if (sealed_count < TAG_BYTES) return CVC_NOT_AUTHENTIC;
    size_t count = sealed_count - TAG_BYTES;
    unsigned char tag[TAG_BYTES];
    memcpy(tag, (const unsigned char *)sealed + count, TAG_BYTES);
    return crypt(0, key, nonce, associated, associated_count, sealed, count, out, tag);
}

// RSA

/// DER into the caller's room. `encode` writes at a moving pointer and, without one, only counts.
static int put(int (*encode)(const void *, unsigned char **), const void *value, void *out, size_t *count) {
    int needed = encode(value, NULL);
    if (needed <= 0) return CVC_FAILED;
    if ((size_t)needed > *count) return CVC_TOO_SMALL;
    unsigned char *end = out;
    *count = (size_t)encode(value, &end);
    return 0;
}

static int encode_private(const void *info, unsigned char **out) {
    return i2d_PKCS8_PRIV_KEY_INFO(info, out);
}

static int encode_public(const void *key, unsigned char **out) {
    return i2d_PUBKEY(key, out);
}

static int put_private(EVP_PKEY *key, void *out, size_t *count) {
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    if (info == NULL) return CVC_FAILED;
    int status = put(encode_private, info, out, count);
    PKCS8_PRIV_KEY_INFO_free(info);
    return status;
}

static EVP_PKEY *private_from(const void *bytes, size_t count) {
    if (count > LONG_MAX) return NULL;
    const unsigned char *start = bytes;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &start, (long)count);
    if (info == NULL || start != (const unsigned char *)bytes + count) {
        PKCS8_PRIV_KEY_INFO_free(info);
        return NULL;
    }
    EVP_PKEY *key = EVP_PKCS82PKEY(info);
    PKCS8_PRIV_KEY_INFO_free(info);
    if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static EVP_PKEY *public_from(const void *bytes, size_t count) {
    if (count > LONG_MAX) return NULL;
    const unsigned char *start = bytes;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &start, (long)count);
    if (key == NULL) return NULL;
    if (start != (const unsigned char *)bytes + count || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

int cvc_rsa_generate(uint32_t bits, void *private_key, size_t *private_count) {
    EVP_PKEY *key = EVP_RSA_gen(bits);
    if (key == NULL) return CVC_FAILED;
    int status = put_private(key, private_key, private_count);
    EVP_PKEY_free(key);
    return clean(status);
}

int cvc_rsa_public(const void *private_key, size_t private_count, void *public_key, size_t *public_count, uint32_t *bits) {
    EVP_PKEY *key = private_from(private_key, private_count);
    if (key == NULL) return CVC_NOT_AUTHENTIC;
    *bits = (uint32_t)EVP_PKEY_get_bits(key);
    int status = put(encode_public, key, public_key, public_count);
    EVP_PKEY_free(key);
    return clean(status);
}

static int oaep(EVP_PKEY_CTX *context, const void *label, size_t label_count) {
    if (label_count > INT_MAX || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) <= 0) return CVC_FAILED;
    if (EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) <= 0) return CVC_FAILED;
    if (EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) <= 0) return CVC_FAILED;
    // The context frees the label, so it gets a copy.
    void *copy = label_count == 0 ? NULL : OPENSSL_memdup(label, label_count);
    if (label_count > 0 && copy == NULL) return CVC_FAILED;
    if (EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, (int)label_count) <= 0) {
        OPENSSL_free(copy);
        return CVC_FAILED;
    }
    return 0;
}

int cvc_rsa_wrap(
    const void *public_key, size_t public_count, const void *label, size_t label_count, const void *plain, size_t count,
    void *out, size_t *out_count) {
    EVP_PKEY *key = public_from(public_key, public_count);
    EVP_PKEY_CTX *context = key == NULL ? NULL : EVP_PKEY_CTX_new(key, NULL);
    int status = CVC_FAILED;
    if (context != NULL && EVP_PKEY_encrypt_init(context) > 0 && oaep(context, label, label_count) == 0 &&
        EVP_PKEY_encrypt(context, out, out_count, plain, count) > 0) {
        status = 0;
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return clean(status);
}

int cvc_rsa_unwrap(
    const void *private_key, size_t private_count, const void *label, size_t label_count, const void *wrapped, size_t count,
    void *out, size_t *out_count) {
    EVP_PKEY *key = private_from(private_key, private_count);
    EVP_PKEY_CTX *context = key == NULL ? NULL : EVP_PKEY_CTX_new(key, NULL);
    int status = CVC_FAILED;
    if (context != NULL && EVP_PKEY_decrypt_init(context) > 0 && oaep(context, label, label_count) == 0) {
        status = EVP_PKEY_decrypt(context, out, out_count, wrapped, count) > 0 ? 0 : CVC_NOT_AUTHENTIC;
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return clean(status);
}

static int pss(EVP_PKEY_CTX *context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

int cvc_rsa_sign(
    const void *private_key, size_t private_count, const void *message, size_t count, void *out, size_t *out_count) {
    EVP_PKEY *key = private_from(private_key, private_count);
    EVP_MD_CTX *context = key == NULL ? NULL : EVP_MD_CTX_new();
    EVP_PKEY_CTX *settings = NULL;
    int status = CVC_FAILED;
    if (context != NULL && EVP_DigestSignInit(context, &settings, EVP_sha256(), NULL, key) > 0 && pss(settings) &&
        EVP_DigestSign(context, out, out_count, message, count) > 0) {
        status = 0;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return clean(status);
}

int cvc_rsa_verify(
    const void *public_key, size_t public_count, const void *message, size_t count, const void *signature,
    size_t signature_count) {
    EVP_PKEY *key = public_from(public_key, public_count);
    EVP_MD_CTX *context = key == NULL ? NULL : EVP_MD_CTX_new();
    EVP_PKEY_CTX *settings = NULL;
    int status = CVC_FAILED;
    if (context != NULL && EVP_DigestVerifyInit(context, &settings, EVP_sha256(), NULL, key) > 0 && pss(settings)) {
        status = EVP_DigestVerify(context, signature, signature_count, message, count) == 1 ? 0 : CVC_NOT_AUTHENTIC;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return status;
}
