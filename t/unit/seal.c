
#include "tap.h"

#include "../../module/body/export_seal.c"


typedef struct {
    const char  *name;
    const char  *value;
    unsigned     seals;
} case_t;


static const case_t  headers[] = {
    { "Content-MD5", "x", 1 },
    { "content-md5", "", 1 },
    { "Digest", "x", 1 },
    { "Content-Digest", "x", 1 },
    { "Repr-Digest", "x", 1 },
    { "Signature-Input", "x", 1 },
    { "X-Hub-Signature-256", "x", 1 },
    { "x-amz-checksum-crc32", "x", 1 },
    { "x-goog-hash", "x", 1 },
    { "x-amz-checksum-crc64nvme", "x", 1 },
    { "X-Body-SHA512", "x", 1 },
    { "X-Body-SHA1", "x", 1 },
    { "X-HMAC", "x", 1 },
    { "X-Sig", "x", 1 },
    { "X-Goog-Upload-Header-Content-Length", "x", 1 },
    { "x-amz-decoded-content-length", "1", 1 },
    { "Content-Range", "bytes 0-1/2", 1 },
    { "Upload-Offset", "0", 1 },
    { "UPLOAD-LENGTH", "0", 1 },

    { "Content-Length", "1", 0 },
    { "Content-Type", "application/json", 0 },
    { "X-Sign", "x", 1 },
    { "X-Design", "md5", 0 },
    { "Sig", "x", 0 },
    { "Upload", "x", 0 },
    { "Range", "bytes=0-1", 0 },
    { "", "", 0 },

    { "x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb924", 1 },
    { "X-Amz-Content-SHA256", "", 1 },
    { "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", 1 },
    { "x-amz-content-sha256", "UNSIGNED-PAYLOAD", 0 },
    { "X-AMZ-CONTENT-SHA256", "unsigned-payload", 0 },
    { "x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", 0 },
    { "x-amz-content-sha256x", "UNSIGNED-PAYLOAD", 1 },

    { "Authorization", "Bearer x", 0 },
    { "Authorization", "Basic digest", 0 },
    { "Authorization", "AWS4-HMAC-SHA256 Credential=a, "
      "SignedHeaders=host;x-amz-date, Signature=b", 0 },
    { "authorization", "AWS4-HMAC-SHA256 Credential=a, "
      "SignedHeaders=content-length;host, Signature=b", 1 },
    { "AUTHORIZATION", "SharedKey a:b", 1 },
    { "Authorization", "SharedKeyLite a:b", 1 },
    { "Authorization", "HMAC a:b", 1 },
    { "Authorization", "hmac", 0 },
    { "Authorization", "Hawk id=\"a\", HASH=\"b\"", 1 },
    { "Proxy-Authorization", "SharedKey a:b", 0 },
};


static const case_t  queries[] = {
    { "", "", 0 },
    { "a=b&X-Amz-Signature=x", "", 0 },
    { "X-Amz-SignedHeaders=host", "", 0 },
    { "X-Amz-SignedHeaders=CONTENT-LENGTH%3Bhost", "", 1 },
    { "x-amz-checksum-crc32=x", "", 1 },
    { "Digest", "", 1 },
    { "a=content-md5", "", 1 },
    { "md", "", 0 },
};


/* a copy that ends where readable memory does */

static export_str_t
copy(const char *text)
{
    export_str_t  s;

    s.len = strlen(text);
    s.data = guard_copy(text, s.len);

    return s;
}


int
main(void)
{
    size_t         i;
    export_str_t   name, value;
    const case_t  *c;

    for (i = 0; i < sizeof(headers) / sizeof(case_t); i++) {
        c = &headers[i];
        name = copy(c->name);
        value = copy(c->value);

        is_int(export_seal_header(&name, &value), c->seals, "%s: %s", c->name,
               c->value);

        guard_free(name.data, name.len);
        guard_free(value.data, value.len);
    }

    for (i = 0; i < sizeof(queries) / sizeof(case_t); i++) {
        c = &queries[i];
        name = copy(c->name);

        is_int(export_seal_args(&name), c->seals, "?%s", c->name);

        guard_free(name.data, name.len);
    }

    return done_testing();
}
