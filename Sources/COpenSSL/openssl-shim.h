// OpenSSL 3, <https://docs.openssl.org/3.0/man7/evp/>: SM2, SM3 and SM4.
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

// EVP_PKEY_Q_keygen has a variable number of arguments, which Swift cannot call.
static inline EVP_PKEY *EVP_PKEY_Q_keygen_SM2(void) {
  return EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
}

// Macros made of macros do not reach Swift.
static const int EVP_PKEY_PUBLIC_KEY_SELECTION = EVP_PKEY_PUBLIC_KEY;
static const int EVP_PKEY_KEYPAIR_SELECTION = EVP_PKEY_KEYPAIR;

// The parameters of an SM2 key pair, or of a public key where there is no number. In C because a builder keeps pointers to the
// names it is given, and the names are macros.
static inline OSSL_PARAM *SM2_key_parameters(const unsigned char *point, size_t count, const BIGNUM *number) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM *parameters = NULL;
  if (builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) &&
      OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, count) &&
      (!number || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number)))
    parameters = OSSL_PARAM_BLD_to_param(builder);
  OSSL_PARAM_BLD_free(builder);
  return parameters;
}
