
#include "export_seal.h"


static unsigned export_seal_contains_any(const export_str_t *s,
    const export_str_t *words, size_t n);
static unsigned export_seal_contains(const export_str_t *s,
    const export_str_t *word);


#define EXPORT_SEAL_WORDS(words)  words, sizeof(words) / sizeof(words[0])


/*
 * Parts of the names of headers that seal a body; in lower case, like all
 * words in this file.
 */

static const export_str_t  export_seal_names[] = {
    export_string("signature"),
    export_string("digest"),
    export_string("checksum"),
    export_string("md5"),
    export_string("sha1"),
    export_string("sha256"),
    export_string("sha512"),
    export_string("crc32"),
    export_string("crc64"),
    export_string("hash"),
    export_string("hmac"),
    export_string("-sig"),
    export_string("-content-length"),
    export_string("content-range"),
    export_string("upload-"),
};


/*
 * Parts of an "Authorization" that signs the length or a hash of the body: the
 * SignedHeaders of AWS4-HMAC-SHA256, Azure's SharedKey, and Hawk.
 */

static const export_str_t  export_seal_schemes[] = {
    export_string("content-length"),
    export_string("sharedkey"),
    export_string("hmac "),
    export_string("hash="),
};


/* parts of the query of a signed URL */

static const export_str_t  export_seal_queries[] = {
    export_string("content-length"),
    export_string("checksum"),
    export_string("digest"),
    export_string("md5"),
};


unsigned
export_seal_header(const export_str_t *name, const export_str_t *value)
{
    static const export_str_t  sha256 = export_string("x-amz-content-sha256");
    static const export_str_t  none = export_string("unsigned-payload");
    static const export_str_t  authorization = export_string("authorization");

    if (export_str_same(name, &sha256)) {
        return !export_seal_contains(value, &none);
    }

    if (export_str_same(name, &authorization)) {
        return export_seal_contains_any(value,
                                       EXPORT_SEAL_WORDS(export_seal_schemes));
    }

    return export_seal_contains_any(name,
                                    EXPORT_SEAL_WORDS(export_seal_names));
}


unsigned
export_seal_args(const export_str_t *args)
{
    return export_seal_contains_any(args,
                                    EXPORT_SEAL_WORDS(export_seal_queries));
}


static unsigned
export_seal_contains_any(const export_str_t *s, const export_str_t *words,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (export_seal_contains(s, &words[i])) {
            return 1;
        }
    }

    return 0;
}


static unsigned
export_seal_contains(const export_str_t *s, const export_str_t *word)
{
    size_t  i, k;

    for (i = 0; i + word->len <= s->len; i++) {

        for (k = 0; k < word->len; k++) {
            if (export_lower(s->data[i + k]) != word->data[k]) {
                break;
            }
        }

        if (k == word->len) {
            return 1;
        }
    }

    return 0;
}
