
#include "tap.h"
#include "../../module/readers/export_media.c"


typedef struct {
    int              rc;
    export_media_e   format;
    unsigned         headless;
    const char      *boundary;
    size_t           len;
    const char      *value;
} test_type_t;


typedef struct {
    export_coding_e   coding;
    unsigned          aws_chunked;
    const char       *value;
} test_coding_t;


typedef struct {
    export_media_e   format;
    const char      *name;
} test_name_t;


#define test_data(s)  sizeof(s) - 1, s
#define is(f, s)      { EXPORT_OK, EXPORT_MEDIA_##f, 0, NULL, test_data(s) }
#define bad(s)        { EXPORT_ERROR, EXPORT_MEDIA_NONE, 0, NULL,             \
                        test_data(s) }
#define form(b, s)    { EXPORT_OK, EXPORT_MEDIA_MULTIPART_FORM, 0, b,         \
                        test_data(s) }
#define headless(s)   { EXPORT_OK, EXPORT_MEDIA_CSV, 1, NULL, test_data(s) }

#define X10  "xxxxxxxxxx"
#define X70  X10 X10 X10 X10 X10 X10 X10
#define P15  "t/s;a=1;b=1;c=1;d=1;e=1;f=1;g=1;h=1;i=1;j=1;k=1;l=1;m=1;n=1;o=1"


static const test_type_t  types[] = {

    is(NONE, ""),
    is(NONE, " \t "),
    is(NONE, "application/octet-stream"),
    is(NONE, "binary/octet-stream"),
    is(NONE, "text/plain"),
    is(NONE, "TEXT/Plain; Charset=UTF-8"),
    is(NONE, "text/plain;charset=us-ascii"),
    is(NONE, " text/plain\t"),

    is(JSON, "application/json"),
    is(JSON, "Application/JSON"),
    is(JSON, "text/json"),
    is(JSON, "application/x-amz-json-1.0"),
    is(JSON, "application/x-amz-json-1.1"),
    is(JSON, "application/jsonrequest"),
    is(LINES, "application/stream+json"),
    is(FOREIGN, "application/x-amz-json-1.2x"),
    is(JSON, "application/json; charset=utf-8"),
    is(JSON, "application/json;charset=\"utf-8\""),
    is(JSON, "application/json ; charset=utf-8"),
    is(JSON, "application/json\t;\tcharset=utf-8"),
    is(JSON, "application/json;"),
    is(JSON, "application/json; ; ;charset=utf-8;"),
    is(JSON, "application/json; profile=\"a;b,c=\\\"d\\\" \xc3\xa9\""),
    is(JSON, "application/json; odata=verbose; header=other"),
    is(JSON, "application/vnd.api+json"),
    is(JSON, "application/ld+json"),
    is(JSON, "application/problem+JSON"),
    is(JSON, "application/a+b+json"),
    is(JSON, "application/json; foo*=utf-8''x"),

    is(LINES, "application/x-ndjson"),
    is(LINES, "application/ndjson"),
    is(LINES, "application/jsonl"),
    is(LINES, "application/x-jsonl"),
    is(LINES, "application/jsonlines"),
    is(LINES, "application/x-jsonlines"),
    is(LINES, "application/json-lines"),
    is(LINES, "application/x-json-lines"),
    is(LINES, "text/jsonl"),
    is(LINES, "text/ndjson"),
    is(LINES, "text/ldjson"),
    is(LINES, "text/x-ldjson"),
    is(LINES, "Text/X-NDJSON; charset=utf-8"),

    is(SEQ, "application/json-seq"),
    is(SEQ, "application/geo+json-seq"),

    is(CSV, "text/csv"),
    is(CSV, "application/csv"),
    is(CSV, "text/csv; header=present"),
    headless("text/csv; header=absent"),
    headless("text/csv; charset=utf-8; Header=\"Absent\""),

    is(FORM, "application/x-www-form-urlencoded"),
    is(FORM, "application/x-www-form-urlencoded; charset=UTF-8"),

    form("abc", "multipart/form-data; boundary=abc"),
    form("abc", "Multipart/Form-Data;BOUNDARY=abc"),
    form("abc", "multipart/form-data; charset=utf-8; boundary=\"abc\""),
    form("----WebKitFormBoundary7MA4YWxkTrZu0gW",
         "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"),
    form("a b=c'()+_,-./:?", "multipart/form-data; boundary="
                             "\"a b=c'()+_,-./:?\""),
    form("x", "multipart/form-data; boundary=x"),
    form(X70, "multipart/form-data; boundary=" X70),
    { EXPORT_OK, EXPORT_MEDIA_MULTIPART_MIXED, 0, "b",
      test_data("multipart/mixed; boundary=b") },
    { EXPORT_OK, EXPORT_MEDIA_MULTIPART_MIXED, 0, "b",
      test_data("multipart/related; type=\"application/json\"; boundary=b") },

    is(OPAQUE, "application/json; charset=utf-16"),
    is(OPAQUE, "application/json; charset=\"\""),
    is(OPAQUE, "application/json; charset=\"utf\\-8\""),
    is(JSON, "application/json; charset=utf8"),
    is(CSV, "text/csv; charset=UTF8"),
    is(OPAQUE, "application/json; charset=iso-8859-1"),
    is(FOREIGN, "text/plain; charset=utf-7"),
    is(OPAQUE, "multipart/form-data; boundary=abc; charset=ibm037"),
    is(FOREIGN, "application/jsonp"),
    is(FOREIGN, "application/json5"),
    is(FOREIGN, "application/+json"),
    is(FOREIGN, "application/json+protobuf"),
    is(FOREIGN, "application/vnd.apache.parquet"),
    is(FOREIGN, "application/gzip"),
    is(FOREIGN, "application/cbor"),
    is(FOREIGN, "application/xml"),
    is(FOREIGN, "text/html"),
    is(FOREIGN, "text/csv-schema"),
    is(OPAQUE, "multipart/byteranges"),
    is(OPAQUE, "multipart/x+json"),
    is(FOREIGN, "x/y"),
    is(FOREIGN, "*/*"),

    bad("application"),
    bad("application/"),
    bad("/json"),
    bad("/"),
    bad(";charset=utf-8"),
    bad("application json"),
    bad("application/json text"),
    bad("application /json"),
    bad("application/ json"),
    bad("application/json/x"),
    bad("application/json\0"),
    bad("application/json\xc2\xa0"),
    bad("text/plain, application/json"),
    bad("text/plain,application/json"),
    bad("application/json,"),
    bad("application/json; charset=utf-8, text/plain"),
    bad("application/json; charset"),
    bad("application/json; charset="),
    bad("application/json; =utf-8"),
    bad("application/json; charset =utf-8"),
    bad("application/json; charset= utf-8"),
    bad("application/json; charset=utf-8 x"),
    bad("application/json; charset=\"utf-8"),
    bad("application/json; charset=\"utf-8\\\""),
    bad("application/json; charset=\"utf-8\\"),
    bad("application/json; charset=\""),
    bad("application/json; charset=\"utf-8\"x"),
    bad("application/json; a=\"\x01\""),
    bad("application/json; a=\"\\\x01\""),
    bad("application/json; a=\"\x7f\""),
    bad("application/json; charset=utf-8; charset=utf-16"),
    bad("application/json; charset=utf-8; Charset=utf-8"),
    bad("application/json; foo=1; FOO=2"),
    bad("application/json; charset*=utf-8''utf-16"),
    bad("application/json; charset*0=utf-; charset*1=8"),
    bad("text/csv; header=perhaps"),
    bad("text/csv; header*=absent"),
    bad("text/csv; header=present; header=absent"),
    bad("multipart/form-data"),
    bad("multipart/mixed; charset=utf-8"),
    bad("multipart/form-data; xboundary=AAA; boundary=abc"),
    bad("multipart/form-data; boundary=abc; xboundary=AAA"),
    bad("multipart/form-data; x=\"boundary=AAA\"; boundary=abc"),
    bad("multipart/related; type=\"a; BOUNDARY=b\"; boundary=abc"),
    bad("multipart/form-data; boundary="),
    bad("multipart/form-data; boundary=\"\""),
    bad("multipart/form-data; boundary=abc; boundary=abc"),
    bad("multipart/form-data; boundary=abc; Boundary=def"),
    bad("multipart/form-data; boundary*=utf-8''abc"),
    bad("multipart/form-data; boundary*0=abc; boundary*1=def"),
    bad("multipart/form-data; boundary=abc; boundary*=utf-8''def"),
    bad("multipart/form-data; boundary=a=b"),
    bad("multipart/form-data; boundary=a b"),
    bad("multipart/form-data; boundary=\"abc \""),
    bad("multipart/form-data; boundary=\"a\\bc\""),
    bad("multipart/form-data; boundary=\"a\\\"c\""),
    bad("multipart/form-data; boundary=\"a@b\""),
    bad("multipart/form-data; boundary=a&b"),
    bad("multipart/form-data; boundary=\"a\tb\""),
    bad("multipart/form-data; boundary=\"\xc3\xa9\""),
    bad("multipart/form-data; boundary=" X70 "x"),
    bad("multipart/form-data; boundary=abc\""),
    bad("multipart/form-data; boundary=abc,def"),

    is(FOREIGN, P15),
    is(FOREIGN, P15 ";p=1"),
    bad(P15 ";p=1;q=1")
};


static const test_coding_t  codings[] = {

    { EXPORT_CODING_IDENTITY, 0, "" },
    { EXPORT_CODING_IDENTITY, 0, " " },
    { EXPORT_CODING_IDENTITY, 0, "identity" },
    { EXPORT_CODING_IDENTITY, 0, " Identity\t" },
    { EXPORT_CODING_GZIP, 0, "gzip" },
    { EXPORT_CODING_GZIP, 0, "GZip" },
    { EXPORT_CODING_GZIP, 0, "x-gzip" },
    { EXPORT_CODING_DEFLATE, 0, "deflate" },
    { EXPORT_CODING_IDENTITY, 1, "aws-chunked" },
    { EXPORT_CODING_IDENTITY, 1, "AWS-Chunked" },
    { EXPORT_CODING_GZIP, 1, "gzip,aws-chunked" },
    { EXPORT_CODING_GZIP, 1, "gzip , aws-chunked" },
    { EXPORT_CODING_GZIP, 1, "aws-chunked,gzip" },
    { EXPORT_CODING_GZIP, 1, "aws-chunked, x-gzip" },
    { EXPORT_CODING_DEFLATE, 1, "deflate,aws-chunked" },

    { EXPORT_CODING_OPAQUE, 0, "br" },
    { EXPORT_CODING_OPAQUE, 0, "zstd" },
    { EXPORT_CODING_OPAQUE, 0, "compress" },
    { EXPORT_CODING_OPAQUE, 0, "gzlp" },
    { EXPORT_CODING_OPAQUE, 0, "gzip;q=1" },
    { EXPORT_CODING_OPAQUE, 0, "gzip gzip" },
    { EXPORT_CODING_OPAQUE, 0, "gzi" },
    { EXPORT_CODING_OPAQUE, 0, "gzip2" },
    { EXPORT_CODING_OPAQUE, 0, "\"gzip\"" },
    { EXPORT_CODING_OPAQUE, 0, "gzip,gzip" },
    { EXPORT_CODING_OPAQUE, 0, "gzip,x-gzip" },
    { EXPORT_CODING_OPAQUE, 0, "gzip,deflate" },
    { EXPORT_CODING_OPAQUE, 0, "gzip,identity" },
    { EXPORT_CODING_OPAQUE, 0, "identity,identity" },
    { EXPORT_CODING_OPAQUE, 0, "identity,aws-chunked" },
    { EXPORT_CODING_OPAQUE, 0, "aws-chunked,aws-chunked" },
    { EXPORT_CODING_OPAQUE, 0, "aws-chunked,gzip,gzip" },
    { EXPORT_CODING_OPAQUE, 0, "gzip,deflate,aws-chunked" },
    { EXPORT_CODING_OPAQUE, 0, "aws-chunked,br" },
    { EXPORT_CODING_OPAQUE, 0, "gzip,chunked" },
    { EXPORT_CODING_OPAQUE, 0, ",gzip" },
    { EXPORT_CODING_OPAQUE, 0, "gzip," },
    { EXPORT_CODING_OPAQUE, 0, "gzip, ,aws-chunked" },
    { EXPORT_CODING_OPAQUE, 0, "," }
};


static const test_name_t  names[] = {

    { EXPORT_MEDIA_CSV, "train.csv" },
    { EXPORT_MEDIA_CSV, "TRAIN.CSV" },
    { EXPORT_MEDIA_CSV, ".csv" },
    { EXPORT_MEDIA_JSON, "train.json" },
    { EXPORT_MEDIA_LINES, "a.b.jsonl" },
    { EXPORT_MEDIA_LINES, "train.NDJson" },
    { EXPORT_MEDIA_NONE, "" },
    { EXPORT_MEDIA_NONE, "csv" },
    { EXPORT_MEDIA_NONE, "train" },
    { EXPORT_MEDIA_NONE, "train.csv.gz" },
    { EXPORT_MEDIA_NONE, "train.csv " },
    { EXPORT_MEDIA_NONE, "train.tsv" },
    { EXPORT_MEDIA_NONE, "train_csv" },
    { EXPORT_MEDIA_NONE, "train.parquet" }
};


static void
test_type(const test_type_t *t)
{
    int              rc, same;
    u_char          *copy;
    export_str_t     value;
    export_media_t   media;

    copy = guard_copy(t->value, t->len);
    value.len = t->len;
    value.data = copy;

    rc = export_media_parse(&value, &media);

    if (rc == EXPORT_OK && t->rc == EXPORT_OK) {
        is_int(media.format, t->format, "\"%s\"", t->value);
        is_int(media.headless, t->headless, "\"%s\", header", t->value);

        if (t->boundary) {
            same = media.boundary.len == strlen(t->boundary)
                   && memcmp(media.boundary.data, t->boundary,
                             media.boundary.len) == 0
                   && media.boundary.data > copy
                   && media.boundary.data < copy + t->len;

            ok(same, "\"%s\", boundary", t->value);
        }

    } else {
        is_int(rc, t->rc, "\"%s\"", t->value);
    }

    guard_free(copy, t->len);
}


/* each beginning of each value, before an unreadable page */

static void
test_beginnings(void)
{
    size_t           i, n;
    u_char          *copy;
    unsigned         good;
    export_str_t     value;
    export_media_t   media;

    good = 0;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {

        for (n = 0; n < types[i].len; n++) {
            copy = guard_copy(types[i].value, n);
            value.len = n;
            value.data = copy;
            good += export_media_parse(&value, &media) == EXPORT_OK;
            guard_free(copy, n);
        }
    }

    ok(good > 0, "%u beginnings are types of their own", good);
}


int
main(void)
{
    size_t            i, len;
    u_char           *copy;
    export_str_t      value;
    export_coding_t   coding;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        test_type(&types[i]);
    }

    test_beginnings();

    for (i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
        len = strlen(codings[i].value);
        copy = guard_copy(codings[i].value, len);
        value.len = len;
        value.data = copy;

        coding = export_coding_parse(&value);
        is_int(coding.coding, codings[i].coding, "\"%s\"", codings[i].value);
        is_int(coding.aws_chunked, codings[i].aws_chunked,
               "\"%s\", framing", codings[i].value);

        guard_free(copy, len);
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        len = strlen(names[i].name);
        copy = guard_copy(names[i].name, len);
        value.len = len;
        value.data = copy;

        is_int(export_media_extension(&value), names[i].format,
               "file \"%s\"", names[i].name);

        guard_free(copy, len);
    }

    value.len = 0;
    value.data = NULL;
    coding = export_coding_parse(&value);
    is_int(coding.coding, EXPORT_CODING_IDENTITY, "no coding at all");

    return done_testing();
}
