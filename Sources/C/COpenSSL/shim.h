#pragma once
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/md5.h>
#include <openssl/core_names.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Macros do not import into Swift. */
static inline long tls_set_minimum_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}
static inline long tls_set_server_name(SSL *session, const char *name) {
  return SSL_set_tlsext_host_name(session, name);
}
static inline void tls_release_idle_buffers(SSL_CTX *context) { SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); }
static inline void tls_disable_early_data(SSL_CTX *context) { SSL_CTX_set_max_early_data(context, 0); }
static inline void tls_disable_session_cache(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline int tls_set_groups(SSL_CTX *context, const char *names) {
  return SSL_CTX_set1_groups_list(context, names);
}
static inline void tls_refuse_renegotiation(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}
static inline void tls_on_server_name(SSL_CTX *context, int (*choose)(SSL *, int *, void *)) {
  SSL_CTX_set_tlsext_servername_callback(context, choose);
}
static inline void tls_on_status_request(SSL_CTX *context, int (*staple)(SSL *, void *)) {
  SSL_CTX_set_tlsext_status_cb(context, staple);
}
/* OWNERSHIP: OpenSSL frees the copy that it is given. */
static inline int tls_staple(SSL *session, const unsigned char *bytes, long count) {
  void *copy = OPENSSL_memdup(bytes, count);
  return copy != NULL && SSL_set_tlsext_status_ocsp_resp(session, copy, count);
}
static inline int tls_set_ticket_mac(EVP_MAC_CTX *mac, unsigned char *key, size_t count) {
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key, count),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"sha256", 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, parameters);
}
static inline void bio_wants_more(BIO *bio) { BIO_set_retry_read(bio); }
